#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The snapshots that questions are answered from where the roster has a calendar: one for each
 * national release that is open now (proto/trust/calendar.h).
 *
 * A release that opens is pinned to the newest snapshot, unless `publish --release` has pinned it
 * before; the pin is durable (node/snapshot/pin.h) and stays for the release's life, whatever is
 * published since. When the release is no longer open its pin is dropped, its snapshot closed and
 * its noise key erased. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/keeper/current_snapshot.h"
#include "node/snapshot/pin.h"
#include "proto/base/err.h"
#include "proto/trust/roster.h"

#define PINNED_SNAPSHOTS_MAX 8 /* open at a time */

struct pinned_snapshots {
    struct pinned_snapshot {
        struct pin pin;
        struct current_snapshot is; /* .snapshot is NULL: it could not be opened, as was logged */
    } at[PINNED_SNAPSHOTS_MAX];
    size_t n;
    bool full;   /* as was told */
    bool looked; /* for pins that are of no use any more, once at least */
};

struct pinned_snapshots_by {
    const struct home *home;
    const struct roster *roster;
    const struct current_snapshot *newest;
    int64_t now_s;
};

/*
 * Drops what has closed and opens what is open now. *pinned is the release that was pinned by this
 * call, to be noted in the audit log; NULL: none was. One a call, so call it again.
 */
bool pinned_snapshots_refresh(struct pinned_snapshots *pinned_snapshots,
                              const struct pinned_snapshots_by *by, const struct pin **pinned,
                              struct err *err) MUST_CHECK;
/* NULL when this node has no data of the release. */
const struct current_snapshot *
pinned_snapshots_find(const struct pinned_snapshots *pinned_snapshots, const char *release);
/* The data of a release; "": the newest snapshot. NULL: there are none. */
const struct current_snapshot *
pinned_snapshots_data(const struct pinned_snapshots *pinned_snapshots,
                      const struct current_snapshot *newest, const char *release);
void pinned_snapshots_close(struct pinned_snapshots *pinned_snapshots);
