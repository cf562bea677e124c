#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a witness does with a checkpoint before it cosigns (c2sp.org/tlog-witness). A node is a
 * witness of other nodes' logs, the coordinator of all logs.
 *
 * For each log the witness keeps the size and root of the newest checkpoint that it cosigned, in
 * the file FOLDER/ORIGIN. That file is written and synced before the cosignature is given out, so
 * that a witness that is killed or loses power at any point has never cosigned two histories. The
 * first checkpoint of a log is accepted without a proof. A node whose checkpoint says that its
 * roster is older than the witness's gets no cosignature: a coordinator that withholds a roster
 * from a node thereby stops that node, and cannot hide it. One caller at a time.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/tlog/checkpoint.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct roster;

#define WATCH_FINE 200
#define WATCH_OLD_ROSTER 403 /* the log's node has an older roster than this witness */
#define WATCH_CONFLICT 409   /* proof not from the size that we know, or log became shorter */
#define WATCH_BAD_PROOF 422  /* the proof does not lead from our root to the new root */

struct watch {
    const struct roster *roster;
    const char *name;             /* name in the roster: a node's id, or "coordinator" */
    const struct secret_key *key; /* the witness's key */
    const char *folder;           /* made when absent */
};

struct watch_word {
    uint32_t status;
    uint64_t known_size;                   /* newest size that this witness knows */
    char line[CHECKPOINT_COSIGNATURE_MAX]; /* set only for WATCH_FINE, else empty */
};

/*
 * rikstal.NETWORK/NAME/KEY, where KEY is the first digits of the key's id: the origin of a log, and
 * the name of a witness. False when it does not fit.
 */
bool watch_origin(const char *network, const char *name, const struct public_key *key,
                  char origin[static CHECKPOINT_ORIGIN_BYTES]);

/*
 * Judges a checkpoint and cosigns it when it is fine. False when this witness must not judge it, or
 * its newest size could not be stored.
 */
bool watch_hear(const struct watch *watch, const Rikstal__V1__Checkpoint *checkpoint, int64_t now_s,
                struct watch_word *word, struct err *err) MUST_CHECK;
/* The verdict as the message for the log's node; its texts are borrowed. */
void watch_message(const char *witness, const Rikstal__V1__Checkpoint *checkpoint,
                   struct watch_word *word, Rikstal__V1__Cosignature *out);
