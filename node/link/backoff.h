#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long to wait before dialling again: a random time between nothing and a bound that doubles,
 * so that twenty-one nodes do not return in one instant. A value; one thread.
 */
#include <stdint.h>

struct backoff {
    int64_t min_ms;
    int64_t max_ms;
    int64_t bound_ms; /* of the next wait */
};

void backoff_init(struct backoff *backoff, int64_t min_ms, int64_t max_ms);
/* After a link that worked. */
void backoff_reset(struct backoff *backoff);
/* The next wait: uniform in 0..bound, and the bound doubles up to max. */
int64_t backoff_next_ms(struct backoff *backoff);
