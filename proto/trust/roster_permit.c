/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/roster_permit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/trust/roster.h"

/* The id is printed and told to askers, so it must be plain text. */
static bool id_valid(const char *id)
{
    if (!*id || strlen(id) > ROSTER_PERMIT_ID_MAX)
        return false;
    for (; *id; id++)
        if ((unsigned char)*id < ' ' || *id == 0x7f)
            return false;
    return true;
}

static bool one_check(const struct roster *roster, const Rikstal__V1__RosterPermit *permit,
                      struct err *err)
{
    if (!id_valid(permit->id))
        return err_set(err, ERR_INVALID,
                       "a permit's id has 1 to %d bytes and no control characters",
                       ROSTER_PERMIT_ID_MAX);
    if (!roster_organisation(roster, permit->organisation))
        return err_set(err, ERR_INVALID, "permit %s is of an organisation that is not listed",
                       permit->id);
    if (permit->valid_from < 0 || permit->valid_to <= permit->valid_from ||
        permit->valid_to > ROSTER_PERMIT_TIME_MAX)
        return err_set(err, ERR_INVALID, "permit %s ends before it begins, or never", permit->id);
    if (permit->nrho < 0 || permit->nrho > ROSTER_PERMIT_NRHO_MAX)
        return err_set(err, ERR_INVALID, "the cap of permit %s is not 0 to %lld nano-rho",
                       permit->id, (long long)ROSTER_PERMIT_NRHO_MAX);
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ids_differ(const Rikstal__V1__Roster *m, struct arena *arena, struct err *err)
{
    const char **id = arena_array(arena, m->n_permits + 1, sizeof(*id));

    if (!id)
        return err_memory(err);
    for (size_t i = 0; i < m->n_permits; i++)
        id[i] = m->permits[i]->id;
    if (m->n_permits)
        qsort(id, m->n_permits, sizeof(*id), compare_texts);
    for (size_t i = 1; i < m->n_permits; i++)
        if (strcmp(id[i - 1], id[i]) == 0)
            return err_set(err, ERR_INVALID, "the roster lists permit %s twice", id[i]);
    return true;
}

bool roster_permit_check(const struct roster *roster, struct arena *arena, struct err *err)
{
    const Rikstal__V1__Roster *m = roster_message(roster);

    if (m->n_permits > ROSTER_PERMITS_MAX)
        return err_set(err, ERR_INVALID, "the roster lists %zu permits; %d are allowed",
                       m->n_permits, ROSTER_PERMITS_MAX);
    for (size_t i = 0; i < m->n_permits; i++)
        if (!one_check(roster, m->permits[i], err))
            return false;
    return ids_differ(m, arena, err);
}

const Rikstal__V1__RosterPermit *roster_permit(const struct roster *roster,
                                               const char *organisation, const char *id)
{
    assert(roster && organisation && id);
    const Rikstal__V1__Roster *m = roster_message(roster);

    for (size_t i = 0; i < m->n_permits; i++)
        if (strcmp(m->permits[i]->id, id) == 0)
            return strcmp(m->permits[i]->organisation, organisation) == 0 ? m->permits[i] : NULL;
    return NULL;
}

bool roster_permit_holds(const Rikstal__V1__RosterPermit *permit, int64_t now_s, struct err *err)
{
    assert(permit && permit->valid_from < permit->valid_to);
    bool early = now_s < permit->valid_from;
    char when[CLOCK_TEXT_BYTES];

    if (!early && now_s < permit->valid_to)
        return true;
    clock_text(early ? permit->valid_from : permit->valid_to, when);
    return early ? err_set(err, ERR_DENIED, "permit %s holds from %s on; ask again then",
                           permit->id, when)
                 : err_set(err, ERR_DENIED,
                           "permit %s ended at %s; if it was prolonged, the network's operator "
                           "enters its new end (`rikstal-coordinator roster add-permit`)",
                           permit->id, when);
}
