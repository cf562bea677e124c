/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the epsilons that are printed: they are OpenDP's (its test vector, and the budgets of
 * the default policy); what is printed is never less than what was computed; and every row of the
 * privacy statement has the epsilons and best guesses of its budgets.
 */
#include "node/privacy/epsilon.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINE_BYTES 4096
static double epsilon_of(int64_t nrho)
{
    return epsilon_at((double)nrho / 1e9, EPSILON_DELTA);
}

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void test_the_conversion_is_the_one_of_opendp(void **state)
{
    (void)state;
    /* OpenDP, zCDP_to_approxDP/test.rs */
    assert_true(fabs(epsilon_at(1.0 / 32, 1e-3) - 0.6880024554878086) < 1e-12);
    assert_true(epsilon_at(0, 1e-6) == 0);
}

static void test_budgets_have_these_epsilons(void **state)
{
    static const struct {
        int64_t nrho;
        double epsilon;
        const char *text;
    } of[] = {{125000000, 2.42, "2.5 (2.42)"},
              {250000000, 3.54, "3.6 (3.54)"},
              {500000000, 5.22, "5.3 (5.22)"},
              {5000000000, 20.55, "20.6 (20.55)"}};
    char text[EPSILON_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(of); i++) {
        assert_true(fabs(epsilon_of(of[i].nrho) - of[i].epsilon) < 0.005);
        epsilon_text(of[i].nrho, text);
        assert_string_equal(text, of[i].text);
    }
}

static void test_what_is_printed_is_rounded_up(void **state)
{
    char text[EPSILON_TEXT_BYTES];
    double before = 0;

    (void)state;
    for (int64_t nrho = 1; nrho <= INT64_C(8000000000); nrho = nrho * 5 / 4 + 1) {
        double epsilon = epsilon_of(nrho);

        epsilon_text(nrho, text);
        assert_true(strtod(text, NULL) >= epsilon);
        assert_true(strtod(text, NULL) < epsilon + 0.1001);
        assert_true(epsilon >= before);
        before = epsilon;
    }
}

/* The exact epsilon of a continuous Gaussian is what the statement had: too small, and caught. */
static void test_the_figures_that_were_printed_before_are_too_small(void **state)
{
    static const double was[] = {2.3, 3.3, 4.9, 19.5};
    static const int64_t nrho[] = {125000000, 250000000, 500000000, 5000000000};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(was); i++)
        assert_true(was[i] < epsilon_of(nrho[i]));
}

/* In percent, the best guess of an optimal attacker about what costs rho: Phi(sqrt(2 rho) / 2). */
static double guess(double rho)
{
    return 50 * erfc(-sqrt(2 * rho) / 2 / sqrt(2));
}

/* The words of one row that follow from rho: its epsilon, and the guesses at rho and at 2 rho. */
static void row_has(const char *row, double rho)
{
    char epsilon[EPSILON_TEXT_BYTES], want[256];

    epsilon_text((int64_t)llround(rho * 1e9), epsilon);
    snprintf(want, sizeof(want), "| %s | %.1f %% | %.1f %% |", epsilon, guess(rho), guess(2 * rho));
    if (!strstr(row, want))
        fail_msg("the privacy statement's row lacks \"%s\":\n%s", want, row);
}

static void test_the_privacy_statement_says_the_same(void **state)
{
    const char *path = getenv("RIKSTAL_STATEMENT");
    FILE *file = path ? fopen(path, "r") : NULL;
    char line[LINE_BYTES];
    int rows = 0;

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        double year, life;
        char *cell = strstr(line, " %");

        if (line[0] != '|' || !cell)
            continue;
        cell = strchr(line + 1, '|'); /* the row's name ends */
        year = strtod(cell + 1, NULL);
        if (year == 0) /* the head of the table, or another table */
            continue;
        row_has(line, year);
        for (int i = 0; i < 4; i++)
            cell = strchr(cell + 1, '|');
        life = strtod(cell + 1, NULL);
        if (life > 0)
            row_has(line, life);
        rows++;
    }
    fclose(file);
    assert_int_equal(rows, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_conversion_is_the_one_of_opendp),
        cmocka_unit_test(test_budgets_have_these_epsilons),
        cmocka_unit_test(test_what_is_printed_is_rounded_up),
        cmocka_unit_test(test_the_figures_that_were_printed_before_are_too_small),
        cmocka_unit_test(test_the_privacy_statement_says_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
