#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of a roster, for roster_open.c, which fills and checks them, and roster.c, which
 * looks them up.
 */
#include "proto/trust/roster.h"

/*
 * The unpacked message is kept unchanged. Key ids are stored beside it for fast look-ups.
 */
struct roster {
    struct arena *arena; /* owns everything below and the roster itself */
    Rikstal__V1__Roster *message;
    const uint8_t *bytes;
    size_t size;
    struct key_id *analyst_ids;      /* in the same order as message->analysts */
    struct key_id *organisation_ids; /* two for each organisation: present and previous; zeros for
                                      * an absent key */
    struct key_id *node_ids;         /* two for each node, in the same way */
};

/*
 * Reads a key from a field that may be empty. Returns 1; for an empty field 0, with *out unchanged.
 */
size_t roster_key_take(const ProtobufCBinaryData *data, struct public_key *out);
