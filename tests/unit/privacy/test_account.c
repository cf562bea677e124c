/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of persons' accounts (reference: budget, conditions I1, I5 and I8, tests B1, B2 and B7):
 * - against a naive reading, over random questions: who is counted, and what each has spent;
 * - no path of questions takes anybody above one of the four caps;
 * - another person in a cell, or out of it, changes nothing of anybody else;
 * - a pass takes as long whether nobody, half or everybody is in the cell or can pay.
 */
#include "node/privacy/account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "proto/query/price.h"

#define PERSONS 200 /* of each of two segments */
#define SEGMENTS 2
#define ROWS (PERSONS * SEGMENTS)
#define WORDS ((PERSONS + 63) / 64)

/* The accounts of everybody in two books and in all together, and a naive copy. */
struct bench {
    uint32_t year[3][ROWS]; /* the last: all together */
    uint32_t life[3][ROWS];
    uint32_t row[SEGMENTS][PERSONS];
    uint64_t in_a_row; /* the whole words of the second segment */
    struct account_segment segments[SEGMENTS];
    struct account account[2];
};

static const struct measure two_cells = {
    .kind = MEASURE_COUNT, .n_cells = COUNT_CELLS, .sensitivity_squared = 1};

static void bench_up(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    for (uint32_t p = 0; p < PERSONS; p++) {
        b->row[0][p] = PERSONS - 1 - p; /* in no order of the snapshot's */
        b->row[1][p] = PERSONS + p;
    }
    b->in_a_row = (1 << PERSONS / 64) - 1;
    b->segments[0] = (struct account_segment){b->row[0], PERSONS, NULL};
    b->segments[1] = (struct account_segment){b->row[1], PERSONS, &b->in_a_row};
    for (int i = 0; i < 2; i++)
        b->account[i] = (struct account){
            .own = {b->year[i], b->life[i], account_units(250000000), account_units(400000000)},
            .all = {b->year[2], b->life[2], account_units(300000000), account_units(600000000)},
            .segments = b->segments,
            .n_segments = SEGMENTS};
}

static void new_year(struct bench *b)
{
    memset(b->year, 0, sizeof(b->year));
}

/* The same numbers at every run. */
static uint32_t draw_below(uint32_t n)
{
    static uint64_t state = 1203;

    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(state >> 33) % n;
}

/* What a person may pay in the naive reading, which is one `if` a person. */
static bool naive_takes(struct bench *model, int book, uint32_t row, uint32_t price)
{
    const struct account *account = &model->account[book];

    if (model->year[book][row] + price > account->own.year_cap ||
        model->life[book][row] + price > account->own.life_cap ||
        model->year[2][row] + price > account->all.year_cap ||
        model->life[2][row] + price > account->all.life_cap)
        return false;
    model->year[book][row] += price;
    model->life[book][row] += price;
    model->year[2][row] += price;
    model->life[2][row] += price;
    return true;
}

static void draw(uint64_t words[static WORDS])
{
    unsigned share = draw_below(5);

    memset(words, 0, WORDS * sizeof(*words));
    for (uint32_t p = 0; p < PERSONS; p++)
        if (draw_below(4) < share)
            words[p / 64] |= UINT64_C(1) << (p % 64);
}

static void ask(struct bench *b, struct bench *model, bool one_by_one)
{
    uint32_t sigma = price_sigma_menu[draw_below(PRICE_SIGMAS)];
    size_t cell = draw_below(COUNT_CELLS), segment = draw_below(SEGMENTS);
    int book = draw_below(2);
    struct account *account = &b->account[book];
    struct measure measure = two_cells;
    uint64_t words[WORDS];
    int64_t counted = 0, expected = 0;

    draw(words);
    measure.sigma_undetermined = draw_below(2) ? 500 : 0;
    account_set_price(account, &measure, sigma);
    uint32_t of_cell = cell == CELL_UNDETERMINED && measure.sigma_undetermined ? 500 : sigma;
    uint32_t price = 100000000 / (2 * of_cell * of_cell);

    for (uint32_t p = 0; p < PERSONS; p++)
        if (words[p / 64] >> (p % 64) & 1)
            expected += naive_takes(model, book, b->row[segment][p], price);
    if (!one_by_one)
        counted = account_take(account, cell, segment, words, WORDS);
    for (uint32_t p = 0; one_by_one && p < PERSONS; p++)
        counted += account_take_one(account, cell, segment, p, words[p / 64] >> (p % 64) & 1);
    assert_int_equal(counted, expected);
    assert_memory_equal(b->year, model->year, sizeof(b->year));
    assert_memory_equal(b->life, model->life, sizeof(b->life));
}

static void no_account_is_overdrawn(const struct bench *b)
{
    for (int book = 0; book < 3; book++)
        for (size_t row = 0; row < ROWS; row++) {
            const struct account_rows *of = book == 2 ? &b->account[0].all : &b->account[book].own;

            assert_true(b->year[book][row] <= of->year_cap);
            assert_true(b->life[book][row] <= of->life_cap);
        }
}

