/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: work starts at a tick, and of any length ends at the end of a whole length, at its very
 * limit and one past it; a length follows from the price in work alone, is never less than it, and
 * is one of few; and the waits are real.
 */
#include "node/keeper/quantum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/base/clock.h"

static void test_work_ends_with_a_length(void **state)
{
    static const struct {
        int64_t now_us, end_us;
    } cases[] = {{1000, 3000}, {1001, 3000}, {2999, 3000}, {3000, 5000}, {3001, 5000},
                 {4999, 5000}, {5000, 7000}, {500, 3000} /* a clock that stood still */};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_true(quantum_end_us(1000, cases[i].now_us, 2000) == cases[i].end_us);
}

static void test_work_starts_at_a_tick(void **state)
{
    (void)state;
    assert_int_equal(quantum_tick_us(0), 0);
    assert_int_equal(quantum_tick_us(1), 2000);
    assert_int_equal(quantum_tick_us(1999), 2000);
    assert_int_equal(quantum_tick_us(2000), 2000);
    assert_int_equal(quantum_tick_us(2001), 4000);
    clock_set(5001, 0);
    assert_int_equal(quantum_begin(), 5002000);
    assert_int_equal(clock_mono_ms(), 5002);
    assert_int_equal(quantum_begin(), 5002000); /* at a tick already */
    clock_release();
}

static void test_a_length_holds_the_price(void **state)
{
    static const struct {
        uint64_t work_ns;
        uint32_t factor;
        int64_t length_us;
    } cases[] = {{0, 0, 2000},
                 {1, 1, 2000},
                 {2000000, 1, 2000},
                 {2000001, 1, 4000},
                 {4000000, 1, 4000},
                 {4000001, 1, 8000},
                 {1000000, 3, 4000},
                 {3350000000, 1, 4096000},
                 {15000000000, 1, 16384000},
                 {2000000, 50, 128000}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_true(quantum_length_us(cases[i].work_ns, cases[i].factor) == cases[i].length_us);
    for (uint64_t ns = 1; ns < UINT64_MAX / 8; ns = ns * 3 + 1)
        assert_true(ns / 1000 > UINT64_C(1) << 49 ||
                    (uint64_t)quantum_length_us(ns, 1) >= ns / 1000);
    assert_true(quantum_length_us(UINT64_MAX, 50) > 0);
}

static void test_a_length_ends_before_its_slot(void **state)
{
    (void)state;
    assert_int_equal(quantum_fit_us(2000, 1000), 2000); /* a tick is the least */
    assert_int_equal(quantum_fit_us(2048000, 3000000), 2048000);
    assert_int_equal(quantum_fit_us(4096000, 3000000), 2048000); /* slow machine, fixed slot */
    assert_int_equal(quantum_fit_us(32768000, 30000000), 16384000);
    assert_int_equal(quantum_fit_us(7000, 8000), 7000);
    assert_int_equal(quantum_fit_us(7001, 8000), 3500);
}

static void test_the_wait_is_until_then_and_not_before(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        int64_t began_us = quantum_begin(), took_us;

        assert_int_equal(began_us % QUANTUM_TICK_US, 0);
        assert_true(clock_mono_us() >= began_us);
        quantum_keep(began_us, 4000);
        took_us = clock_mono_us() - began_us;
        assert_true(took_us >= 4000);
    }
    clock_set(5000, 0);
    quantum_keep(clock_mono_us(), 25000);
    assert_int_equal(clock_mono_ms(), 5025);
    clock_release();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_work_ends_with_a_length),
        cmocka_unit_test(test_work_starts_at_a_tick),
        cmocka_unit_test(test_a_length_holds_the_price),
        cmocka_unit_test(test_a_length_ends_before_its_slot),
        cmocka_unit_test(test_the_wait_is_until_then_and_not_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
