/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/calendar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/date.h"
#include "proto/trust/roster.h"
#include "proto/trust/roster_permit.h"

#define PURPOSE_BYTES 64
#define DAY_S INT64_C(86400)

/* ---- names ----------------------------------------------------------------------------------- */

/* The two digits at text as a number; -1 when they are none. */
static int two_digits(const char *text)
{
    for (int i = 0; i < 2; i++)
        if (text[i] < '0' || text[i] > '9')
            return -1;
    return 10 * (text[0] - '0') + text[1] - '0';
}

/* The length of the name without its letter; 0 when it is no name. */
static size_t time_length(const char *name)
{
    int number;

    if (strlen(name) < 7 || strncmp(name, "1970", 4) < 0 || two_digits(name) < 0 ||
        two_digits(name + 2) < 0 || name[4] != '-')
        return 0;
    if (name[5] == 'Q')
        return name[6] >= '1' && name[6] <= '4' ? 7 : 0;
    number = two_digits(name[5] == 'W' ? name + 6 : name + 5);
    if (name[5] == 'W')
        return number >= 1 && number <= 53 ? 8 : 0;
    return number >= 1 && number <= 12 ? 7 : 0;
}

bool calendar_name_valid(const char *name)
{
    assert(name);
    size_t length = time_length(name);

    if (!length)
        return false;
    return !name[length] || (name[length] >= 'b' && name[length] <= 'z' && !name[length + 1]);
}

/* The Monday of the first week, the one with 4 January (ISO 8601). */
static int32_t first_monday(int year)
{
    int32_t day = date_from_civil(year, 1, 4);

    return day - (day + 3) % 7; /* 1970-01-01 was a Thursday */
}

void calendar_period(const char *name, int64_t *begins, int64_t *ends)
{
    assert(calendar_name_valid(name) && begins && ends);
    int year = 100 * two_digits(name) + two_digits(name + 2), month, months = 1;
    int32_t first;

    if (name[5] == 'W') {
        first = first_monday(year) + 7 * (two_digits(name + 6) - 1);
        *begins = (int64_t)first * DAY_S;
        *ends = *begins + 7 * DAY_S;
        return;
    }
    if (name[5] == 'Q') {
        month = 3 * (name[6] - '1') + 1;
        months = 3;
    } else {
        month = two_digits(name + 5);
    }
    first = date_from_civil(year, month, 1);
    *begins = (int64_t)first * DAY_S;
    *ends = (int64_t)date_add_months(first, months) * DAY_S;
}

const char *calendar_state_word(enum calendar_state state)
{
    static const char *const words[] = {[CALENDAR_COMING] = "coming",
                                        [CALENDAR_OPEN] = "open",
                                        [CALENDAR_REPLACED] = "replaced",
                                        [CALENDAR_CLOSED] = "closed"};

    assert((size_t)state < sizeof(words) / sizeof(words[0]));
    return words[state];
}

/* Does `later` take the place of `name`? */
static bool replaces(const char *later, const char *name)
{
    size_t length = time_length(name);

    return strncmp(later, name, length) == 0 && later[length] > name[length];
}

/* ---- the roster ------------------------------------------------------------------------------ */

