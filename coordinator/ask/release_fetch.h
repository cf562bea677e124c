#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides which node is asked for which piece of a release file, so that each file crosses the
 * network once: a pure state machine (lists, pieces and times in, the next request out).
 *
 * One file is fetched at a time, from one node, one piece at a time. A node that sends another
 * piece than the one asked for, none at all, or nothing for FETCH_PATIENCE_MS is not asked for that
 * file again before its next list; another node that announces the file is. One thread, or a lock.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/announced.h"
#include "proto/base/bytes.h"

struct release_fetch;

#define FETCH_PATIENCE_MS 10000

/* Is the file with this hash here already? */
typedef bool release_have(void *context, const uint8_t *hash);

struct release_wanted {
    char node[NODE_BYTES];
    uint8_t hash[32];
    uint32_t piece;
};

struct release_fetch *release_fetch_new(void); /* NULL when memory is out */
void release_fetch_free(struct release_fetch *fetch);

/* The node's newest list, and the bytes of the envelope that it signed. False: memory is out. */
bool release_fetch_heard(struct release_fetch *fetch, const struct announced *announced,
                         struct bytes_view envelope);
/* The node has no link any more. Its list is kept. */
void release_fetch_lost(struct release_fetch *fetch, const char *node);
/* The next piece to ask for; false when nothing is missing, or one is on its way. */
bool release_fetch_next(struct release_fetch *fetch, release_have *have, void *context,
                        int64_t now_ms, struct release_wanted *out);
/*
 * A piece from a node. True when the file is complete: *file has its bytes, for the caller to
 * check, to store and to clear. Then, or when they are not what the hash says, release_fetch_next()
 * goes on.
 */
bool release_fetch_piece(struct release_fetch *fetch, const char *node,
                         const struct release_wanted *piece, struct bytes_view data,
                         struct bytes *file);
/* This node's bytes for the file are not what the hash says. */
void release_fetch_refused(struct release_fetch *fetch, const char *node,
                           const uint8_t hash[static 32]);

/* What the node announced last; NULL when it has not. The envelope is the fetch's. */
const struct announced *release_fetch_list(const struct release_fetch *fetch, const char *node,
                                           struct bytes_view *envelope);
