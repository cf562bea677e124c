/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "coordinator/command/draft_inside.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/trust/roster_permit.h"

#define DAY_S 86400

/* The index of the permit; n_permits when it has none. */
static size_t place_of(const struct draft *draft, const char *id)
{
    size_t at = 0;

    while (at < draft->roster.n_permits && strcmp(draft->roster.permits[at]->id, id) != 0)
        at++;
    return at;
}

static bool organisation_known(const struct draft *draft, const char *id)
{
    for (size_t i = 0; i < draft->roster.n_organisations; i++)
        if (strcmp(draft->roster.organisations[i]->id, id) == 0)
            return true;
    return false;
}

/* Makes the new entry: what is given, and the rest from the old entry. */
static Rikstal__V1__RosterPermit wanted(const struct draft_permit *permit,
                                        const Rikstal__V1__RosterPermit *old)
{
    Rikstal__V1__RosterPermit to = RIKSTAL__V1__ROSTER_PERMIT__INIT;

    to.id = (char *)permit->id;
    to.organisation = (char *)permit->organisation;
    to.valid_to = permit->valid_to;
    to.valid_from = permit->valid_from;
    if (!to.valid_from)
        to.valid_from = old ? old->valid_from : clock_wall_s() / DAY_S * DAY_S;
    to.nrho = permit->nrho;
    if (to.nrho < 0)
        to.nrho = old ? old->nrho : 0;
    return to;
}

static bool permit_check(const struct draft *draft, const struct draft_permit *permit,
                         const Rikstal__V1__RosterPermit *old, struct err *err)
{
    if (!organisation_known(draft, permit->organisation))
        return err_set(err, ERR_INVALID,
                       "no organisation \"%s\"; add it with `roster add-organisation`",
                       permit->organisation);
    if (old && strcmp(old->organisation, permit->organisation) != 0)
        return err_set(err, ERR_DENIED,
                       "permit %s is organisation %s's; if it moved, `roster remove-permit` first",
                       old->id, old->organisation);
    if (!old && draft->roster.n_permits >= ROSTER_PERMITS_MAX)
        return err_set(err, ERR_EXHAUSTED,
                       "a roster holds %d permits; `roster remove-permit` those that have ended",
                       ROSTER_PERMITS_MAX);
    return true;
}

/* Stores the entry at this index, or at the end. */
static bool permit_set(struct draft *draft, size_t at, const Rikstal__V1__RosterPermit *to,
                       struct err *err)
{
    size_t n = draft->roster.n_permits;
    Rikstal__V1__RosterPermit **list = arena_array(draft->arena, n + 1, sizeof(*list)),
                              *entry = arena_alloc(draft->arena, sizeof(*entry));

    if (!list || !entry)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        list[i] = draft->roster.permits[i];
    *entry = *to;
    entry->id = arena_strdup(draft->arena, to->id);
    entry->organisation = arena_strdup(draft->arena, to->organisation);
    if (!entry->id || !entry->organisation)
        return err_memory(err);
    list[at] = entry;
    draft->roster.permits = list;
    draft->roster.n_permits = at == n ? n + 1 : n;
    draft->changed = true;
    return true;
}

bool draft_put_permit(struct draft *draft, const struct draft_permit *permit, struct err *err)
{
    assert(draft && permit && permit->id);
    size_t at = place_of(draft, permit->id);
    const Rikstal__V1__RosterPermit *old =
        at < draft->roster.n_permits ? draft->roster.permits[at] : NULL;
    Rikstal__V1__RosterPermit to;

    if (!permit_check(draft, permit, old, err))
        return false;
    to = wanted(permit, old);
    if (old && old->valid_from == to.valid_from && old->valid_to == to.valid_to &&
        old->nrho == to.nrho)
        return true;
    return permit_set(draft, at, &to, err);
}

/* Removes permits with this id or of this organisation; NULL matches none. */
static bool permits_drop(struct draft *draft, const char *id, const char *organisation,
                         struct err *err)
{
    size_t n = draft->roster.n_permits, kept = 0;
    Rikstal__V1__RosterPermit **list = arena_array(draft->arena, n + 1, sizeof(*list));

    if (!list)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        Rikstal__V1__RosterPermit *permit = draft->roster.permits[i];

        if ((!id || strcmp(permit->id, id) != 0) &&
            (!organisation || strcmp(permit->organisation, organisation) != 0))
            list[kept++] = permit;
    }
    draft->changed = draft->changed || kept < n;
    draft->roster.permits = list;
    draft->roster.n_permits = kept;
    return true;
}

bool draft_remove_permit(struct draft *draft, const char *id, struct err *err)
{
    assert(draft && id);
    if (place_of(draft, id) == draft->roster.n_permits)
        return err_set(err, ERR_INVALID, "no permit %s in the roster", id);
    return permits_drop(draft, id, NULL, err);
}

bool draft_drop_permits(struct draft *draft, const char *organisation, struct err *err)
{
    return permits_drop(draft, NULL, organisation, err);
}
