/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the door: the same key gives the same noise for ever, another key gives another one,
 * each cell's noise depends on its position alone, nothing is opened that a measure has not
 * declared, and noise over distinct keys has the variance that was paid for.
 */
#include "node/privacy/noise.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/unit/refused.h"

#define CELLS 130 /* two batches and a bit */

static const uint8_t secret[NOISE_KEY_BYTES] = "a secret of thirty-two bytes....";

static void open_n(const struct noise_draw *draw, size_t n, int64_t *out)
{
    struct measure measure = {.kind = MEASURE_BREAKDOWN,
                              .n_cells = (uint32_t)n,
                              .sensitivity_squared = 1}; /* n is even */
    struct cells *cells = cells_new(n);
    struct noise *noise;
    struct err err;

    assert_true(noise_new(secret, &noise, &err));
    assert_true(noise_open(noise, draw, &measure, cells, out, &err));
    noise_free(noise);
    cells_free(cells);
}

static void test_the_same_key_gives_the_same_noise(void **state)
{
    struct noise_draw draw = {"one question", 5, 1};
    int64_t a[CELLS], b[CELLS];

    (void)state;
    open_n(&draw, CELLS, a);
    open_n(&draw, CELLS, b);
    assert_memory_equal(a, b, sizeof(a));
    draw.noise_key[31] ^= 1;
    open_n(&draw, CELLS, b);
    assert_memory_not_equal(a, b, sizeof(a));
}

/* Cells 0 to 3, 62 to 65 and 126 to 129: over the ends of batches. */
struct known {
    uint32_t sigma, shares;
    int64_t cell[12];
};

static void test_noise_is_known_for_a_known_key(void **state)
{
    /*
     * From an independent calculation (ChaCha20 and exact decimals). A changed value would mean
     * that a question charged before an upgrade is answered differently after it.
     */
    static const struct known all[] = {
        {5, 1, {-3, -15, 4, 8, 1, -9, -2, -9, 1, -3, -3, -7}},
        {10, 1, {-6, -29, 9, 16, 1, -19, -3, -17, 2, -5, -5, -14}},
        {20, 3, {-6, -34, 10, 19, 1, -22, -4, -20, 2, -6, -6, -16}},
        {50, 1, {-28, -147, 44, 80, 5, -95, -17, -87, 9, -26, -26, -69}},
    };
    static const size_t begins[] = {0, 62, 126};
    struct noise_draw draw = {.noise_key = "one question"};
    int64_t out[CELLS];

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        draw.sigma = all[i].sigma;
        draw.shares = all[i].shares;
        open_n(&draw, CELLS, out);
        for (size_t k = 0; k < 12; k++)
            assert_int_equal(out[begins[k / 4] + k % 4], all[i].cell[k]);
    }
}

static void test_a_cell_s_noise_depends_on_its_position_alone(void **state)
{
    struct noise_draw draw = {"another question", 10, 1};
    int64_t all[CELLS], some[CELLS];

    (void)state;
    open_n(&draw, CELLS, all);
    for (size_t n = 2; n < CELLS; n += 14) {
        open_n(&draw, n, some);
        assert_memory_equal(all, some, n * sizeof(some[0]));
    }
}

static void test_undeclared_cells_stay_shut(void **state)
{
    /* made up by hand: other cells, no sensitivity, too little of it, no such measure, too large;
     * and sigmas of cells that the measure has not, a total without its cells or its price */
    static const struct measure made_up[] = {
        {MEASURE_COUNT, 2, 1, 0, 0},          {MEASURE_BREAKDOWN, 12, 0, 0, 0},
        {MEASURE_COUNT, 12, 1, 0, 0},         {MEASURE_FREQUENCY, 12, 1, 0, 0},
        {MEASURE_FREQUENCY, 12, 12, 0, 0},    {MEASURE_BREAKDOWN, 12, 2, 0, 0},
        {(enum measure_kind)99, 12, 1, 0, 0}, {(enum measure_kind)0, 12, 1, 0, 0},
        {MEASURE_BREAKDOWN, 13, 1, 0, 0},     {MEASURE_BREAKDOWN, 8194, 1, 0, 0},
        {MEASURE_FREQUENCY, 12, 2, 200, 0},   {MEASURE_FREQUENCY, 12, 2, 0, 10},
        {MEASURE_FUNNEL, 12, 2, 0, 10},       {MEASURE_BREAKDOWN, 12, 1, 0, 10},
        {MEASURE_BREAKDOWN, 2, 2, 0, 10},     {MEASURE_BREAKDOWN, 12, 2, 200, 0},
        {MEASURE_BREAKDOWN, 8002, 2, 0, 10},  {MEASURE_BREAKDOWN, 12, 1, 7, 0},
        {MEASURE_BREAKDOWN, 12, 2, 0, 7}};
    struct measure graded = {.kind = MEASURE_BREAKDOWN,
                             .n_cells = 12,
                             .sensitivity_squared = 2,
                             .sigma_undetermined = 200,
                             .sigma_total = 10};
    struct measure declared = {.kind = MEASURE_FREQUENCY, .n_cells = 12, .sensitivity_squared = 2};
    struct noise_draw draw = {"a question", 5, 1};
    struct cells *cells = cells_new(12);
    int64_t out[12], shut[12];
    struct noise *noise;
    struct err err;

    (void)state;
    memset(out, 0xff, sizeof(out));
    memset(shut, 0xff, sizeof(shut));
    assert_true(noise_new(secret, &noise, &err));
    for (size_t i = 0; i < sizeof(made_up) / sizeof(made_up[0]); i++) {
        assert_refused(noise_open(noise, &draw, &made_up[i], cells, out, &err), &err, ERR_INTERNAL);
    }
    draw.sigma = 4;
    assert_refused(noise_open(noise, &draw, &declared, cells, out, &err), &err, ERR_INTERNAL);
    draw.sigma = 5;
    draw.shares = 2;
    assert_refused(noise_open(noise, &draw, &declared, cells, out, &err), &err, ERR_INTERNAL);
    assert_memory_equal(out, shut, sizeof(out));
    draw.shares = 1;
    assert_true(noise_open(noise, &draw, &declared, cells, out, &err)); /* and these open */
    assert_true(noise_open(noise, &draw, &graded, cells, out, &err));
    noise_free(noise);
    cells_free(cells);
}

