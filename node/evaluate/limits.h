#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When an evaluation must stop: a deadline on monotonic time and somebody's wish to cancel.
 *
 * Nothing else stops one: no refusal depends on what the data hold. limits_check() is called once
 * a segment, and within a segment once for every LIMITS_STRIDE rows, so a stop is noticed within
 * milliseconds. The flag may be set by a signal handler or by another thread; the rest is one
 * thread's.
 */
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define LIMITS_STRIDE 4096

struct limits {
    int64_t deadline_ms;          /* of clock_mono_ms(); INT64_MAX: none */
    const atomic_bool *cancelled; /* NULL: cannot be cancelled */
    uint32_t rows;                /* seen since the last look; starts at 0 */
    uint64_t seen;                /* rows, in all; starts at 0: for tests of fixed work */
};

/* False, with ERR_UNAVAILABLE, when it is time to stop. */
bool limits_check(struct limits *limits, struct err *err) MUST_CHECK;
/* The same, but looks only once in LIMITS_STRIDE rows. */
bool limits_row(struct limits *limits, struct err *err) MUST_CHECK;
/* So many rows are about to be seen in one go. */
bool limits_rows(struct limits *limits, size_t n, struct err *err) MUST_CHECK;
