#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the targets of signed things share: keys that follow from a seed, so that a corpus stays
 * signed by them, and a roster that one root key has signed. A failure here ends the program.
 */
#include <stdlib.h>

#include "proto/base/arena.h"
#include "proto/base/random.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"

static inline void must(bool ok)
{
    if (!ok)
        abort();
}

static inline ProtobufCBinaryData key_of(const struct secret_key *key)
{
    return (ProtobufCBinaryData){KEY_BYTES, (uint8_t *)secret_key_public(key)->b};
}

/* The first n keys of the seed, always the same ones. */
static inline void keys_of_seed(uint64_t seed, struct secret_key **key, size_t n)
{
    struct err err;

    must(random_start());
    random_seed(seed);
    for (size_t i = 0; i < n; i++)
        must(secret_key_new(&key[i], &err));
    random_unseed();
}

/* Version 1 of the network "test" with what the message has otherwise, opened. */
static inline struct roster *signed_roster(Rikstal__V1__Roster *message,
                                           const struct secret_key *root, struct arena *arena)
{
    struct root_keys roots = {.needed = 1, .n = 1, .keys = {*secret_key_public(root)}};
    Rikstal__V1__Envelope *envelope;
    struct roster *roster = NULL;
    struct err err;
    uint8_t *data;
    size_t size;

    message->network = "test";
    message->version = 1;
    must(envelope_sign_message(DOMAIN_ROSTER, &message->base, root, arena, &envelope, &err) &&
         message_pack(&envelope->base, arena, &data, &size, &err) &&
         roster_open((struct bytes_view){data, size}, &roots, "test", 0, &roster, &err));
    return roster;
}
