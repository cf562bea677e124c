/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/pinned_snapshots.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/snapshot/snapshot.h"
#include "proto/base/log.h"
#include "proto/trust/calendar.h"

_Static_assert(PIN_NAME_BYTES == CALENDAR_NAME_BYTES, "a pin has room for the name of a release");

static bool is_open(const struct pinned_snapshots_by *by, const char *release)
{
    const Rikstal__V1__RosterRelease *listed = calendar_find(by->roster, release);

    return listed && calendar_state(by->roster, listed, by->now_s) == CALENDAR_OPEN;
}

static struct pinned_snapshot *find(struct pinned_snapshots *pinned_snapshots, const char *release)
{
    for (size_t i = 0; i < pinned_snapshots->n; i++)
        if (strcmp(pinned_snapshots->at[i].pin.release, release) == 0)
            return &pinned_snapshots->at[i];
    return NULL;
}

/* ---- what has closed ------------------------------------------------------------------------- */

/* Is the pin still of use, now or when its release opens? */
static bool is_needed(const struct pinned_snapshots_by *by, const char *release)
{
    const Rikstal__V1__RosterRelease *listed = calendar_find(by->roster, release);

    return listed && calendar_state(by->roster, listed, by->now_s) <= CALENDAR_OPEN;
}

/* Closes what is no longer open; *closed when anything was. */
static void close_ended(struct pinned_snapshots *pinned_snapshots,
                        const struct pinned_snapshots_by *by, bool *closed)
{
    size_t kept = 0;

    for (size_t i = 0; i < pinned_snapshots->n; i++) {
        struct pinned_snapshot *pinned = &pinned_snapshots->at[i];

        if (is_open(by, pinned->pin.release)) {
            if (kept != i)
                pinned_snapshots->at[kept] = *pinned;
            kept++;
            continue;
        }
        current_snapshot_close(&pinned->is);
        *closed = true;
    }
    pinned_snapshots->n = kept;
}

/* Also those that closed while no keeper ran. */
static bool drop_ended(const struct pinned_snapshots_by *by, struct err *err)
{
    struct pin pins[PINS_MAX];
    bool dropped = false;
    size_t n;

    if (!pin_list(by->home->dir, pins, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (is_needed(by, pins[i].release))
            continue;
        if (!pin_drop(by->home->dir, pins[i].release, err))
            return false;
        dropped = true;
    }
    if (dropped)
        current_snapshot_erase_keys(by->newest, by->home);
    return true;
}

/* ---- what is open ---------------------------------------------------------------------------- */

/* A snapshot that cannot be opened is told once, and its release declined. */
static void open_pin(struct pinned_snapshots *pinned_snapshots,
                     const struct pinned_snapshots_by *by, const struct pin *pin)
{
    struct pinned_snapshot *pinned = &pinned_snapshots->at[pinned_snapshots->n++];
    struct err err;

    *pinned = (struct pinned_snapshot){.pin = *pin};
    if (!current_snapshot_pinned(&pinned->is, by->home, pin->snapshot, &err))
        log_error("pinned_snapshot_refused", &err);
}

/* Told once: the release is declined until another one closes. */
static void tell_full(struct pinned_snapshots *pinned_snapshots, const char *release)
{
    struct err err;

    if (pinned_snapshots->full)
        return;
    pinned_snapshots->full = true;
    (void)err_set(&err, ERR_EXHAUSTED,
                  "a node answers from %d releases at a time; release %s is declined",
                  PINNED_SNAPSHOTS_MAX, release);
    log_error("release_not_pinned", &err);
}

/* Pins the release when it is not, if there is a snapshot; opens it when it is pinned. */
static bool take(struct pinned_snapshots *pinned_snapshots, const struct pinned_snapshots_by *by,
                 const char *release, bool *is_new, struct err *err)
{
    struct pin pin;
    bool found;

    if (!pin_read(by->home->dir, release, &pin, &found, err))
        return false;
    if (!found && !by->newest->snapshot)
        return true;
    if (pinned_snapshots->n == PINNED_SNAPSHOTS_MAX) {
        tell_full(pinned_snapshots, release);
        return true;
    }
    if (!found) {
        snprintf(pin.release, sizeof(pin.release), "%s", release);
        memcpy(pin.snapshot, snapshot_info(by->newest->snapshot)->id, sizeof(pin.snapshot));
        if (!pin_put(by->home->dir, &pin, err))
            return false;
    }
    open_pin(pinned_snapshots, by, &pin);
    *is_new = true;
    return true;
}

bool pinned_snapshots_refresh(struct pinned_snapshots *pinned_snapshots,
                              const struct pinned_snapshots_by *by, const struct pin **pinned,
                              struct err *err)
{
    assert(pinned_snapshots && by && by->home && by->roster && by->newest && pinned);
    const Rikstal__V1__Roster *roster = roster_message(by->roster);
    bool changed = !pinned_snapshots->looked;

    *pinned = NULL;
    close_ended(pinned_snapshots, by, &changed);
    for (size_t i = 0; !*pinned && i < roster->n_releases; i++) {
        const char *release = roster->releases[i]->name;
        bool is_new = false;

        if (!is_open(by, release) || find(pinned_snapshots, release))
            continue;
        if (!take(pinned_snapshots, by, release, &is_new, err))
            return false;
        if (is_new)
            *pinned = &pinned_snapshots->at[pinned_snapshots->n - 1].pin;
    }
    pinned_snapshots->looked = true;
    return !(changed || *pinned) || drop_ended(by, err);
}

const struct current_snapshot *
pinned_snapshots_find(const struct pinned_snapshots *pinned_snapshots, const char *release)
{
    assert(pinned_snapshots && release);
    for (size_t i = 0; i < pinned_snapshots->n; i++)
        if (strcmp(pinned_snapshots->at[i].pin.release, release) == 0)
            return pinned_snapshots->at[i].is.snapshot ? &pinned_snapshots->at[i].is : NULL;
    return NULL;
}

const struct current_snapshot *
pinned_snapshots_data(const struct pinned_snapshots *pinned_snapshots,
                      const struct current_snapshot *newest, const char *release)
{
    assert(pinned_snapshots && newest && release);
    if (*release)
        return pinned_snapshots_find(pinned_snapshots, release);
    return newest->snapshot ? newest : NULL;
}

void pinned_snapshots_close(struct pinned_snapshots *pinned_snapshots)
{
    for (size_t i = 0; i < pinned_snapshots->n; i++)
        current_snapshot_close(&pinned_snapshots->at[i].is);
    pinned_snapshots->n = 0;
}
