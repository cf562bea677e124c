/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of backoff: a wait lies between nothing and the bound, the bound doubles up to its
 * maximum and starts over after a link that worked, and waits differ.
 */
#include "node/link/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "proto/base/random.h"

static void test_the_bound_doubles_up_to_its_maximum(void **state)
{
    struct backoff backoff;
    int64_t bound = 100;

    (void)state;
    backoff_init(&backoff, 100, 1500);
    for (int i = 0; i < 10; i++) {
        int64_t wait = backoff_next_ms(&backoff);

        assert_in_range(wait, 0, bound);
        bound = bound * 2 > 1500 ? 1500 : bound * 2;
        assert_int_equal(backoff.bound_ms, bound);
    }
    backoff_reset(&backoff);
    assert_in_range(backoff_next_ms(&backoff), 0, 100);
}

static void test_waits_are_spread_over_the_whole_range(void **state)
{
    int low = 0, high = 0;

    (void)state;
    random_seed(1);
    for (int i = 0; i < 200; i++) {
        struct backoff backoff;
        int64_t wait;

        backoff_init(&backoff, 1000, 1000);
        wait = backoff_next_ms(&backoff);
        low += wait < 250;
        high += wait > 750;
    }
    random_unseed();
    assert_in_range(low, 25, 75);
    assert_in_range(high, 25, 75);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_bound_doubles_up_to_its_maximum),
        cmocka_unit_test(test_waits_are_spread_over_the_whole_range),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
