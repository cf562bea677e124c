#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints of this node's audit log, and the other nodes that witness them (reference: privacy,
 * section 5.3). The node signs size and root of its log every minute or 100 leaves; its witnesses,
 * named in the roster, cosign a checkpoint that extends what they saw before. So a ledger that went
 * back (a restored backup, a rolled-back machine) is noticed, and the node stops answering.
 *
 *   D/checkpoint        the newest checkpoint of our own and the cosignatures of its quorum
 *   D/witness/ORIGIN    size and root of the newest one that we cosigned for another node; written
 *                       before the cosignature leaves
 *
 * A log's origin is rikstal.NETWORK/NODE/KEY, where KEY is the first digits of the key's id: a node
 * that cannot repair its log gets a new key, and with it begins a new log. Where the roster names
 * no witnesses for a node, only D/checkpoint is compared with the log, at start. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct audit;
struct home;
struct roster;
struct secret_key;
struct witness;

#define WITNESS_EVERY_MS 60000
#define WITNESS_EVERY_LEAVES 100
#define WITNESS_AGE_MAX_MS 300000 /* greatest age of the newest cosigned checkpoint */
#define WITNESS_BEHIND_MAX 500    /* most leaves after the newest cosigned checkpoint */

/* What the functions below work on; borrowed during the call. */
struct witness_of {
    const struct home *home;
    const struct roster *roster;
    const struct secret_key *key;
    struct audit *audit;
};

typedef bool witness_send(void *context, Rikstal__V1__Frame *frame, struct err *err);
/* How frames are sent, and the arena in which they are built. */
struct witness_out {
    witness_send *send;
    void *context;
    struct arena *arena;
};

/* Compares D/checkpoint with the log. If the log went back, the node opens but may not answer. */
bool witness_open(const struct witness_of *of, struct witness **out, struct err *err) MUST_CHECK;
void witness_close(struct witness *witness); /* accepts NULL */

/* May the node answer? Else ERR_UNAVAILABLE gives the reason and what the operator can do. */
bool witness_allows(const struct witness *witness, const struct witness_of *of, int64_t now_ms,
                    struct err *err) MUST_CHECK;

/* Make and send a checkpoint when one is due. */
bool witness_tick(struct witness *witness, const struct witness_of *of, int64_t now_ms,
                  const struct witness_out *out, struct err *err) MUST_CHECK;
/* Milliseconds until witness_tick() has something to do. */
int64_t witness_wait_ms(const struct witness *witness, int64_t now_ms);

/* Makes the next checkpoint due at once, after a new link or another roster. */
void witness_hurry(struct witness *witness);

/*
 * An answer that this node signed, which the coordinator sends back at every new link. If the log
 * lacks its charge, the log went back and the node stops answering. An answer that this node did
 * not sign is an error and proves nothing.
 */
bool witness_hear_answer(struct witness *witness, const struct witness_of *of,
                         const Rikstal__V1__Envelope *envelope, struct arena *arena,
                         struct err *err) MUST_CHECK;

/* Another node's checkpoint: checks it and sends our cosignature or refusal. */
bool witness_hear_checkpoint(const struct witness_of *of, const Rikstal__V1__Checkpoint *checkpoint,
                             int64_t now_s, const struct witness_out *out,
                             struct err *err) MUST_CHECK;
/*
 * What a witness answers to our checkpoint. If it lacks a proof from an older size, that is sent.
 */
bool witness_hear_cosignature(struct witness *witness, const struct witness_of *of,
                              const Rikstal__V1__Cosignature *cosignature, int64_t now_ms,
                              const struct witness_out *out, struct err *err) MUST_CHECK;
