/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of undecided candidates: each comes back as it was, with genes of its own, however many
 * there are and whatever became of the memory that they were given with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/evaluate/undecided.h"

static void test_each_comes_back_with_its_genes(void **state)
{
    struct undecided undecided = {.named_words = 2};
    struct err err;

    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        uint64_t named[2] = {i, ~i};
        struct candidate candidate = {.vid = i, .named = i % 3 ? named : NULL};

        assert_true(undecided_add(&undecided, &candidate, &err));
        named[0] = named[1] = 0;
    }
    assert_int_equal(undecided.n, 1000);
    for (uint64_t i = 0; i < 1000; i++) {
        const struct candidate *candidate = undecided_at(&undecided, i);

        assert_int_equal(candidate->vid, i);
        assert_int_equal(candidate->named != NULL, i % 3 != 0);
        if (candidate->named) {
            assert_int_equal(candidate->named[0], i);
            assert_int_equal(candidate->named[1], ~i);
        }
    }
    undecided_clear(&undecided);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_comes_back_with_its_genes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
