/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of limits: a deadline and a cancellation are noticed at the next check, and among
 * rows no later than LIMITS_STRIDE rows on; without either nothing stops.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "node/evaluate/limits.h"
#include "proto/base/clock.h"
#include "tests/unit/refused.h"

static void test_a_deadline_is_kept_to_the_millisecond(void **state)
{
    struct limits limits = {.deadline_ms = 1000};
    struct err err;

    (void)state;
    clock_set(999, 0);
    assert_true(limits_check(&limits, &err));
    clock_set(1000, 0);
    assert_refused(limits_check(&limits, &err), &err, ERR_UNAVAILABLE);
    clock_release();
}

static void test_rows_look_at_the_clock_once_a_stride(void **state)
{
    atomic_bool cancelled = false;
    struct limits limits = {.deadline_ms = INT64_MAX, .cancelled = &cancelled};
    struct err err;
    int n = 0;

    (void)state;
    assert_true(limits_check(&limits, &err));
    atomic_store(&cancelled, true);
    while (limits_row(&limits, &err))
        n++;
    assert_int_equal(n, LIMITS_STRIDE - 1);
    assert_int_equal(err.code, ERR_UNAVAILABLE);
}

static void test_rows_in_one_go_are_counted_and_look_at_once(void **state)
{
    atomic_bool cancelled = false;
    struct limits limits = {.deadline_ms = INT64_MAX, .cancelled = &cancelled};
    struct err err;

    (void)state;
    assert_true(limits_row(&limits, &err));
    assert_true(limits_rows(&limits, 7, &err));
    assert_int_equal(limits.seen, 8);
    atomic_store(&cancelled, true);
    assert_refused(limits_rows(&limits, 0, &err), &err, ERR_UNAVAILABLE);
}

static void test_without_limits_nothing_stops(void **state)
{
    struct limits limits = {.deadline_ms = INT64_MAX};
    struct err err;

    (void)state;
    for (int i = 0; i < 3 * LIMITS_STRIDE; i++)
        assert_true(limits_row(&limits, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_deadline_is_kept_to_the_millisecond),
        cmocka_unit_test(test_rows_look_at_the_clock_once_a_stride),
        cmocka_unit_test(test_rows_in_one_go_are_counted_and_look_at_once),
        cmocka_unit_test(test_without_limits_nothing_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
