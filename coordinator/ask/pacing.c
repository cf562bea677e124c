/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/pacing.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/report/plan.h"

#define MINUTE_MS 60000

/*
 * A bucket is full at `full_ms`, and each token puts that time off by one interval. So a bucket
 * needs no clock of its own.
 */
struct bucket {
    char organisation[NAME_BYTES];
    int64_t full_ms;
    int64_t seen_ms;
};

struct pacing {
    int64_t interval_ms; /* 0: no limit */
    size_t n;
    struct bucket bucket[PACING_ORGANISATIONS_MAX];
};

struct pacing *pacing_new(uint32_t per_minute)
{
    struct pacing *pacing = calloc(1, sizeof(*pacing));

    assert(per_minute <= MINUTE_MS);
    if (pacing && per_minute)
        pacing->interval_ms = MINUTE_MS / per_minute;
    return pacing;
}

void pacing_free(struct pacing *pacing)
{
    free(pacing);
}

/* Its bucket; a new organisation takes the place of the one that was seen longest ago. */
static struct bucket *bucket_of(struct pacing *pacing, const char *organisation)
{
    struct bucket *oldest = &pacing->bucket[0];

    for (size_t i = 0; i < pacing->n; i++) {
        if (strcmp(pacing->bucket[i].organisation, organisation) == 0)
            return &pacing->bucket[i];
        if (pacing->bucket[i].seen_ms < oldest->seen_ms)
            oldest = &pacing->bucket[i];
    }
    if (pacing->n < PACING_ORGANISATIONS_MAX)
        oldest = &pacing->bucket[pacing->n++];
    memset(oldest, 0, sizeof(*oldest));
    snprintf(oldest->organisation, sizeof(oldest->organisation), "%s", organisation);
    return oldest;
}

int64_t pacing_take(struct pacing *pacing, const char *organisation, int64_t now_ms)
{
    assert(pacing && organisation && strlen(organisation) < NAME_BYTES);
    struct bucket *bucket;
    int64_t full_ms;

    if (pacing->interval_ms == 0)
        return 0;
    bucket = bucket_of(pacing, organisation);
    bucket->seen_ms = now_ms;
    full_ms = (bucket->full_ms > now_ms ? bucket->full_ms : now_ms) + pacing->interval_ms;
    if (full_ms - now_ms > MINUTE_MS)
        return (full_ms - now_ms - MINUTE_MS + 999) / 1000;
    bucket->full_ms = full_ms;
    return 0;
}