static void test_as_a_naive_reading_over_random_questions(void **state)
{
    static struct bench b, model;
    uint32_t most = 0;

    (void)state;
    bench_up(&b);
    bench_up(&model);
    for (int i = 0; i < 6000; i++) {
        if (i % 1500 == 1499) {
            new_year(&b);
            new_year(&model);
        }
        ask(&b, &model, i % 2);
        if (i % 50 == 0)
            no_account_is_overdrawn(&b);
    }
    for (size_t row = 0; row < ROWS; row++)
        most = b.life[2][row] > most ? b.life[2][row] : most;
    assert_int_equal(most, b.account[0].all.life_cap); /* the caps were reached */
}

/* B1: the same questions with one person out of every cell leave all others as they were. */
static void test_one_person_moves_nobody_else(void **state)
{
    static struct bench with, without;
    const uint32_t who = 17;

    (void)state;
    bench_up(&with);
    bench_up(&without);
    for (int i = 0; i < 400; i++) {
        int book = i % 2;
        uint64_t words[WORDS];
        int64_t a, b, own;

        draw(words);
        account_set_price(&with.account[book], &two_cells, 5);
        account_set_price(&without.account[book], &two_cells, 5);
        own = with.year[book][with.row[0][who]];
        a = account_take(&with.account[book], CELL_MATCHED, 0, words, WORDS);
        own = with.year[book][with.row[0][who]] != own;
        words[who / 64] &= ~(UINT64_C(1) << (who % 64));
        b = account_take(&without.account[book], CELL_MATCHED, 0, words, WORDS);
        assert_int_equal(a - b, own);
    }
    for (int book = 0; book < 3; book++) {
        assert_true(with.year[book][with.row[0][who]] > 0);
        with.year[book][with.row[0][who]] = with.life[book][with.row[0][who]] = 0;
    }
    assert_memory_equal(with.year, without.year, sizeof(with.year));
    assert_memory_equal(with.life, without.life, sizeof(with.life));
}

static void test_units_are_rounded_up(void **state)
{
    (void)state;
    assert_int_equal(account_units(0), 0);
    assert_int_equal(account_units(1), 1);
    assert_int_equal(account_units(10), 1);
    assert_int_equal(account_units(11), 2);
    assert_int_equal(account_units(5000000000), 500000000);
    assert_int_equal(account_units(INT64_MAX), UINT32_MAX / 2);
}

/* ---- time ------------------------------------------------------------------------------------ */

#define MANY 16384
#define TRIES 60

enum who_is_in { NOBODY, HALF, EVERYBODY, EVERYBODY_EXHAUSTED, HALF_EXHAUSTED, CASES };

struct many {
    uint32_t year[2][MANY];
    uint32_t life[2][MANY];
    uint32_t row[MANY];
    uint64_t words[MANY / 64];
    uint64_t in_a_row[MANY / 4096];
};

/* At random, so that no branch could be foretold. */
static void make(struct many *m, enum who_is_in who, uint32_t cap)
{
    memset(m, 0, sizeof(*m));
    memset(m->in_a_row, 0xff, sizeof(m->in_a_row));
    for (uint32_t p = 0; p < MANY; p++) {
        bool in = who == NOBODY ? false : who == HALF ? draw_below(2) : true;

        m->row[p] = p;
        m->words[p / 64] |= (uint64_t)in << (p % 64);
        if (who == EVERYBODY_EXHAUSTED || (who == HALF_EXHAUSTED && draw_below(2)))
            m->year[0][p] = cap;
    }
}

static int64_t run(struct many *m, enum who_is_in who, bool in_a_row)
{
    const uint32_t cap = account_units(250000000);
    struct account_segment segment = {m->row, MANY, in_a_row ? m->in_a_row : NULL};
    struct account account = {.own = {m->year[0], m->life[0], cap, cap},
                              .all = {m->year[1], m->life[1], cap, cap},
                              .segments = &segment,
                              .n_segments = 1};
    int64_t began;

    make(m, who, cap);
    account_set_price(&account, &two_cells, 10);
    began = clock_mono_us();
    for (int i = 0; i < 10; i++)
        assert_true(account_take(&account, CELL_MATCHED, 0, m->words, MANY / 64) >= 0);
    return clock_mono_us() - began;
}

/*
 * The least time of many: a branch on who is in, or can pay, would cost the halves some thousand
 * wrong guesses, which is several times the pass.
 */
static void takes_as_long(bool in_a_row)
{
    static struct many m;
    int64_t least[CASES], fastest = INT64_MAX;

    for (int i = 0; i < CASES; i++)
        least[i] = INT64_MAX;
    for (int try = 0; try < TRIES; try++)
        for (int i = 0; i < CASES; i++) {
            int64_t us = run(&m, (enum who_is_in)i, in_a_row);

            least[i] = us < least[i] ? us : least[i];
        }
    for (int i = 0; i < CASES; i++)
        fastest = least[i] < fastest ? least[i] : fastest;
    for (int i = 0; i < CASES; i++) {
        print_message("case %d, rows %s: %lld us for 10 passes over %d persons\n", i,
                      in_a_row ? "in a row" : "one by one", (long long)least[i], MANY);
        assert_true(least[i] <= 3 * fastest / 2 + 20);
    }
}

static void test_a_pass_takes_as_long_whoever_is_in_it(void **state)
{
    (void)state;
    takes_as_long(true);
    takes_as_long(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_a_naive_reading_over_random_questions),
        cmocka_unit_test(test_one_person_moves_nobody_else),
        cmocka_unit_test(test_units_are_rounded_up),
        cmocka_unit_test(test_a_pass_takes_as_long_whoever_is_in_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