static bool one_check(const Rikstal__V1__RosterRelease *release, struct err *err)
{
    if (!calendar_name_valid(release->name))
        return err_set(err, ERR_INVALID,
                       "a release is called by its month, quarter or week: 2026-11, 2026-Q4, "
                       "2026-W47, and 2026-11b when it replaces one");
    if (release->opens < 0 || release->closes > ROSTER_PERMIT_TIME_MAX ||
        release->closes <= release->opens || release->closes - release->opens > CALENDAR_LIFE_MAX_S)
        return err_set(err, ERR_INVALID, "release %s closes before it opens, or after %lld days",
                       release->name, (long long)(CALENDAR_LIFE_MAX_S / DAY_S));
    if (strlen(release->purpose) > PURPOSE_BYTES)
        return err_set(err, ERR_INVALID, "release %s is for a purpose of more than %d bytes",
                       release->name, PURPOSE_BYTES);
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool calendar_check(const Rikstal__V1__Roster *roster, struct arena *arena, struct err *err)
{
    const char **name = arena_array(arena, roster->n_releases + 1, sizeof(*name));

    if (!name)
        return err_memory(err);
    if (roster->n_releases > CALENDAR_RELEASES_MAX)
        return err_set(err, ERR_INVALID, "the roster lists %zu releases; %d are allowed",
                       roster->n_releases, CALENDAR_RELEASES_MAX);
    for (size_t i = 0; i < roster->n_releases; i++) {
        if (!one_check(roster->releases[i], err))
            return false;
        name[i] = roster->releases[i]->name;
    }
    if (roster->n_releases)
        qsort(name, roster->n_releases, sizeof(*name), compare_texts);
    for (size_t i = 1; i < roster->n_releases; i++)
        if (strcmp(name[i - 1], name[i]) == 0)
            return err_set(err, ERR_INVALID, "the roster lists release %s twice", name[i]);
    return true;
}

const Rikstal__V1__RosterRelease *calendar_find(const struct roster *roster, const char *name)
{
    assert(roster && name);
    const Rikstal__V1__Roster *m = roster_message(roster);

    for (size_t i = 0; i < m->n_releases; i++)
        if (strcmp(m->releases[i]->name, name) == 0)
            return m->releases[i];
    return NULL;
}

enum calendar_state calendar_state(const struct roster *roster,
                                   const Rikstal__V1__RosterRelease *release, int64_t now_s)
{
    assert(roster && release);
    const Rikstal__V1__Roster *m = roster_message(roster);

    if (now_s >= release->closes)
        return CALENDAR_CLOSED;
    if (now_s < release->opens)
        return CALENDAR_COMING;
    for (size_t i = 0; i < m->n_releases; i++)
        if (now_s >= m->releases[i]->opens && replaces(m->releases[i]->name, release->name))
            return CALENDAR_REPLACED;
    return CALENDAR_OPEN;
}

static bool is_for(const Rikstal__V1__RosterRelease *release, const char *purpose)
{
    return !release->purpose[0] || strcmp(release->purpose, purpose) == 0;
}

/* Opened last; of two at once the one that is for this purpose alone. */
static bool is_newer(const Rikstal__V1__RosterRelease *a, const Rikstal__V1__RosterRelease *b)
{
    if (!b || a->opens != b->opens)
        return !b || a->opens > b->opens;
    return a->purpose[0] && !b->purpose[0];
}

const Rikstal__V1__RosterRelease *calendar_newest(const struct roster *roster, const char *purpose,
                                                  int64_t now_s)
{
    assert(roster && purpose);
    const Rikstal__V1__Roster *m = roster_message(roster);
    const Rikstal__V1__RosterRelease *newest = NULL;

    for (size_t i = 0; i < m->n_releases; i++)
        if (is_for(m->releases[i], purpose) &&
            calendar_state(roster, m->releases[i], now_s) == CALENDAR_OPEN &&
            is_newer(m->releases[i], newest))
            newest = m->releases[i];
    return newest;
}

/* ---- what a question may name ---------------------------------------------------------------- */

/* Ends the sentence: what may be named instead. */
static bool deny(const struct roster *roster, const char *purpose, int64_t now_s, struct err *err)
{
    const Rikstal__V1__RosterRelease *newest = calendar_newest(roster, purpose, now_s);
    char why[sizeof(err->text)];

    memcpy(why, err->text, sizeof(why));
    if (newest)
        return err_set(err, ERR_DENIED, "%.200s; ask about release %s", why, newest->name);
    return err_set(err, ERR_DENIED, "%.200s; no release is open for this purpose now", why);
}

bool calendar_allows(const struct roster *roster, const char *name, const char *purpose,
                     int64_t now_s, struct err *err)
{
    assert(roster && name && purpose);
    const Rikstal__V1__RosterRelease *release = calendar_find(roster, name);
    enum calendar_state state;

    if (roster_message(roster)->n_releases == 0)
        return !name[0] || err_set(err, ERR_DENIED,
                                   "this network has no calendar of releases, so a question names "
                                   "none");
    if (!release) {
        err_set(err, ERR_DENIED,
                name[0] ? "the calendar has no release of that name"
                        : "this network is asked about a release");
        return deny(roster, purpose, now_s, err);
    }
    state = calendar_state(roster, release, now_s);
    if (state != CALENDAR_OPEN) {
        err_set(err, ERR_DENIED, "release %s is %s", release->name, calendar_state_word(state));
        return deny(roster, purpose, now_s, err);
    }
    if (is_for(release, purpose))
        return true;
    err_set(err, ERR_DENIED, "release %s is for purpose %s alone", release->name, release->purpose);
    return deny(roster, purpose, now_s, err);
}
