/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: work of any length ends at the end of a whole step, at its very limit and one past it;
 * a step follows from class and size alone; and the wait is real.
 */
#include "node/keeper/quantum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/base/clock.h"

static void test_work_ends_with_a_step(void **state)
{
    static const struct {
        int64_t now_us, end_us;
    } cases[] = {{1000, 3000}, {1001, 3000}, {2999, 3000}, {3000, 5000}, {3001, 5000},
                 {4999, 5000}, {5000, 7000}, {500, 3000} /* a clock that stood still */};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_true(quantum_end_us(1000, cases[i].now_us, 2000) == cases[i].end_us);
}

static void test_a_step_is_of_the_class_and_the_size(void **state)
{
    (void)state;
    assert_int_equal(quantum_step_us(SLOT_B, 0), 2000);
    assert_int_equal(quantum_step_us(SLOT_B, 15), 2000);
    assert_int_equal(quantum_step_us(SLOT_B, 16), 4000);
    assert_int_equal(quantum_step_us(SLOT_B, 160), 22000);
    for (int slot = SLOT_A; slot < SLOT_E; slot++)
        assert_true(quantum_step_us((enum slot_class)slot, 1) <
                    quantum_step_us((enum slot_class)(slot + 1), 1));
}

static void test_the_wait_is_until_then_and_not_before(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        int64_t began_us = clock_mono_us(), took_us;

        quantum_keep(SLOT_B, 1, began_us);
        took_us = clock_mono_us() - began_us;
        assert_true(took_us >= 2000);
    }
    clock_set(5000, 0);
    quantum_keep(SLOT_D, 1, clock_mono_us());
    assert_int_equal(clock_mono_ms(), 5025);
    clock_release();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_work_ends_with_a_step),
        cmocka_unit_test(test_a_step_is_of_the_class_and_the_size),
        cmocka_unit_test(test_the_wait_is_until_then_and_not_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
