/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the noise tables: every sigma of the menu and every share of it has one; thresholds
 * rise, are symmetric to one unit and are the very bytes that tables.b2 names; a sample counts the
 * thresholds that are reached; and samples follow the exact discrete Gaussian by a chi-squared test
 * that notices a sigma that is 10 % wrong.
 */
#include "node/privacy/noise_table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "proto/base/bytes.h"

#define DRAWS 400000

static void store_u64(uint8_t *out, uint64_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 8)
        out[i] = (uint8_t)value;
}

static void hash_table(const struct noise_table *table, uint8_t hash[static 32])
{
    crypto_generichash_state state;
    uint8_t bytes[16];

    crypto_generichash_init(&state, NULL, 0, 32);
    for (uint32_t i = 0; i < table->n; i++) {
        store_u64(bytes, table->threshold[i].high);
        store_u64(bytes + 8, table->threshold[i].low);
        crypto_generichash_update(&state, bytes, sizeof(bytes));
    }
    crypto_generichash_final(&state, hash, 32);
}

static void test_tables_are_those_of_the_committed_hashes(void **state)
{
    FILE *file = fopen(getenv("RIKSTAL_TABLES"), "r");
    unsigned sigma, shares, n;
    uint8_t expected[32], hash[32];
    char hex[65];
    size_t seen = 0;

    (void)state;
    assert_non_null(file);
    for (; fscanf(file, "%u %u %u %64s", &sigma, &shares, &n, hex) == 4; seen++) {
        const struct noise_table *table = noise_table_find(sigma, shares);

        assert_non_null(table);
        assert_int_equal(table->n, n);
        assert_true(bytes_from_hex(hex, expected, 32));
        hash_table(table, hash);
        assert_memory_equal(hash, expected, 32);
    }
    fclose(file);
    assert_int_equal(seen, noise_tables_count);
    assert_int_equal(seen, 6 * 15);
}

static void test_there_is_a_table_for_each_sigma_and_share_and_no_other(void **state)
{
    (void)state;
    assert_non_null(noise_table_find(5, 1));
    assert_non_null(noise_table_find(50, 16));
    assert_null(noise_table_find(5, 2));
    assert_null(noise_table_find(5, 17));
    assert_null(noise_table_find(6, 1));
}

/* a + b = 2^128 - 0 or 1, in the sense of the complement */
static bool mirrored(const struct threshold *a, const struct threshold *b)
{
    uint64_t low = a->low + b->low;
    uint64_t high = a->high + b->high + (low < a->low);

    return (high == 0 && low == 0) || (high == UINT64_MAX && low == UINT64_MAX);
}

static void test_thresholds_rise_and_are_symmetric(void **state)
{
    (void)state;
    for (size_t t = 0; t < noise_tables_count; t++) {
        const struct noise_table *table = &noise_tables[t];

        assert_int_equal(table->n, 2 * table->tail);
        for (uint32_t i = 0; i < table->n; i++) {
            const struct threshold *a = &table->threshold[i];

            assert_true(mirrored(a, &table->threshold[table->n - 1 - i]));
            if (i > 0) {
                const struct threshold *b = &table->threshold[i - 1];

                assert_true(b->high < a->high || (b->high == a->high && b->low <= a->low));
            }
        }
    }
}

static void test_a_sample_counts_the_thresholds_reached(void **state)
{
    const struct noise_table *table = noise_table_find(5, 1);
    int32_t tail = (int32_t)table->tail;

    (void)state;
    assert_int_equal(noise_table_sample(table, UINT64_MAX, UINT64_MAX), tail);
    for (uint32_t i = 0; i < table->n; i++) {
        const struct threshold *t = &table->threshold[i];

        if (i > 0 && memcmp(t, t - 1, sizeof(*t)) == 0)
            continue;
        uint64_t low = t->low - 1, high = t->high - (t->low == 0);

        assert_true(noise_table_sample(table, t->high, t->low) >= (int32_t)i + 1 - tail);
        if (t->high || t->low)
            assert_true(noise_table_sample(table, high, low) <= (int32_t)i - tail);
    }
}

/* Chi-squared of the counts against N_Z(0, variance), bins of at least 20 expected, as a z value.
 */
static double chi_squared_z(const uint32_t *count, int32_t tail, double variance)
{
    double total = 0, chi = 0, expected = 0, observed = 0;
    int bins = 0;

    for (int k = -3 * tail; k <= 3 * tail; k++)
        total += exp(-(double)k * k / (2 * variance));
    for (int k = -tail; k <= tail; k++) {
        expected += DRAWS * exp(-(double)k * k / (2 * variance)) / total;
        observed += count[k + tail];
        if (expected < 20 && k < tail)
            continue;
        if (expected > 0)
            chi += (observed - expected) * (observed - expected) / expected;
        bins += expected >= 20;
        expected = observed = 0;
    }
    double df = bins - 1;

    return (cbrt(chi / df) - (1 - 2 / (9 * df))) / sqrt(2 / (9 * df)); /* Wilson-Hilferty */
}

static void draw(const struct noise_table *table, uint32_t *count)
{
    static uint8_t stream[16 * 1000];
    uint8_t seed[randombytes_SEEDBYTES] = {0};

    for (uint32_t batch = 0; batch < DRAWS / 1000; batch++) {
        memcpy(seed, &batch, sizeof(batch));
        seed[8] = (uint8_t)table->sigma;
        seed[9] = (uint8_t)table->shares;
        randombytes_buf_deterministic(stream, sizeof(stream), seed);
        for (size_t i = 0; i < 1000; i++) {
            uint64_t word[2];

            memcpy(word, stream + 16 * i, sizeof(word));
            count[noise_table_sample(table, word[0], word[1]) + (int32_t)table->tail]++;
        }
    }
}

static void test_samples_follow_the_law_and_a_wrong_sigma_is_noticed(void **state)
{
    static const uint32_t chosen[][2] = {{5, 1}, {10, 1}, {5, 15}, {20, 14}};

    (void)state;
    for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
        const struct noise_table *table = noise_table_find(chosen[i][0], chosen[i][1]);
        uint32_t *count = calloc(2 * table->tail + 1, sizeof(*count));
        double variance = (double)table->sigma * table->sigma / table->shares;

        assert_non_null(count);
        draw(table, count);
        double z = chi_squared_z(count, (int32_t)table->tail, variance);
        double control = chi_squared_z(count, (int32_t)table->tail, 0.81 * variance);

        print_message("sigma^2 = %u/%u: chi-squared z %.2f; with sigma x 0.9: z %.0f\n",
                      table->sigma * table->sigma, table->shares, z, control);
        assert_true(z < 4.75); /* p > 1e-6 */
        assert_true(control > 20);
        free(count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_are_those_of_the_committed_hashes),
        cmocka_unit_test(test_there_is_a_table_for_each_sigma_and_share_and_no_other),
        cmocka_unit_test(test_thresholds_rise_and_are_symmetric),
        cmocka_unit_test(test_a_sample_counts_the_thresholds_reached),
        cmocka_unit_test(test_samples_follow_the_law_and_a_wrong_sigma_is_noticed),
    };

    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
