#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A witness: what it does with a checkpoint before it cosigns (c2sp.org/tlog-witness). A node does
 * it for other nodes' logs, the coordinator for all of them.
 *
 * Size and root of the newest checkpoint that was cosigned of a log lie in a file of their own,
 * FOLDER/ORIGIN. It is on disk, synced, before the cosignature is given out: a witness that is
 * killed or loses power at any point has never cosigned two histories. The first checkpoint of a
 * log is believed. A node that says itself that its roster is older than the witness's gets no
 * cosignature: so a coordinator that holds a roster back from it stops it, and cannot hide that.
 * One caller at a time.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/tlog/checkpoint.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct roster;

#define WATCH_FINE 200
#define WATCH_OLD_ROSTER 403 /* the log's node has an older roster than this witness */
#define WATCH_CONFLICT 409   /* its proof is not from the size that we know, or it is shorter */
#define WATCH_BAD_PROOF 422  /* it did not grow out of what we know */

struct watch {
    const struct roster *roster;
    const char *name;             /* the witness in the roster: a node's id, or "coordinator" */
    const struct secret_key *key; /* of the witness */
    const char *folder;           /* made when it is not there */
};

struct watch_word {
    uint32_t status;
    uint64_t known_size;                   /* the newest that this witness knows */
    char line[CHECKPOINT_COSIGNATURE_MAX]; /* only when fine; empty otherwise */
};

/* rikstal.NETWORK/NAME/KEY, the first digits of the key's id: of a log, and the name of a witness.
 * False when it does not fit. */
bool watch_origin(const char *network, const char *name, const struct public_key *key,
                  char origin[static CHECKPOINT_ORIGIN_BYTES]);

/* Our word about it; false: none, because it is not ours to give, or it could not be kept. */
bool watch_hear(const struct watch *watch, const Rikstal__V1__Checkpoint *checkpoint, int64_t now_s,
                struct watch_word *word, struct err *err) MUST_CHECK;
/* The word as the message that goes to the log's node; its texts are borrowed. */
void watch_message(const char *witness, const Rikstal__V1__Checkpoint *checkpoint,
                   struct watch_word *word, Rikstal__V1__Cosignature *out);
