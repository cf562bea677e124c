/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The randomness seam's promises: a seed replays, without one no two draws are alike, and a bounded
 * draw stays below its bound and reaches all of it.
 */
#include "proto/base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_a_seed_replays(void **state)
{
    uint8_t one[64], two[64], three[64];

    (void)state;
    random_seed(7);
    random_bytes(one, sizeof(one));
    random_bytes(three, sizeof(three));
    random_seed(7);
    random_bytes(two, sizeof(two));
    assert_memory_equal(one, two, sizeof(one));
    assert_memory_not_equal(one, three, sizeof(one));
    random_unseed();
    random_bytes(two, sizeof(two));
    assert_memory_not_equal(one, two, sizeof(one));
}

static void test_a_bounded_draw_reaches_its_whole_range(void **state)
{
    unsigned seen = 0;

    (void)state;
    random_seed(1);
    for (int i = 0; i < 1000; i++) {
        uint32_t value = random_below(5);

        assert_true(value < 5);
        seen |= 1u << value;
    }
    assert_int_equal(seen, 31);
    assert_int_equal(random_below(1), 0);
    random_unseed();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_seed_replays),
        cmocka_unit_test(test_a_bounded_draw_reaches_its_whole_range),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
