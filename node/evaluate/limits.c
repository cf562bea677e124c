/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/limits.h"

#include <assert.h>

#include "proto/base/clock.h"

bool limits_check(struct limits *limits, struct err *err)
{
    assert(limits);
    limits->rows = 0;
    if (limits->cancelled && atomic_load(limits->cancelled))
        return err_set(err, ERR_UNAVAILABLE, "the question was cancelled");
    if (limits->deadline_ms != INT64_MAX && clock_mono_ms() >= limits->deadline_ms)
        return err_set(err, ERR_UNAVAILABLE, "the question's time is over before it was answered");
    return true;
}

bool limits_row(struct limits *limits, struct err *err)
{
    limits->seen++;
    if (++limits->rows < LIMITS_STRIDE)
        return true;
    return limits_check(limits, err);
}

bool limits_rows(struct limits *limits, size_t n, struct err *err)
{
    limits->seen += n;
    return limits_check(limits, err);
}
