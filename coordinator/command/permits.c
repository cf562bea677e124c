/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/command/permits.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "coordinator/command/draft.h"
#include "proto/base/clock.h"
#include "proto/base/date.h"
#include "proto/base/json.h"
#include "proto/query/price.h"
#include "proto/trust/roster_permit.h"

#define DAY_S 86400

static bool day_read(const char *text, const char *name, int64_t *out, struct err *err)
{
    int32_t days;

    if (!date_parse(text, &days) || days < 0)
        return err_set(err, ERR_INVALID, "%s takes a day, YYYY-MM-DD", name);
    *out = (int64_t)days * DAY_S;
    return true;
}

/* Prints points with decimals, as prices are printed. */
static bool points_read(const char *text, int64_t *nrho, struct err *err)
{
    double most = (double)(ROSTER_PERMIT_NRHO_MAX / PRICE_POINT_NRHO), points;
    char *end;

    points = strtod(text, &end);
    if (end == text || *end || !isfinite(points) || points < 0 || points > most ||
        (points > 0 && points * (double)PRICE_POINT_NRHO < 1))
        return err_set(err, ERR_INVALID, "--points takes 0 to %.0f", most);
    *nrho = llround(points * (double)PRICE_POINT_NRHO);
    return true;
}

bool permits_add(struct draft *draft, const struct permit_words *words, struct err *err)
{
    assert(draft && words);
    struct draft_permit permit = {.id = words->id, .organisation = words->organisation, .nrho = -1};

    if (!words->id || !words->organisation || !words->until)
        return err_set(err, ERR_INVALID, "add-permit takes --id, --organisation and --until");
    if (!day_read(words->until, "--until", &permit.valid_to, err) ||
        (words->from && !day_read(words->from, "--from", &permit.valid_from, err)) ||
        (words->points && !points_read(words->points, &permit.nrho, err)))
        return false;
    permit.valid_to += DAY_S; /* the last day counts in full */
    if (permit.valid_to <= clock_wall_s())
        return err_set(err, ERR_INVALID,
                       "--until %s is over; `roster remove-permit` ends a permit at once",
                       words->until);
    if (permit.valid_to <= permit.valid_from)
        return err_set(err, ERR_INVALID, "--until is before --from");
    return draft_put_permit(draft, &permit, err);
}

/* ---- show ------------------------------------------------------------------------------------ */

void permits_show(const Rikstal__V1__Roster *roster)
{
    char from[CLOCK_TEXT_BYTES], until[CLOCK_TEXT_BYTES];

    for (size_t i = 0; i < roster->n_permits; i++) {
        const Rikstal__V1__RosterPermit *permit = roster->permits[i];

        clock_text(permit->valid_from, from);
        clock_text(permit->valid_to - 1, until);
        printf("permit        %-12s of %s, %.10s to %.10s%s", permit->id, permit->organisation,
               from, until, clock_wall_s() >= permit->valid_to ? " (ended)" : "");
        if (permit->nrho)
            printf(", %.2f points at each node", (double)permit->nrho / (double)PRICE_POINT_NRHO);
        printf("\n");
    }
}

cJSON *permits_list(const Rikstal__V1__Roster *roster, bool *ok)
{
    assert(roster && ok);
    cJSON *list = cJSON_CreateArray();
    char when[CLOCK_TEXT_BYTES];

    for (size_t i = 0; i < roster->n_permits; i++) {
        const Rikstal__V1__RosterPermit *permit = roster->permits[i];
        cJSON *one = cJSON_CreateObject();

        json_put_text(one, "id", permit->id, ok);
        json_put_text(one, "organisation", permit->organisation, ok);
        clock_text(permit->valid_from, when);
        json_put_text(one, "valid_from", when, ok);
        clock_text(permit->valid_to, when);
        json_put_text(one, "valid_to", when, ok);
        json_put_int(one, "nrho", permit->nrho, ok);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}
