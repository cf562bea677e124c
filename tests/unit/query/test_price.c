/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: the price is the most that one person's cells cost, the sum of 1 / (2 sigma^2) over
 * them in nano-rho, rounded up cell by cell; only sigmas of the menu have one. B4 of
 * reference/budget.md, section 11: what the noise of a release tells of a person, by the exact
 * Renyi divergence of the discrete Gaussian, is never more than its price, for every measure and
 * every choice of sigmas; a price that forgot a cell would be seen.
 */
#include "proto/query/price.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <math.h>

#include "proto/base/words.h"
#include "tests/unit/refused.h"

static int64_t price(uint32_t sensitivity_squared, uint32_t sigma)
{
    struct measure measure = {
        .kind = MEASURE_FREQUENCY, .n_cells = 5, .sensitivity_squared = sensitivity_squared};
    struct err err;
    int64_t nrho = -1;

    assert_true(price_of(&measure, sigma, &nrho, &err));
    return nrho;
}

static void test_prices_are_those_of_the_table(void **state)
{
    (void)state;
    assert_int_equal(price(1, 5), 20 * PRICE_POINT_NRHO);
    assert_int_equal(price(1, 10), 5 * PRICE_POINT_NRHO);
    assert_int_equal(price(1, 20), 1250000); /* 1.25 points */
    assert_int_equal(price(1, 50), 200000);  /* 0.2 points */
    assert_int_equal(price(1, 200), 12500);
    assert_int_equal(price(1, 500), 2000);
    assert_int_equal(price(100, 5), 2 * PRICE_NRHO);
}

static void test_a_price_off_the_menu_is_rounded_up_too(void **state)
{
    struct measure one = {.kind = MEASURE_COUNT, .n_cells = 2, .sensitivity_squared = 1};
    struct measure hundred = {
        .kind = MEASURE_FREQUENCY, .n_cells = 600, .sensitivity_squared = 100};

    (void)state;
    assert_int_equal(price_nrho(&one, 5), 20000000);
    assert_int_equal(price_nrho(&one, 7), 10204082); /* 10204081.6 */
    assert_int_equal(price_nrho(&hundred, 5), 2000000000);
    assert_int_equal(price_nrho(&hundred, 7), 1020408200); /* a hundred times that */
}

static void test_prices_add_up_and_are_never_rounded_down(void **state)
{
    (void)state;
    for (uint32_t s = 1; s <= MEASURE_CHANGES_MAX; s++)
        for (size_t i = 0; i < PRICE_SIGMAS; i++) {
            int64_t sigma = price_sigma_menu[i];
            int64_t nrho = price(s, price_sigma_menu[i]);

            assert_true(nrho * 2 * sigma * sigma >= s * PRICE_NRHO);
            assert_true((nrho - 1) * 2 * sigma * sigma < s * PRICE_NRHO);
        }
}

static void test_the_menu_is_told_in_words_as_it_is(void **state)
{
    char list[WORDS_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < PRICE_SIGMAS; i++) {
        assert_int_equal(strtol(price_sigma_word(i), NULL, 10), price_sigma_menu[i]);
        assert_int_equal(price_sigma_place(price_sigma_menu[i]), i);
    }
    assert_null(price_sigma_word(PRICE_SIGMAS));
    assert_int_equal(price_sigma_place(6), PRICE_SIGMAS);
    assert_string_equal(words_join(price_sigma_word, " or ", list), PRICE_SIGMA_LIST);
}

static void test_other_sigmas_have_no_price(void **state)
{
    struct measure measure = {.kind = MEASURE_COUNT, .n_cells = 2, .sensitivity_squared = 1};
    struct err err;
    int64_t nrho = 7;

    (void)state;
    for (uint32_t sigma = 0; sigma <= 600; sigma++)
        if (!price_sigma_known(sigma))
            assert_refused(price_of(&measure, sigma, &nrho, &err), &err, ERR_INVALID);
    assert_int_equal(nrho, 7);
}

/* ---- graded ---------------------------------------------------------------------------------- */

static struct measure graded(enum measure_kind kind, uint32_t parts, uint32_t undetermined,
                             uint32_t total)
{
    struct measure measure;
    struct err err;

    assert_true(measure_declare(kind, parts, &measure, &err));
    assert_true(measure_grade(&measure, undetermined, total, &err));
    return measure;
}

