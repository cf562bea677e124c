/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sort promises: the same as qsort, for few keys and many, in order or not, alike or not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/publish/radix.h"
#include "proto/base/random.h"

#define KEYS_MAX 5000

static int by_number(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

static void test_sorts_as_qsort_does(void **state)
{
    static uint64_t keys[KEYS_MAX], spare[KEYS_MAX], expected[KEYS_MAX];

    (void)state;
    random_seed(8);
    for (unsigned round = 0; round < 400; round++) {
        size_t n = random_below(round % 2 ? 100 : KEYS_MAX);
        unsigned shift = round % 64; /* keys that differ in their upper bits only, or in few */

        random_bytes(keys, n * sizeof(*keys));
        for (size_t i = 0; i < n; i++)
            keys[i] = round % 3 ? keys[i] >> shift << shift : keys[i] >> shift;
        memcpy(expected, keys, n * sizeof(*keys));
        qsort(expected, n, sizeof(*expected), by_number);
        radix_sort(keys, spare, n);
        assert_memory_equal(keys, expected, n * sizeof(*keys));
        radix_sort(keys, spare, n);
        assert_memory_equal(keys, expected, n * sizeof(*keys));
    }
    random_unseed();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sorts_as_qsort_does)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
