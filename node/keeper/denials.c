/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/denials.h"

#include <assert.h>
#include <string.h>

#include "node/audit/leaf.h"
#include "node/keeper/journal.h"
#include "proto/base/clock.h"

/* 0 only in the control of tests/attack/floods.c, which must notice it. */
#ifndef DENIALS_COUNT
#define DENIALS_COUNT 1
#endif

#define AGAIN_MS 60000

static_assert(DENIALS_NAME_BYTES == LEAF_NAME_BYTES, "an organisation as a leaf names it");

/* Writes the counted leaves of one hour. A code is cleared when its leaf is durable. */
static bool write_counts(struct denials_hour *hour, struct journal *journal, struct err *err)
{
    for (size_t code = 0; code < REFUSAL_CODES; code++) {
        struct leaf leaf = {
            .type = LEAF_DENIED_AGAIN, .time_s = clock_wall_s(), .nrho = hour->counted[code]};

        if (hour->counted[code] == 0)
            continue;
        memcpy(leaf.organisation, hour->organisation, sizeof(leaf.organisation));
        if (!leaf_name(leaf.note, sizeof(leaf.note), refusal_code((enum refusal)code), err) ||
            !journal_note(journal, &leaf, err))
            return false;
        hour->counted[code] = 0;
    }
    return true;
}

/* Ends this hour, and moves the last one to its place. */
static bool end_hour(struct denials *denials, size_t i, struct journal *journal, struct err *err)
{
    if (!write_counts(&denials->hour[i], journal, err))
        return false;
    denials->hour[i] = denials->hour[--denials->n];
    return true;
}

static size_t oldest(const struct denials *denials)
{
    size_t found = 0;

    for (size_t i = 1; i < denials->n; i++)
        if (denials->hour[i].began_ms < denials->hour[found].began_ms)
            found = i;
    return found;
}

static bool hour_of(struct denials *denials, struct journal *journal, const char *organisation,
                    int64_t now_ms, struct denials_hour **out, struct err *err)
{
    for (size_t i = 0; i < denials->n; i++)
        if (strcmp(denials->hour[i].organisation, organisation) == 0) {
            *out = &denials->hour[i];
            return true;
        }
    if (denials->n == DENIALS_ORGANISATIONS_MAX &&
        !end_hour(denials, oldest(denials), journal, err))
        return false;
    *out = &denials->hour[denials->n++];
    **out = (struct denials_hour){.began_ms = now_ms};
    memcpy((*out)->organisation, organisation, strlen(organisation) + 1);
    return true;
}

bool denials_note(struct denials *denials, struct journal *journal, const struct leaf *leaf,
                  enum refusal refusal, int64_t now_ms, struct err *err)
{
    assert(denials && leaf && leaf->type == LEAF_DENY && refusal < REFUSAL_CODES);
    struct denials_hour *hour;

    if (!denials_end(denials, journal, now_ms, err) ||
        !hour_of(denials, journal, leaf->organisation, now_ms, &hour, err))
        return false;
    if (hour->leaves < DENIALS_LEAVES || !hour->seen[refusal] || !DENIALS_COUNT) {
        hour->leaves++;
        hour->seen[refusal] = true;
        return journal_note(journal, leaf, err);
    }
    hour->counted[refusal]++;
    return true;
}

int64_t denials_wait_ms(const struct denials *denials, int64_t now_ms)
{
    assert(denials);
    int64_t end_ms;

    if (denials->n == 0)
        return -1;
    end_ms = denials->hour[oldest(denials)].began_ms + DENIALS_HOUR_MS;
    return end_ms > now_ms ? end_ms - now_ms : 0;
}

bool denials_end(struct denials *denials, struct journal *journal, int64_t now_ms, struct err *err)
{
    assert(denials && journal);
    for (size_t i = denials->n; i > 0; i--) {
        struct denials_hour *hour = &denials->hour[i - 1];

        if (hour->began_ms > now_ms - DENIALS_HOUR_MS || end_hour(denials, i - 1, journal, err))
            continue;
        hour->began_ms += AGAIN_MS; /* what could not be written is tried again */
        return false;
    }
    return true;
}