static void test_variance_over_keys_is_what_was_paid_for(void **state)
{
    struct noise_draw draw = {"", 5, 1};
    double sum = 0, squares = 0;
    int64_t out[2];
    const int keys = 40000;

    (void)state;
    for (uint32_t i = 0; i < (uint32_t)keys; i++) {
        memcpy(draw.noise_key, &i, sizeof(i));
        open_n(&draw, 2, out);
        sum += (double)(out[0] + out[1]);
        squares += (double)(out[0] * out[0] + out[1] * out[1]);
    }
    double n = 2.0 * keys, ratio = squares / n / 25;

    print_message("mean %.4f, variance ratio %.4f over %d keys\n", sum / n, ratio, keys);
    assert_true(fabs(sum / n) < 4.89 * 5 / sqrt(n));
    assert_true(fabs(ratio - 1) < 4.89 * sqrt(2 / n));
}

/* A cell has the noise that it has in a release all of whose cells are of its sigma. */
static void test_each_cell_has_the_noise_of_its_own_sigma(void **state)
{
    enum { N = 202 };
    static const uint32_t sigmas[] = {10, 200, 20};
    struct measure graded = {.kind = MEASURE_BREAKDOWN, .n_cells = N - 2, .sensitivity_squared = 1};
    struct measure even = {.kind = MEASURE_BREAKDOWN, .n_cells = N, .sensitivity_squared = 1};
    struct noise_draw draw = {.noise_key = "one question", .shares = 1};
    int64_t out[N], all[MEASURE_GRADES][N];
    struct cells *cells = cells_new(N);
    size_t of[MEASURE_GRADES] = {0};
    struct noise *noise;
    struct err err;

    (void)state;
    assert_true(noise_new(secret, &noise, &err));
    assert_true(measure_grade(&graded, 200, 20, &err));
    assert_int_equal(graded.n_cells, N);
    for (size_t i = 0; i < N; i++)
        cells_put(cells, i, (int64_t)i * 1000);
    for (int grade = 0; grade < MEASURE_GRADES; grade++) {
        draw.sigma = sigmas[grade];
        assert_true(noise_open(noise, &draw, &even, cells, all[grade], &err));
    }
    draw.sigma = 10;
    assert_true(noise_open(noise, &draw, &graded, cells, out, &err));
    for (uint32_t i = 0; i < N; i++) {
        enum measure_grade grade = measure_cell_grade(&graded, i);

        assert_int_equal(out[i], all[grade][i]);
        of[grade]++;
    }
    assert_int_equal(of[MEASURE_ASKED], 100);
    assert_int_equal(of[MEASURE_UNDETERMINED], 101); /* that of the total too */
    assert_int_equal(of[MEASURE_TOTAL], 1);
    noise_free(noise);
    cells_free(cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_cell_has_the_noise_of_its_own_sigma),
        cmocka_unit_test(test_the_same_key_gives_the_same_noise),
        cmocka_unit_test(test_noise_is_known_for_a_known_key),
        cmocka_unit_test(test_a_cell_s_noise_depends_on_its_position_alone),
        cmocka_unit_test(test_undeclared_cells_stay_shut),
        cmocka_unit_test(test_variance_over_keys_is_what_was_paid_for),
    };

    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
