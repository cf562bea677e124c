#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long to wait before dialling again: a random time from 0 to a bound that doubles, so that not
 * all nodes of the network dial at the same moment. A value; one thread.
 */
#include <stdint.h>

struct backoff {
    int64_t min_ms;
    int64_t max_ms;
    int64_t bound_ms; /* of the next wait */
};

void backoff_init(struct backoff *backoff, int64_t min_ms, int64_t max_ms);
/* Call it after a link that worked. */
void backoff_reset(struct backoff *backoff);
/* The next wait: uniform in 0..bound. The bound doubles each time, up to the maximum. */
int64_t backoff_next_ms(struct backoff *backoff);