static void test_a_price_is_that_of_the_dearest_person(void **state)
{
    struct measure of;

    (void)state;
    of = graded(MEASURE_COUNT, 1, 200, 0);
    assert_int_equal(price_nrho(&of, 5), 20000000); /* of who is matched */
    of = graded(MEASURE_COUNT, 1, 200, 0);
    assert_int_equal(price_nrho(&of, 200), 12500); /* of either */
    of = graded(MEASURE_BREAKDOWN, 44, 200, 10);
    assert_int_equal(price_nrho(&of, 5), 20000000 + 5000000);
    of = graded(MEASURE_BREAKDOWN, 44, 200, 5);
    assert_int_equal(price_nrho(&of, 5), 40000000);
    of = graded(MEASURE_BREAKDOWN, 44, 0, 20); /* of the undetermined too there is a total */
    assert_int_equal(price_nrho(&of, 10), 5000000 + 1250000);
    of = graded(MEASURE_BREAKDOWN, 44, 10, 500); /* of whom it cannot be told, twice at 10 */
    assert_int_equal(price_nrho(&of, 10), 2 * 5000000);
    of = graded(MEASURE_FREQUENCY, 100, 0, 0);
    assert_int_equal(price_nrho(&of, 10), 500000000);
}

static void test_sigmas_of_cells_are_of_the_menu_and_not_finer(void **state)
{
    struct measure of;
    struct err err;
    int64_t nrho = 7;

    (void)state;
    of = graded(MEASURE_COUNT, 1, 7, 0);
    assert_refused(price_of(&of, 5, &nrho, &err), &err, ERR_INVALID);
    of = graded(MEASURE_COUNT, 1, 5, 0);
    assert_refused(price_of(&of, 10, &nrho, &err), &err, ERR_INVALID);
    of = graded(MEASURE_BREAKDOWN, 2, 200, 7);
    assert_refused(price_of(&of, 5, &nrho, &err), &err, ERR_INVALID);
    assert_int_equal(nrho, 7);
    of = graded(MEASURE_BREAKDOWN, 2, 500, 5);
    assert_true(price_of(&of, 500, &nrho, &err)); /* a total may be finer */
    assert_int_equal(nrho, 2000 + 20000000);
}

static void test_the_usual_sigmas(void **state)
{
    static const uint32_t row[][3] = {{5, 200, 10},  {10, 200, 20},   {20, 200, 20},
                                      {50, 200, 50}, {200, 200, 200}, {500, 500, 500}};
    struct measure of = graded(MEASURE_BREAKDOWN, 4, 0, 0), usual;

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        usual = price_usual(&of, row[i][0]);
        assert_int_equal(usual.sigma_undetermined, row[i][1]);
        assert_int_equal(usual.sigma_total, row[i][2]);
    }
    usual = price_usual(&usual, 5); /* graded already */
    assert_int_equal(usual.sigma_total, 500);
    of = graded(MEASURE_BREAKDOWN, MEASURE_TABLE_MAX, 0, 0); /* no room for a total */
    usual = price_usual(&of, 5);
    assert_int_equal(usual.sigma_undetermined, 200);
    assert_int_equal(usual.sigma_total, 0);
    of = graded(MEASURE_FUNNEL, 4, 0, 0);
    usual = price_usual(&of, 5);
    assert_memory_equal(&usual, &of, sizeof(of));
}

/* ---- B4: the price table against the exact divergence --------------------------------------- */

#define ALPHAS 4
static const double alphas[ALPHAS] = {1.5, 2, 8, 32};

/*
 * D_alpha(N_Z(1, sigma^2) || N_Z(0, sigma^2)) from its definition, by sums over all integers that
 * matter: log of sum P^alpha Q^(1 - alpha), over alpha - 1.
 */
static double divergence(uint32_t sigma, double alpha)
{
    double variance = (double)sigma * sigma, mass = 0, sum = 0;
    int64_t reach = (int64_t)(12 * sigma) + (int64_t)alpha + 2;

    for (int64_t x = -reach; x <= reach + (int64_t)alpha; x++) {
        double q = -(double)(x * x) / (2 * variance);
        double p = -(double)((x - 1) * (x - 1)) / (2 * variance);

        mass += exp(q);
        sum += exp(alpha * p + (1 - alpha) * q);
    }
    return log(sum / mass) / (alpha - 1);
}

