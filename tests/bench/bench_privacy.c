/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What privacy costs: a noise sample, a durable charge, a durable answer, a repeat. Prints a table.
 *
 * Usage: bench_privacy [FOLDER]     the journal are made in FOLDER (default /tmp), on its disk
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/keeper/journal.h"
#include "node/privacy/noise.h"
#include "proto/base/clock.h"
#include "proto/query/price.h"

#define CELLS (2 * MEASURE_TABLE_MAX) /* of the largest breakdown */
#define QUESTIONS 300

static void must(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "bench_privacy: %s\n", err->text);
    exit(EXIT_FAILED);
}

static void bench_noise(uint32_t sigma, uint32_t shares)
{
    static const uint8_t secret[NOISE_KEY_BYTES] = {1};
    struct noise_draw draw = {.sigma = sigma, .shares = shares};
    struct measure measure = {
        .kind = MEASURE_BREAKDOWN, .n_cells = CELLS, .sensitivity_squared = 1};
    struct cells *cells = cells_new(CELLS);
    static int64_t out[CELLS];
    struct noise *noise;
    struct err err;
    int rounds = 0;

    must(cells && noise_new(secret, &noise, &err), &err);
    int64_t begin = clock_mono_us(), us = 0;

    for (; us < 300000; rounds++, us = clock_mono_us() - begin) {
        draw.noise_key[0] = (uint8_t)rounds;
        must(noise_open(noise, &draw, &measure, cells, out, &err), &err);
    }
    printf("noise, sigma^2 = %4u/%-2u %28.0f ns a cell\n", sigma * sigma, shares,
           (double)us * 1e3 / rounds / CELLS);
    noise_free(noise);
    cells_free(cells);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void print_times(const char *what, int64_t *us, size_t n)
{
    qsort(us, n, sizeof(*us), by_value);
    printf("%-36s p50 %7.3f   p99 %7.3f ms\n", what, (double)us[n / 2] / 1e3,
           (double)us[n * 99 / 100] / 1e3);
}

static struct journal_charge charge_of(uint32_t i)
{
    struct journal_charge charge = {.claim = {.mode = 1,
                                              .sigma = 5,
                                              .organisation = "gms",
                                              .dataset = "main",
                                              .purpose = "research",
                                              .permit = "",
                                              .nrho = 1},
                                    .caps = {PRICE_NRHO, PRICE_NRHO, PRICE_NRHO, PRICE_NRHO},
                                    .analyst = "anna"};

    memcpy(charge.claim.base_key, &i, sizeof(i));
    memcpy(charge.claim.question_hash, &i, sizeof(i));
    memcpy(charge.question_id, &i, sizeof(i));
    return charge;
}

static void bench_books(const char *path)
{
    static int64_t take_us[QUESTIONS], release_us[QUESTIONS], repeat_us[QUESTIONS];
    static const uint8_t hash[32] = {1};
    struct journal_receipt receipt;
    uint8_t answer[400] = {7};
    struct journal *journal;
    struct err err;

    must(journal_open(path, &journal, &err) &&
             journal_policy(journal, &(struct ledger_policy){1, hash, "2026", "main"}, 0, &err),
         &err);
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        struct journal_charge charge = charge_of(i);
        int64_t begin = clock_mono_us(), taken, released;

        must(journal_take(journal, &charge, &receipt, &err), &err);
        taken = clock_mono_us();
        must(journal_release(journal, &charge, answer, sizeof(answer), &err), &err);
        released = clock_mono_us();
        must(journal_take(journal, &charge, &receipt, &err), &err);
        take_us[i] = taken - begin;
        release_us[i] = released - taken;
        repeat_us[i] = clock_mono_us() - released;
    }
    journal_close(journal);
    print_times("charge and its leaf, durable", take_us, QUESTIONS);
    print_times("answer and its leaf, durable", release_us, QUESTIONS);
    print_times("repeat (nothing is written)", repeat_us, QUESTIONS);
}

int main(int argc, char **argv)
{
    char path[512];

    if (sodium_init() < 0)
        return EXIT_FAILED;
    for (size_t i = 0; i < PRICE_SIGMAS; i++)
        bench_noise(price_sigma_menu[i], 1);
    bench_noise(5, 15);
    snprintf(path, sizeof(path), "%s/rikstal-bench-%ld.db", argc > 1 ? argv[1] : "/tmp",
             (long)getpid());
    bench_books(path);
    unlink(path);
    return EXIT_OK;
}
