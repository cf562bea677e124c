/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: a file whose normal has what its tumour lacks is refused, whether its lines passed
 * or not; a few lines, and lines of both, decide nothing.
 */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/genotypes.h"
#include "node/import/role_check.h"
#include "tests/unit/refused.h"

static void line(struct role_check *check, struct genotypes *genotypes, const char *columns,
                 bool lost)
{
    const struct genotypes_line of = {.format = {"GT", 2},
                                      .samples = {columns, strlen(columns)},
                                      .n_alts = 2,
                                      .two_copies = true,
                                      .lost = lost};

    assert_int_equal(genotypes_read(genotypes, &of), GENOTYPES_OK);
    role_check_line(check, genotypes, 2, lost);
}

static void test_exchanged_columns_are_refused(void **state)
{
    const struct genotypes_rules rules = {0};

    (void)state;
    for (int lost = 0; lost < 2; lost++) {
        struct role_check check = {.pair = true, .tumour = 1, .normal = 0};
        struct genotypes *genotypes;
        struct err err;

        assert_true(genotypes_open(2, &rules, &genotypes, &err));
        for (unsigned i = 0; i + 1 < ROLE_CHECK_LEAST; i++)
            line(&check, genotypes, "0/1\t0/0", lost);
        line(&check, genotypes, "0/1\t0/1", lost);
        line(&check, genotypes, "0/0\t0/0", lost);
        assert_true(role_check_judge(&check, &err));
        line(&check, genotypes, "0/2\t0/0", lost);
        assert_refused_for(role_check_judge(&check, &err), &err, ERR_INVALID,
                           "role_contradiction: in 5 of 5 lines");
        for (unsigned i = 0; i < ROLE_CHECK_LEAST; i++)
            line(&check, genotypes, "0/0\t0/1", lost);
        assert_true(role_check_judge(&check, &err));
        genotypes_close(genotypes);
    }
}

static void test_a_file_of_no_pair_is_not_judged(void **state)
{
    const struct genotypes_rules rules = {0};
    struct role_check check = {.normal = 0, .tumour = 1};
    struct genotypes *genotypes;
    struct err err;

    (void)state;
    assert_true(genotypes_open(2, &rules, &genotypes, &err));
    for (unsigned i = 0; i < 4 * ROLE_CHECK_LEAST; i++)
        line(&check, genotypes, "0/1\t0/0", false);
    assert_true(role_check_judge(&check, &err));
    genotypes_close(genotypes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exchanged_columns_are_refused),
        cmocka_unit_test(test_a_file_of_no_pair_is_not_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
