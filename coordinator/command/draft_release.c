/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "coordinator/command/draft_inside.h"
#include "proto/base/arena.h"
#include "proto/trust/calendar.h"

/* The index of the release; n_releases when it has none. */
static size_t place_of(const struct draft *draft, const char *name)
{
    size_t at = 0;

    while (at < draft->roster.n_releases && strcmp(draft->roster.releases[at]->name, name) != 0)
        at++;
    return at;
}

static bool is_same(const Rikstal__V1__RosterRelease *a, const Rikstal__V1__RosterRelease *b)
{
    return a->opens == b->opens && a->closes == b->closes && strcmp(a->purpose, b->purpose) == 0;
}

/* A copy of the list with room for one more; NULL when memory is out. */
static Rikstal__V1__RosterRelease **list_of(struct draft *draft)
{
    size_t n = draft->roster.n_releases;
    Rikstal__V1__RosterRelease **list = arena_array(draft->arena, n + 1, sizeof(*list));

    for (size_t i = 0; list && i < n; i++)
        list[i] = draft->roster.releases[i];
    return list;
}

bool draft_put_release(struct draft *draft, const Rikstal__V1__RosterRelease *release,
                       struct err *err)
{
    assert(draft && release);
    size_t n = draft->roster.n_releases, at = place_of(draft, release->name);
    Rikstal__V1__RosterRelease **list, *entry;

    if (at < n && is_same(draft->roster.releases[at], release))
        return true;
    if (at == CALENDAR_RELEASES_MAX)
        return err_set(err, ERR_EXHAUSTED,
                       "a roster holds %d releases; `roster remove-release` those that have closed",
                       CALENDAR_RELEASES_MAX);
    list = list_of(draft);
    entry = arena_alloc(draft->arena, sizeof(*entry));
    if (!list || !entry)
        return err_memory(err);
    *entry = *release;
    entry->name = arena_strdup(draft->arena, release->name);
    entry->purpose = arena_strdup(draft->arena, release->purpose);
    if (!entry->name || !entry->purpose)
        return err_memory(err);
    list[at] = entry;
    draft->roster.releases = list;
    draft->roster.n_releases = at == n ? n + 1 : n;
    draft->changed = true;
    return true;
}

bool draft_remove_release(struct draft *draft, const char *name, struct err *err)
{
    assert(draft && name);
    size_t at = place_of(draft, name), n = draft->roster.n_releases;
    Rikstal__V1__RosterRelease **list = list_of(draft);

    if (at == n)
        return err_set(err, ERR_INVALID, "no release %s in the roster", name);
    if (!list)
        return err_memory(err);
    memmove(list + at, list + at + 1, (n - at - 1) * sizeof(*list));
    draft->roster.releases = list;
    draft->roster.n_releases = n - 1;
    draft->changed = true;
    return true;
}
