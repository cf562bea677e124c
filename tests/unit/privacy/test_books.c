/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the books (reference: budget, conditions I3 and I4, tests B5, B6 and B8):
 * - spending follows the person's hash over other snapshots, orders, absences and restarts;
 * - after any loss (a crash before the file, an older file, a damaged one, none) every account is
 *   what was spent or more, for whoever was there and for whoever comes later;
 * - a file that is cut or changed anywhere is lost as a whole, and never read in part;
 * - a new year begins at nothing, a life never.
 */
#include "node/privacy/books.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/file.h"

#define PERSONS 50
#define PRICE INT64_C(20000000) /* sigma 5 */
#define UNITS ((uint32_t)(PRICE / ACCOUNT_UNIT_NRHO))

struct bench {
    char dir[32];
    char path[48];
    struct books *books;
    int64_t year, life; /* the ledger's: one organisation is all */
    const char *window;
    uint32_t true_year[2 * PERSONS]; /* what persons were counted for, by number */
    uint32_t true_life[2 * PERSONS];
};

/* The same numbers at every run. */
static uint32_t draw_below(uint32_t n)
{
    static uint64_t state = 5;

    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(state >> 33) % n;
}

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s", err->text);
}

static void start(struct bench *b, bool expect_lost)
{
    struct err err;
    bool lost;

    must(books_open(b->path, &b->books, &lost, &err), &err);
    assert_int_equal(lost, expect_lost);
}

static void bench_up(struct bench *b)
{
    *b = (struct bench){.dir = "/tmp/rikstal-books-XXXXXX", .window = "2026"};
    assert_non_null(mkdtemp(b->dir));
    snprintf(b->path, sizeof(b->path), "%s/books", b->dir);
    start(b, false);
}

static void bench_down(struct bench *b)
{
    books_close(b->books);
    unlink(b->path);
    assert_int_equal(rmdir(b->dir), 0);
}

static void put_pid(uint8_t *pid, uint32_t number)
{
    memset(pid, (int)number, BOOKS_PID_BYTES);
    pid[1] = 7; /* many begin alike */
    pid[0] = (uint8_t)(number % 5);
}

static void settle(struct bench *b, int64_t nrho)
{
    struct books_total total = {b->window, b->year - nrho, b->life - nrho};
    struct books_floor floor;
    struct err err;

    must(books_settle(b->books, "clinic", &total, &floor, &err), &err);
    must(books_settle(b->books, "", &total, &floor, &err), &err);
}

/* The accounts of `n` persons from `first` on, in the order of `step`. */
static void account(struct bench *b, uint32_t first, uint32_t n, uint32_t step, struct account *out)
{
    static uint8_t pids[2 * PERSONS][BOOKS_PID_BYTES];
    const struct books_segment segments[] = {{pids, n / 2}, {pids[n / 2], n - n / 2}};
    const struct books_snapshot snapshot = {
        {(uint8_t)first, (uint8_t)n, (uint8_t)step}, segments, 2};
    struct err err;

    for (uint32_t i = 0; i < n; i++)
        put_pid(pids[i], first + i * step % n);
    *out = (struct account){.own = {.year_cap = UINT32_MAX / 2, .life_cap = UINT32_MAX / 2},
                            .all = {.year_cap = UINT32_MAX / 2, .life_cap = UINT32_MAX / 2}};
    must(books_account(b->books, "clinic", &snapshot, out, &err), &err);
    account_set_price(out, &(struct measure){MEASURE_COUNT, 2, 1, 0, 0}, 5);
}

/* A charge of the ledger, and who of the snapshot pays: each third. */
static void charge(struct bench *b, uint32_t first, uint32_t n, uint32_t step)
{
    struct account of;

    b->year += PRICE;
    b->life += PRICE;
    settle(b, PRICE);
    books_charged(b->books, "clinic", PRICE);
    books_charged(b->books, "", PRICE);
    account(b, first, n, step, &of);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t number = first + i * step % n;
        bool in = number % 3 == 0;
        size_t segment = i >= n / 2;

        assert_int_equal(account_take_one(&of, 0, segment, segment ? i - n / 2 : i, in), in);
        b->true_year[number] += in * UNITS;
        b->true_life[number] += in * UNITS;
    }
}

/* Of everybody: how much more the books say than was spent. Never less. */
static void look(struct bench *b, uint32_t *least, uint32_t *most)
{
    struct account of;

    settle(b, 0);
    account(b, 0, 2 * PERSONS, 1, &of);
    *least = UINT32_MAX;
    *most = 0;
    for (uint32_t i = 0; i < 2 * PERSONS; i++) {
        uint32_t row = of.segments[i >= PERSONS].row[i % PERSONS];
        uint32_t more = of.own.year[row] - b->true_year[i];

        assert_true(of.own.year[row] >= b->true_year[i]);
        assert_true(of.own.life[row] >= b->true_life[i]);
        assert_int_equal(of.own.year[row], of.all.year[row]);
        assert_int_equal(of.own.life[row], of.all.life[row]);
        *least = more < *least ? more : *least;
        *most = more > *most ? more : *most;
    }
}

