/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/command/releases.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/command/draft.h"
#include "proto/base/clock.h"
#include "proto/base/date.h"
#include "proto/base/json.h"
#include "proto/trust/calendar.h"

#define DAY_S INT64_C(86400)

static const struct {
    const char *word;
    const char *name; /* of a release, from year and number */
    int n;
} periods[] = {{"month", "%.4s-%02d", 12}, {"quarter", "%.4s-Q%d", 4}, {"week", "%.4s-W%02d", 53}};

#define N_PERIODS (sizeof(periods) / sizeof(periods[0]))

const char *releases_every(size_t i)
{
    return i < N_PERIODS ? periods[i].word : NULL;
}

static bool day_read(const char *text, const char *name, int64_t *out, struct err *err)
{
    int32_t days;

    if (!date_parse(text, &days) || days < 0)
        return err_set(err, ERR_INVALID, "%s takes a day, YYYY-MM-DD", name);
    *out = (int64_t)days * DAY_S;
    return true;
}

/* A letter at the end says that it replaces another. */
static bool is_replacement(const char *name)
{
    char last = name[strlen(name) - 1];

    return last >= 'b' && last <= 'z';
}

static bool times(const struct release_words *words, Rikstal__V1__RosterRelease *release,
                  struct err *err)
{
    int64_t begins, ends;

    calendar_period(release->name, &begins, &ends);
    release->opens = is_replacement(release->name) ? clock_wall_s() : begins;
    release->closes = ends + words->grace * DAY_S;
    if (words->from && !day_read(words->from, "--from", &release->opens, err))
        return false;
    if (words->until && !day_read(words->until, "--until", &release->closes, err))
        return false;
    if (words->until)
        release->closes += DAY_S; /* the last day counts in full */
    if (release->closes <= release->opens || release->closes - release->opens > CALENDAR_LIFE_MAX_S)
        return err_set(err, ERR_INVALID,
                       "release %s would close before it opens, or after %lld days: say --from and "
                       "--until",
                       release->name, (long long)(CALENDAR_LIFE_MAX_S / DAY_S));
    return true;
}

bool releases_add(struct draft *draft, const struct release_words *words, struct err *err)
{
    assert(draft && words && words->name);
    Rikstal__V1__RosterRelease release = RIKSTAL__V1__ROSTER_RELEASE__INIT;

    if (!calendar_name_valid(words->name))
        return err_set(err, ERR_INVALID,
                       "a release is called by its month, quarter or week: 2026-11, 2026-Q4, "
                       "2026-W47, and 2026-11b when it replaces 2026-11");
    release.name = (char *)words->name;
    release.purpose = (char *)(words->purpose ? words->purpose : "");
    return times(words, &release, err) && draft_put_release(draft, &release, err);
}

bool releases_add_year(struct draft *draft, const struct release_words *words, struct err *err)
{
    assert(draft && words && words->name);
    struct release_words one = *words;
    const char *every = words->every ? words->every : periods[0].word;
    char name[CALENDAR_NAME_BYTES];
    int64_t begins, ends;

    if (strlen(words->name) != 4 || strspn(words->name, "0123456789") != 4 ||
        strcmp(words->name, "2000") < 0)
        return err_set(err, ERR_INVALID, "add-calendar takes a year of four digits");
    one.name = name;
    for (size_t p = 0; p < N_PERIODS; p++) {
        for (int i = 1; strcmp(periods[p].word, every) == 0 && i <= periods[p].n; i++) {
            snprintf(name, sizeof(name), periods[p].name, words->name, i);
            calendar_period(name, &begins, &ends);
            if (ends + words->grace * DAY_S > clock_wall_s() && !releases_add(draft, &one, err))
                return false;
        }
    }
    return true;
}

/* ---- show ------------------------------------------------------------------------------------ */

void releases_show(const Rikstal__V1__Roster *roster)
{
    char from[CLOCK_TEXT_BYTES], until[CLOCK_TEXT_BYTES];

    for (size_t i = 0; i < roster->n_releases; i++) {
        const Rikstal__V1__RosterRelease *release = roster->releases[i];

        clock_text(release->opens, from);
        clock_text(release->closes, until);
        printf("release       %-12s %s to %s%s%s\n", release->name, from, until,
               release->purpose[0] ? ", for " : "", release->purpose);
    }
}

cJSON *releases_list(const Rikstal__V1__Roster *roster, bool *ok)
{
    assert(roster && ok);
    cJSON *list = cJSON_CreateArray();
    char when[CLOCK_TEXT_BYTES];

    for (size_t i = 0; i < roster->n_releases; i++) {
        const Rikstal__V1__RosterRelease *release = roster->releases[i];
        cJSON *one = cJSON_CreateObject();

        json_put_text(one, "name", release->name, ok);
        clock_text(release->opens, when);
        json_put_text(one, "opens", when, ok);
        clock_text(release->closes, when);
        json_put_text(one, "closes", when, ok);
        json_put_text(one, "purpose", release->purpose, ok);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}
