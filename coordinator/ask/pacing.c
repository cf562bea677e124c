/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/pacing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/report/plan.h"
#include "proto/base/buckets.h"

#define MINUTE_US INT64_C(60000000)

struct pacing {
    int64_t interval_us; /* 0: no limit */
    struct buckets *buckets;
};

struct pacing *pacing_new(uint32_t per_minute)
{
    struct pacing *pacing = calloc(1, sizeof(*pacing));

    assert(per_minute <= PACING_PER_MINUTE_MOST);
    if (!pacing)
        return NULL;
    pacing->buckets = buckets_new(PACING_ORGANISATIONS_MAX);
    if (!pacing->buckets) {
        free(pacing);
        return NULL;
    }
    if (per_minute)
        pacing->interval_us = MINUTE_US / per_minute;
    return pacing;
}

void pacing_free(struct pacing *pacing)
{
    if (!pacing)
        return;
    buckets_free(pacing->buckets);
    free(pacing);
}

int64_t pacing_take(struct pacing *pacing, const char *organisation, int64_t now_ms)
{
    assert(pacing && organisation && strlen(organisation) < NAME_BYTES);
    int64_t wait_ms;

    if (pacing->interval_us == 0)
        return 0;
    wait_ms = buckets_wait_ms(pacing->buckets, organisation, pacing->interval_us, now_ms);
    if (wait_ms > 0)
        return (wait_ms + 999) / 1000;
    buckets_take(pacing->buckets, organisation, pacing->interval_us, now_ms);
    return 0;
}

void pacing_refused(struct pacing *pacing, const char *organisation, int64_t now_ms)
{
    assert(pacing && organisation);
    if (pacing->interval_us)
        buckets_take(pacing->buckets, organisation,
                     (PACING_REFUSED_TOKENS - 1) * pacing->interval_us, now_ms);
}
