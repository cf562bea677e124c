#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Token buckets by name: what each may use up in a minute, and what it may do meanwhile.
 *
 * A bucket holds one minute's share and fills evenly. Costs are said as the time in which the
 * bucket gains as much: at 60 a minute, one costs a second. A cost above a whole minute fits a full
 * bucket alone. In memory: a new table is full. One thread, or one lock.
 */
#include <stddef.h>
#include <stdint.h>

#define BUCKETS_NAME_BYTES 65 /* a longer name is cut */

struct buckets;

/*
 * For `places` names; when they are taken, the name that was seen longest ago gives its place up.
 * NULL when memory is out.
 */
struct buckets *buckets_new(size_t places);
void buckets_free(struct buckets *buckets); /* accepts NULL */

/* Milliseconds until the cost fits the name's bucket; 0: it fits now. Takes nothing. */
int64_t buckets_wait_ms(struct buckets *buckets, const char *name, int64_t cost_us, int64_t now_ms);
/* Takes the cost, also where it does not fit: what is owed must be gained first. */
void buckets_take(struct buckets *buckets, const char *name, int64_t cost_us, int64_t now_ms);
