#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints of this node's audit log, and the other nodes that witness them (reference: privacy,
 * section 5.3). The node signs size and root of its log every minute or 100 leaves; its witnesses,
 * named in the roster, cosign what is consistent with what they saw before. So a ledger that went
 * back (a restored backup, a rolled-back machine) is noticed, and nothing is answered from it.
 *
 *   D/checkpoint        the newest checkpoint of our own and the cosignatures of its quorum
 *   D/witness/ORIGIN    size and root of the newest one that we cosigned for another node; written
 *                       before the cosignature leaves
 *
 * A log's origin is rikstal.NETWORK/NODE/KEY (the first digits of its key's id): a node that cannot
 * repair its log gets a new key and begins another. Where the roster names no witnesses for a node,
 * only D/checkpoint is compared with the log, at start. One thread.
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
#define WITNESS_AGE_MAX_MS 300000 /* of the newest cosigned checkpoint */
#define WITNESS_BEHIND_MAX 500    /* leaves that it does not cover */

/* What it looks at; borrowed for a call. */
struct witness_of {
    const struct home *home;
    const struct roster *roster;
    const struct secret_key *key;
    struct audit *audit;
};

typedef bool witness_send(void *context, Rikstal__V1__Frame *frame, struct err *err);
/* How frames leave, and where they are built. */
struct witness_out {
    witness_send *send;
    void *context;
    struct arena *arena;
};

/* Compares D/checkpoint with the log: a log that went back locks, and opens all the same. */
bool witness_open(const struct witness_of *of, struct witness **out, struct err *err) MUST_CHECK;
void witness_close(struct witness *witness); /* accepts NULL */

/* May the node answer? ERR_UNAVAILABLE says why not, and what the operator can do. */
bool witness_allows(const struct witness *witness, const struct witness_of *of, int64_t now_ms,
                    struct err *err) MUST_CHECK;

/* Make and send a checkpoint when one is due. */
bool witness_tick(struct witness *witness, const struct witness_of *of, int64_t now_ms,
                  const struct witness_out *out, struct err *err) MUST_CHECK;
/* Milliseconds until then. */
int64_t witness_wait_ms(const struct witness *witness, int64_t now_ms);

/* The next one is due at once: a new link, another roster. */
void witness_hurry(struct witness *witness);

/*
 * An answer that this node has signed, as the coordinator brings it back at every new link: the log
 * holds its release, or it went back and locks. What we have not signed is an error and no proof.
 */
bool witness_hear_answer(struct witness *witness, const struct witness_of *of,
                         const Rikstal__V1__Envelope *envelope, struct arena *arena,
                         struct err *err) MUST_CHECK;

/* Another node's checkpoint: our word about it goes back. */
bool witness_hear_checkpoint(const struct witness_of *of, const Rikstal__V1__Checkpoint *checkpoint,
                             int64_t now_s, const struct witness_out *out,
                             struct err *err) MUST_CHECK;
/* A witness's word about ours; a proof from an older size is sent when it lacks one. */
bool witness_hear_cosignature(struct witness *witness, const struct witness_of *of,
                              const Rikstal__V1__Cosignature *cosignature, int64_t now_ms,
                              const struct witness_out *out, struct err *err) MUST_CHECK;
