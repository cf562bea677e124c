/* SPDX-License-Identifier: Apache-2.0 */
#include "node/link/backoff.h"

#include <assert.h>

#include "proto/base/random.h"

void backoff_init(struct backoff *backoff, int64_t min_ms, int64_t max_ms)
{
    assert(min_ms > 0 && min_ms <= max_ms && max_ms < INT32_MAX);
    *backoff = (struct backoff){.min_ms = min_ms, .max_ms = max_ms, .bound_ms = min_ms};
}

void backoff_reset(struct backoff *backoff)
{
    assert(backoff);
    backoff->bound_ms = backoff->min_ms;
}

int64_t backoff_next_ms(struct backoff *backoff)
{
    assert(backoff);
    int64_t wait_ms = random_below((uint32_t)backoff->bound_ms + 1);

    backoff->bound_ms *= 2;
    if (backoff->bound_ms > backoff->max_ms)
        backoff->bound_ms = backoff->max_ms;
    return wait_ms;
}
