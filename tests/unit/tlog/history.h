#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log in memory, for tests of witnesses: leaves of one byte, so that two histories can part at
 * any leaf; its checkpoints and proofs, by the definitions of RFC 6962 (2.1, 2.1.2) written down
 * as they stand, and not by the code under test. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/tlog/checkpoint.h"
#include "proto/tlog/merkle.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

#define HISTORY_MAX 256

struct history {
    uint8_t leaf[HISTORY_MAX];
    size_t n;
};

/* n leaves of a, with those from `parts` on of b. */
void history_make(struct history *h, size_t n, size_t parts, uint8_t a, uint8_t b);

/* A signed checkpoint of its first `size` leaves with a proof from old_size, as a node sends it. */
struct told {
    Rikstal__V1__Checkpoint message;
    char note[CHECKPOINT_BYTES_MAX];
    struct merkle_proof proof;
    ProtobufCBinaryData hash[MERKLE_PROOF_MAX];
};
struct teller {
    const char *network;
    const char *node;
    const struct secret_key *key;
    const char *nonce; /* "": none */
    uint64_t roster;   /* 0: it says none */
};
void history_tell(const struct history *h, const struct teller *teller, size_t old_size,
                  struct told *out);
