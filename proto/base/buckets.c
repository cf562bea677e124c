/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/buckets.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_US INT64_C(60000000)
#define COST_US_MOST (INT64_MAX / 4)

/*
 * A bucket is full at `full_us`, and what is taken puts that time off by its cost. So a bucket
 * needs no clock of its own.
 */
struct bucket {
    char name[BUCKETS_NAME_BYTES];
    int64_t full_us;
    int64_t seen_us;
};

struct buckets {
    size_t places;
    size_t n;
    struct bucket bucket[];
};

struct buckets *buckets_new(size_t places)
{
    assert(places > 0);
    struct buckets *buckets = calloc(1, sizeof(*buckets) + places * sizeof(buckets->bucket[0]));

    if (buckets)
        buckets->places = places;
    return buckets;
}

void buckets_free(struct buckets *buckets)
{
    free(buckets);
}

static struct bucket *bucket_of(struct buckets *buckets, const char *name, int64_t now_us)
{
    struct bucket *oldest = &buckets->bucket[0];

    for (size_t i = 0; i < buckets->n; i++) {
        struct bucket *each = &buckets->bucket[i];

        if (strncmp(each->name, name, BUCKETS_NAME_BYTES - 1) == 0) {
            each->seen_us = now_us;
            return each;
        }
        if (each->seen_us < oldest->seen_us)
            oldest = each;
    }
    if (buckets->n < buckets->places)
        oldest = &buckets->bucket[buckets->n++];
    memset(oldest, 0, sizeof(*oldest));
    snprintf(oldest->name, sizeof(oldest->name), "%s", name);
    oldest->seen_us = now_us;
    return oldest;
}

static int64_t begin_us(const struct bucket *bucket, int64_t now_us)
{
    return bucket->full_us > now_us ? bucket->full_us : now_us;
}

int64_t buckets_wait_ms(struct buckets *buckets, const char *name, int64_t cost_us, int64_t now_ms)
{
    assert(buckets && name && cost_us >= 0 && cost_us <= COST_US_MOST);
    int64_t now_us = now_ms * 1000, most = cost_us > MINUTE_US ? cost_us : MINUTE_US;
    int64_t over = begin_us(bucket_of(buckets, name, now_us), now_us) - now_us + cost_us - most;

    return over > 0 ? (over + 999) / 1000 : 0;
}

void buckets_take(struct buckets *buckets, const char *name, int64_t cost_us, int64_t now_ms)
{
    assert(buckets && name && cost_us >= 0 && cost_us <= COST_US_MOST);
    struct bucket *bucket = bucket_of(buckets, name, now_ms * 1000);

    bucket->full_us = begin_us(bucket, now_ms * 1000) + cost_us;
}
