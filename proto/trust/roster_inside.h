#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a roster holds, for roster_open.c, which fills and checks it, and roster.c, which looks up.
 */
#include "proto/trust/roster.h"

/*
 * The unpacked message is kept as it came; key ids, which have to be found fast, stand beside it.
 */
struct roster {
    struct arena *arena; /* everything below, and the roster itself, is freed with it */
    Rikstal__V1__Roster *message;
    const uint8_t *bytes;
    size_t size;
    struct key_id *analyst_ids;      /* in the order of message->analysts */
    struct key_id *organisation_ids; /* likewise, two each: present, previous; zeros for none */
    struct key_id *node_ids;         /* likewise, two each */
};

/* The key of a field that may be empty; returns 1, or 0 when it is empty and *out is unchanged. */
size_t roster_key_take(const ProtobufCBinaryData *data, struct public_key *out);
