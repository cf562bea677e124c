/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What persons' accounts cost the keeper: finding the rows of a snapshot, the file of ten books,
 * and a pass over everybody whether nobody, half or all are in the cell. Prints a table.
 *
 * Usage: bench_books [FOLDER [PERSONS]]     the file is made in FOLDER (default /tmp), on its disk
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/privacy/books.h"
#include "proto/base/clock.h"

#define ORGANISATIONS 10
#define SEGMENT 65536
#define SEGMENTS_MAX 64
#define PASSES 9

struct bench {
    uint32_t persons;
    uint8_t (*pid)[BOOKS_PID_BYTES];
    struct books_segment segments[SEGMENTS_MAX];
    struct books_snapshot snapshot;
    struct books *books;
    char path[512];
};

static void must(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "bench_books: %s\n", err->text);
    exit(EXIT_FAILED);
}

static void print_ms(const char *what, uint32_t persons, int64_t us)
{
    printf("%-36s %8u persons %10.3f ms\n", what, persons, (double)us / 1e3);
    fflush(stdout);
}

static void persons(struct bench *b, uint32_t n)
{
    b->persons = n;
    b->pid = malloc((size_t)n * BOOKS_PID_BYTES);
    if (!b->pid)
        exit(EXIT_FAILED);
    randombytes_buf(b->pid, (size_t)n * BOOKS_PID_BYTES);
    b->snapshot = (struct books_snapshot){.segments = b->segments};
    for (uint32_t from = 0; from < n; from += SEGMENT) {
        b->segments[b->snapshot.n_segments++] =
            (struct books_segment){b->pid[from], n - from < SEGMENT ? n - from : SEGMENT};
    }
}

static void settle(struct bench *b, const char *name)
{
    struct books_total total = {"2026", 0, 0};
    struct books_floor floor;
    struct err err;

    must(books_settle(b->books, name, &total, &floor, &err), &err);
}

static void account_of(struct bench *b, uint8_t snapshot, struct account *out)
{
    const struct measure count = {
        .kind = MEASURE_COUNT, .n_cells = COUNT_CELLS, .sensitivity_squared = 1};
    struct err err;

    b->snapshot.id[0] = snapshot;
    *out = (struct account){0};
    must(books_account(b->books, "organisation 0", &b->snapshot, out, &err), &err);
    out->own.year_cap = out->own.life_cap = out->all.year_cap = out->all.life_cap = 1 << 30;
    account_set_price(out, &count, 50);
}

/* A publish makes another snapshot of persons who have rows. */
static void bench_rows(struct bench *b)
{
    struct account account;
    int64_t begin = clock_mono_us();

    account_of(b, 1, &account);
    print_ms("rows of a first snapshot", b->persons, clock_mono_us() - begin);
    begin = clock_mono_us();
    account_of(b, 2, &account);
    print_ms("rows of another snapshot", b->persons, clock_mono_us() - begin);
}

static void bench_file(struct bench *b)
{
    int64_t begin = clock_mono_us();
    struct stat stat_of;
    struct err err;
    bool lost;

    must(books_write(b->books, b->path, &err), &err);
    print_ms("books written", b->persons, clock_mono_us() - begin);
    if (stat(b->path, &stat_of) != 0)
        exit(EXIT_FAILED);
    printf("%-36s %8u persons %10.1f MB\n", "their file", b->persons,
           (double)stat_of.st_size / 1e6);
    books_close(b->books);
    begin = clock_mono_us();
    must(books_open(b->path, &b->books, &lost, &err), &err);
    print_ms("books read", b->persons, clock_mono_us() - begin);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* The middle of a few passes over everybody; one of eight persons in `eighths` is in the cell. */
static void bench_pass(struct bench *b, const char *who, uint32_t eighths)
{
    static uint64_t words[SEGMENT / 64];
    int64_t us[PASSES];
    struct account account;
    char what[40];

    account_of(b, 1, &account);
    for (size_t w = 0; w < SEGMENT / 64; w++)
        for (uint32_t bit = 0; bit < 64; bit++)
            words[w] |= (uint64_t)(randombytes_uniform(8) < eighths) << bit;
    for (size_t i = 0; i < PASSES; i++) {
        int64_t begin = clock_mono_us();

        for (size_t s = 0; s < b->snapshot.n_segments; s++)
            account_take(&account, CELL_MATCHED, s, words, SEGMENT / 64);
        us[i] = clock_mono_us() - begin;
    }
    qsort(us, PASSES, sizeof(*us), by_value);
    snprintf(what, sizeof(what), "pass, %s in the cell", who);
    print_ms(what, b->persons, us[PASSES / 2]);
    memset(words, 0, sizeof(words));
}

static void bench(const char *folder, uint32_t n)
{
    struct bench b = {0};
    struct err err;
    bool lost;

    snprintf(b.path, sizeof(b.path), "%s/rikstal-books-%ld", folder, (long)getpid());
    persons(&b, n);
    must(books_open(b.path, &b.books, &lost, &err), &err);
    for (int i = 0; i < ORGANISATIONS - 1; i++) {
        char name[32];

        snprintf(name, sizeof(name), "organisation %d", i);
        settle(&b, name);
    }
    settle(&b, ""); /* of all together: the tenth */
    bench_rows(&b);
    bench_file(&b);
    bench_pass(&b, "nobody", 0);
    bench_pass(&b, "half", 4);
    bench_pass(&b, "everybody", 8);
    books_close(b.books);
    unlink(b.path);
    free(b.pid);
}

int main(int argc, char **argv)
{
    static const uint32_t sizes[] = {200000, 800000, 2400000};
    const char *folder = argc > 1 ? argv[1] : "/tmp";

    if (sodium_init() < 0)
        return EXIT_FAILED;
    if (argc > 2)
        bench(folder, (uint32_t)strtoul(argv[2], NULL, 10));
    for (size_t i = 0; argc <= 2 && i < sizeof(sizes) / sizeof(*sizes); i++)
        bench(folder, sizes[i]);
    return EXIT_OK;
}
