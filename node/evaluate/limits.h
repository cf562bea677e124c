#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When an evaluation must stop: at a deadline on monotonic time, or when it is cancelled.
 *
 * Nothing else stops it: no refusal depends on what the data hold. limits_check() is called once
 * for each segment, and in a segment once for every LIMITS_STRIDE rows, so a stop is noticed within
 * milliseconds. The flag `cancelled` may be set by a signal handler or another thread; the rest
 * belongs to one thread.
 */
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define LIMITS_STRIDE 4096

struct limits {
    int64_t deadline_ms;          /* of clock_mono_ms(); INT64_MAX: none */
    const atomic_bool *cancelled; /* NULL: cannot be cancelled */
    uint32_t rows;                /* rows since the last check; starts at 0 */
    uint64_t seen;                /* rows in all; starts at 0; for tests of fixed work */
};

/* False, with ERR_UNAVAILABLE, when the evaluation must stop. */
bool limits_check(struct limits *limits, struct err *err) MUST_CHECK;
/* Counts one row, and checks once in LIMITS_STRIDE rows. */
bool limits_row(struct limits *limits, struct err *err) MUST_CHECK;
/* Counts n rows that are about to be read together. */
bool limits_rows(struct limits *limits, size_t n, struct err *err) MUST_CHECK;