static void stop(struct bench *b)
{
    struct err err;

    must(books_write(b->books, b->path, &err), &err);
    assert_int_equal(books_unwritten(b->books), 0);
    books_close(b->books);
}

static void crash(struct bench *b)
{
    books_close(b->books);
}

static void test_spending_follows_the_person(void **state)
{
    struct bench b;
    uint32_t least, most;

    (void)state;
    bench_up(&b);
    charge(&b, 0, PERSONS, 1);  /* a snapshot */
    charge(&b, 0, PERSONS, 7);  /* published anew, in another order */
    charge(&b, 20, PERSONS, 3); /* some have gone, others came */
    stop(&b);
    start(&b, false);
    charge(&b, 0, 2 * PERSONS, 1); /* all are back, over a restart */
    assert_int_equal(books_unwritten(b.books), 2);
    look(&b, &least, &most);
    assert_int_equal(least, 0);
    assert_int_equal(most, 0);
    bench_down(&b);
}

#define MANY 192

/* Everybody in the one segment of a snapshot, of these persons in this order, pays a count. */
static void all_pay(struct bench *b, uint8_t id, const uint8_t *persons, uint32_t *year)
{
    static uint8_t pids[MANY][BOOKS_PID_BYTES];
    const uint64_t words[MANY / 64] = {UINT64_MAX, UINT64_MAX, UINT64_MAX};
    const struct books_segment segment = {pids, MANY};
    const struct books_snapshot snapshot = {{id}, &segment, 1};
    struct account of = {.own = {.year_cap = INT32_MAX, .life_cap = INT32_MAX},
                         .all = {.year_cap = INT32_MAX, .life_cap = INT32_MAX}};
    struct err err;

    for (uint32_t i = 0; i < MANY; i++)
        put_pid(pids[i], persons[i]);
    settle(b, 0);
    must(books_account(b->books, "clinic", &snapshot, &of, &err), &err);
    account_set_price(&of, &(struct measure){MEASURE_COUNT, 2, 1, 0, 0}, 5);
    assert_int_equal(account_take(&of, CELL_MATCHED, 0, words, MANY / 64), MANY);
    for (uint32_t i = 0; i < MANY; i++)
        year[i] = of.own.year[of.segments[0].row[i]];
}

/* Whole words of 64 persons are taken in one go where the rows allow it. */
static void test_whoever_left_and_came_each_person_pays_the_own_account(void **state)
{
    uint8_t persons[MANY];
    uint32_t year[MANY];
    struct bench b;

    (void)state;
    bench_up(&b);
    for (uint8_t i = 0; i < MANY; i++)
        persons[i] = i;
    all_pay(&b, 1, persons, year);
    persons[70] = 195; /* another came for one who left, in the second word */
    all_pay(&b, 2, persons, year);
    all_pay(&b, 2, persons, year);
    persons[70] = 70;
    persons[191] = 195;
    all_pay(&b, 3, persons, year);
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(year[i], (i == 70 ? 2 : i == 191 ? 3 : 4) * UNITS);
    bench_down(&b);
}

static void test_a_year_begins_at_nothing_a_life_never(void **state)
{
    struct bench b;
    struct account of;
    uint32_t least, most;

    (void)state;
    bench_up(&b);
    charge(&b, 0, PERSONS, 1);
    b.window = "2027";
    b.year = 0;
    memset(b.true_year, 0, sizeof(b.true_year));
    charge(&b, 0, PERSONS, 1);
    look(&b, &least, &most);
    assert_int_equal(most, 0);
    account(&b, 0, PERSONS, 1, &of);
    assert_int_equal(of.own.year[of.segments[0].row[0]], UNITS);
    assert_int_equal(of.own.life[of.segments[0].row[0]], 2 * UNITS);
    bench_down(&b);
}

/* It missed its slot: nothing was released, and what persons have paid stays paid. */
static void give_back(struct bench *b, uint32_t first, uint32_t n)
{
    books_charged(b->books, "clinic", -PRICE);
    books_charged(b->books, "", -PRICE);
    b->year -= PRICE;
    b->life -= PRICE;
    for (uint32_t number = first; number < first + n; number++) {
        b->true_year[number] -= number % 3 == 0 ? UNITS : 0;
        b->true_life[number] -= number % 3 == 0 ? UNITS : 0;
    }
}

