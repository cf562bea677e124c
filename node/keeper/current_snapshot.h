#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is published at this moment: the open snapshot, what an answer says about it, and its noise.
 *
 * current_snapshot_refresh() looks whether D/snapshot/current names another one and changes over;
 * the noise key of a snapshot is made at its first opening (D/keys/noise.HASH.key, 0600) and erased
 * when another snapshot takes its place, so nobody can draw old noise again. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/keeper/home.h"
#include "node/privacy/noise.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/err.h"

struct current_snapshot {
    struct snapshot *snapshot; /* NULL: nothing is published */
    struct noise *noise;
    char current[128]; /* what D/snapshot/current said */
    char refused[128]; /* what it said that could not be opened; not tried again */
    char date[16];     /* "2026-11-21" */
    char assembly[16]; /* "GRCh37", "GRCh38", "both" or "none" */
};

/*
 * *changed: another snapshot than before is open now, or none any more. One that cannot be opened
 * is an error once, and leaves the old one open.
 */
bool current_snapshot_refresh(struct current_snapshot *published, const struct home *home,
                              bool *changed, struct err *err) MUST_CHECK;
void current_snapshot_close(struct current_snapshot *published);
