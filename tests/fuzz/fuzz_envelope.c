/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an Envelope. It may be refused; what is accepted comes out the same when packed
 * again, and what verifies under a key that has signed one payload only has that very payload. The
 * same bytes are tried as a roster, as a question, and as the two enrolment files.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/trust/enrolment.h"
#include "tests/fuzz/signed.h"

#define ARENA_BYTES ((size_t)32 << 20)
#define SEED 20261121 /* the corpus was signed with the key that this gives */
#define SIGNED_PAYLOAD "the only payload that was ever signed"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct public_key *the_key(void)
{
    static struct public_key public;
    static bool made;
    struct secret_key *key;

    if (made)
        return &public;
    keys_of_seed(SEED, &key, 1);
    public = *secret_key_public(key);
    secret_key_free(key);
    made = true;
    return &public;
}

static void try_envelope(const uint8_t *data, size_t size, struct arena *arena)
{
    Rikstal__V1__Envelope *envelope;
    uint8_t *again;
    size_t again_size;
    struct err err;

    if (!envelope_parse(data, size, arena, &envelope, &err))
        return;
    if (!message_pack(&envelope->base, arena, &again, &again_size, &err) || again_size != size ||
        memcmp(again, data, size) != 0)
        abort();
    if (envelope_verify(envelope, DOMAIN_QUESTION, the_key(), &err) &&
        (envelope->payload.len != strlen(SIGNED_PAYLOAD) ||
         memcmp(envelope->payload.data, SIGNED_PAYLOAD, envelope->payload.len) != 0))
        abort();
    if (envelope_signers(envelope, DOMAIN_ROSTER, the_key(), 1) != 0)
        abort();
}

static void try_others(const uint8_t *data, size_t size, struct arena *arena)
{
    struct root_keys roots = {.needed = 1, .n = 1, .keys = {*the_key()}};
    struct enrolment_response response;
    struct enrolment_request request;
    struct roster *roster;
    ProtobufCMessage *message;
    struct err err;

    if (roster_open((struct bytes_view){data, size}, &roots, NULL, 0, &roster, &err))
        abort(); /* nobody has signed one */
    (void)!message_unpack(&rikstal__v1__question__descriptor, data, size, arena, &message, &err);
    (void)!message_unpack(&rikstal__v1__roster__descriptor, data, size, arena, &message, &err);
    (void)!enrolment_request_parse((const char *)data, size, arena, &request, &err);
    (void)!enrolment_response_parse((const char *)data, size, arena, &response, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA_BYTES);

    if (!arena)
        return 0;
    try_envelope(data, size, arena);
    arena_clear(arena);
    try_others(data, size, arena);
    arena_free(arena);
    return 0;
}