/* Crashes at every place between charges and writes: 0 undercounted. */
static void test_after_a_crash_no_account_is_too_low(void **state)
{
    (void)state;
    for (int round = 0; round < 60; round++) {
        uint32_t least, most;
        struct bench b;

        bench_up(&b);
        for (int i = 0; i < 12; i++) {
            uint32_t first = draw_below(PERSONS), n = 10 + draw_below(40);

            charge(&b, first, n, 1);
            if (draw_below(3) == 0) {
                stop(&b);
                start(&b, false);
            } else if (draw_below(3) == 0) {
                crash(&b);
                start(&b, false);
            } else if (draw_below(4) == 0) {
                give_back(&b, first, n);
            }
            look(&b, &least, &most);
            assert_true(most <= 12 * UNITS);
        }
        bench_down(&b);
    }
}

static void test_what_was_lost_is_laid_on_everybody(void **state)
{
    struct bench b;
    uint32_t least, most;
    struct err err;

    (void)state;
    bench_up(&b);
    charge(&b, 0, PERSONS, 1);
    must(books_write(b.books, b.path, &err), &err);
    charge(&b, 0, PERSONS, 1);
    charge(&b, 0, PERSONS, 1);
    crash(&b);
    start(&b, false);
    look(&b, &least, &most); /* person 0 has paid three and is said to; the others two too much */
    assert_int_equal(least, 0);
    assert_int_equal(most, 2 * UNITS);
    crash(&b);
    unlink(b.path); /* and with no file at all: all three */
    start(&b, false);
    look(&b, &least, &most);
    assert_int_equal(most, 3 * UNITS);
    bench_down(&b);
}

/* An organisation that asked before persons had accounts: today's account, for each person. */
static void test_a_book_that_is_opened_late_begins_with_all_that_was_asked(void **state)
{
    struct books_floor floor;
    struct bench b;
    struct err err;

    (void)state;
    bench_up(&b);
    must(books_settle(b.books, "clinic", &(struct books_total){"2026", 100, 300}, &floor, &err),
         &err);
    assert_int_equal(floor.year, 10);
    assert_int_equal(floor.life, 30);
    must(books_settle(b.books, "clinic", &(struct books_total){"2026", 100, 300}, &floor, &err),
         &err);
    assert_int_equal(floor.year, 10); /* once */
    bench_down(&b);
}

static void test_a_damaged_file_is_lost_as_a_whole(void **state)
{
    struct bench b;
    struct err err;
    uint8_t *bytes;
    long size;
    FILE *file;

    (void)state;
    bench_up(&b);
    charge(&b, 0, PERSONS, 1);
    stop(&b);
    file = fopen(b.path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    bytes = malloc((size_t)size);
    assert_non_null(bytes);
    rewind(file);
    assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
    fclose(file);
    for (long i = 0; i < size; i += 41) {
        bytes[i] ^= 1;
        must(file_write(b.path, bytes, (size_t)size, 0600, &err), &err);
        start(&b, true);
        books_close(b.books);
        bytes[i] ^= 1;
        must(file_write(b.path, bytes, (size_t)i, 0600, &err), &err);
        start(&b, true);
        books_close(b.books);
    }
    free(bytes);
    start(&b, true);
    bench_down(&b);
}

static void test_a_write_that_fails_leaves_the_old_file(void **state)
{
    (void)state;
    for (int n = 0; n < 40; n++) {
        uint32_t least, most;
        struct bench b;
        struct err err;
        bool written;

        bench_up(&b);
        charge(&b, 0, PERSONS, 1);
        must(books_write(b.books, b.path, &err), &err);
        charge(&b, 0, PERSONS, 1);
        file_fault(n, ENOSPC);
        written = books_write(b.books, b.path, &err);
        file_fault(-1, 0);
        assert_int_equal(books_unwritten(b.books), written ? 0 : 2);
        crash(&b);
        start(&b, false);
        look(&b, &least, &most);
        assert_true(most <= UNITS);
        bench_down(&b);
        if (written)
            return;
    }
    fail_msg("no write was ever finished");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spending_follows_the_person),
        cmocka_unit_test(test_whoever_left_and_came_each_person_pays_the_own_account),
        cmocka_unit_test(test_a_year_begins_at_nothing_a_life_never),
        cmocka_unit_test(test_after_a_crash_no_account_is_too_low),
        cmocka_unit_test(test_what_was_lost_is_laid_on_everybody),
        cmocka_unit_test(test_a_book_that_is_opened_late_begins_with_all_that_was_asked),
        cmocka_unit_test(test_a_damaged_file_is_lost_as_a_whole),
        cmocka_unit_test(test_a_write_that_fails_leaves_the_old_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
