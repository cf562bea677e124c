#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The snapshot that is published now, or a pinned one: open, with what an answer says about it and
 * its noise key.
 *
 * current_snapshot_refresh() opens another snapshot when D/snapshot/current names one. Each
 * snapshot has a noise key (D/keys/noise.HASH.key, mode 0600), made when the snapshot is first
 * opened and erased when another takes its place and no release is pinned to it, so that nobody can
 * draw its noise again. One thread.
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
    char current[128]; /* the text of D/snapshot/current when it was opened */
    char refused[128]; /* such a text that could not be opened; it is not tried again */
    char date[16];     /* "2026-11-21" */
    char assembly[16]; /* "GRCh37", "GRCh38", "both" or "none" */
};

/*
 * *changed: another snapshot than before is open now, or none is open any more. A snapshot that
 * cannot be opened is reported as an error once, and the old one stays open.
 */
bool current_snapshot_refresh(struct current_snapshot *current_snapshot, const struct home *home,
                              bool *changed, struct err *err) MUST_CHECK;
/*
 * Opens, instead of the newest, a snapshot that a release is pinned to (node/snapshot/pin.h). It
 * is not refreshed.
 */
bool current_snapshot_pinned(struct current_snapshot *current_snapshot, const struct home *home,
                             const uint8_t id[static 32], struct err *err) MUST_CHECK;
/* Erases the noise keys of all snapshots but this one and those that a release is pinned to. */
void current_snapshot_erase_keys(const struct current_snapshot *current_snapshot,
                                 const struct home *home);
void current_snapshot_close(struct current_snapshot *current_snapshot);
