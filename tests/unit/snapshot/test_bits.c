/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the bitset loops promise: the same as a bit at a time, for every length and address.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/snapshot/bits.h"
#include "proto/base/random.h"

#define WORDS 40

static void test_loops_agree_with_single_bits(void **state)
{
    uint8_t bytes[8 * WORDS + 8];
    uint64_t cohort[WORDS], or [WORDS], cleared[WORDS];

    (void)state;
    random_seed(7);
    for (int round = 0; round < 2000; round++) {
        size_t n = random_below(WORDS + 1);
        uint8_t *at = bytes + random_below(8);
        uint32_t both = 0, all = 0;

        random_bytes(bytes, sizeof(bytes));
        random_bytes(cohort, sizeof(cohort));
        memcpy(or, cohort, sizeof(or));
        memcpy(cleared, cohort, sizeof(cleared));
        bits_or(or, at, n);
        bits_clear(cleared, at, n);
        for (uint32_t i = 0; i < 64 * n; i++) {
            bool in_bytes = at[i >> 3] >> (i & 7) & 1;
            bool in_cohort = bits_has(cohort, i);

            both += in_bytes && in_cohort;
            all += in_cohort;
            assert_int_equal(bits_has(or, i), in_bytes || in_cohort);
            assert_int_equal(bits_has(cleared, i), in_cohort && !in_bytes);
        }
        assert_int_equal(bits_count_and(at, cohort, n), both);
        assert_int_equal(bits_count(cohort, n), all);
        assert_true(bits_cover(or, cohort, n));
        assert_int_equal(bits_cover(cleared, cohort, n), both == 0);
    }
    random_unseed();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_loops_agree_with_single_bits)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