/* The same for a sigma of the menu, computed once. */
static double divergence_at(uint32_t sigma, size_t alpha)
{
    static double known[PRICE_SIGMAS][ALPHAS];
    size_t place = price_sigma_place(sigma);

    assert_true(place < PRICE_SIGMAS);
    if (known[place][alpha] == 0)
        known[place][alpha] = divergence(sigma, alphas[alpha]);
    return known[place][alpha];
}

/*
 * What a release tells, as rho, of the person of whom it tells most: of those in the same cell of a
 * part, or of each, and of the total.
 */
static double worst(const struct measure *of, uint32_t sigma, size_t alpha)
{
    uint32_t cells = measure_part_cells(of->kind), parts = of->n_cells / cells;
    bool has_total = of->sigma_total > 0;
    double most = 0;

    for (uint32_t c = 0; c < cells; c++) {
        double sum = 0;

        for (uint32_t part = 0; part < (measure_declaration(of->kind)->each_part ? parts : 1);
             part++)
            sum += divergence_at(measure_sigma(of, sigma, measure_cell_grade(of, part * cells + c)),
                                 alpha);
        if (has_total)
            sum += divergence_at(
                measure_sigma(of, sigma, measure_cell_grade(of, (parts - 1) * cells + c)), alpha);
        most = fmax(most, sum / alphas[alpha]);
    }
    return most;
}

/* 1: the price is all used. */
static double used(const struct measure *of, uint32_t sigma, size_t alpha)
{
    return worst(of, sigma, alpha) * 1e9 / (double)price_nrho(of, sigma);
}

static void test_no_release_tells_more_than_its_price(void **state)
{
    static const uint32_t totals[] = {0, 5, 10, 500}, undetermined[] = {0, 200, 500};
    static const enum measure_kind kinds[] = {MEASURE_COUNT, MEASURE_BREAKDOWN, MEASURE_FREQUENCY,
                                              MEASURE_FUNNEL, MEASURE_ASSOCIATION};
    double most = 0;

    (void)state;
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
        for (size_t i = 0; i < PRICE_SIGMAS * 12; i++) {
            const struct measure_declaration *d = measure_declaration(kinds[k]);
            uint32_t sigma = price_sigma_menu[i / 12];
            uint32_t untold = undetermined[i % 3], total = totals[i / 3 % 4];
            struct measure of;

            if ((untold && (!d->undetermined || untold < sigma)) || (total && !d->may_total))
                continue;
            of = graded(kinds[k], d->parts_max < 3 ? 1 : 3, untold, total);
            for (size_t a = 0; a < ALPHAS; a++) {
                double share = used(&of, sigma, a);

                assert_true(share <= 1 + 1e-6); /* doubles are no more exact at sigma 500 */
                most = fmax(most, share);
            }
        }
    assert_true(most > 0.999999); /* and some tell all of it */
}

/* Controls: a price without the total's cell, and one by the coarser cell, are too low. */
static void test_a_price_that_forgot_a_cell_would_be_seen(void **state)
{
    struct measure with = graded(MEASURE_BREAKDOWN, 3, 200, 5), lacks;

    (void)state;
    lacks = graded(MEASURE_BREAKDOWN, 3, 200, 0);
    assert_true(worst(&with, 5, 1) * 1e9 / (double)price_nrho(&lacks, 5) > 1.9);
    with = graded(MEASURE_COUNT, 1, 200, 0);
    assert_true(worst(&with, 5, 1) * 1e9 / (double)price_nrho(&with, 200) > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prices_are_those_of_the_table),
        cmocka_unit_test(test_a_price_off_the_menu_is_rounded_up_too),
        cmocka_unit_test(test_prices_add_up_and_are_never_rounded_down),
        cmocka_unit_test(test_the_menu_is_told_in_words_as_it_is),
        cmocka_unit_test(test_other_sigmas_have_no_price),
        cmocka_unit_test(test_a_price_is_that_of_the_dearest_person),
        cmocka_unit_test(test_sigmas_of_cells_are_of_the_menu_and_not_finer),
        cmocka_unit_test(test_the_usual_sigmas),
        cmocka_unit_test(test_no_release_tells_more_than_its_price),
        cmocka_unit_test(test_a_price_that_forgot_a_cell_would_be_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
