/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/crash_books.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/keeper/keeper_inside.h"
#include "node/privacy/books.h"
#include "proto/base/arena.h"
#include "proto/base/file.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

#define ORGANISATION "gms"
#define ALL_TOGETHER ""
#define FILE_ROOM ((size_t)1 << 20)

static void must(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "crash_books: %s\n", err->text);
    exit(EXIT_FAILURE);
}

void crash_books_open(struct crash_books *books, const char *folder)
{
    struct arena *arena = arena_new(FILE_ROOM);
    const char *plain = world_policy(arena), *at = strstr(plain, "\"version\": 1"), *policy;
    char path[128];
    struct err err;

    assert(arena && at);
    *books = (struct crash_books){0};
    (void)snprintf(books->path, sizeof(books->path), "%s/books", folder);
    (void)snprintf(path, sizeof(path), "%s/policy.json", folder);
    policy = arena_printf(
        arena,
        "%.*s\"individual\": {\"person_year_nrho\": 500000000, \"person_lifetime_nrho\": "
        "500000000, \"all_year_nrho\": 1000000000, \"all_lifetime_nrho\": 2000000000, "
        "\"organisations\": [\"" ORGANISATION "\"]}, %s",
        (int)(at - plain), plain, at);
    assert(policy);
    must(file_write(path, policy, strlen(policy), 0600, &err), &err);
    arena_free(arena);
    fake.persons = CRASH_BOOKS_PERSONS;
}

void crash_books_begin(struct crash_books *books)
{
    for (int i = 0; i < 2; i++)
        free(books->file[i]);
    memset(books->file, 0, sizeof(books->file));
    memset(books->paid_nrho, 0, sizeof(books->paid_nrho));
    unlink(books->path);
}

void crash_books_close(struct crash_books *books)
{
    crash_books_begin(books);
}

int64_t crash_books_found(int i)
{
    return 17 + 13 * i;
}

void crash_books_paid(struct crash_books *books, int i, int64_t nrho)
{
    for (int64_t person = 0; person < crash_books_found(i); person++)
        books->paid_nrho[person] += nrho;
}

void crash_books_written(struct crash_books *books)
{
    struct arena *arena = arena_new(FILE_ROOM);
    uint8_t *data;
    struct err err;
    size_t size;

    assert(arena);
    if (file_exists(books->path)) {
        must(file_read(books->path, FILE_ROOM / 2, arena, &data, &size, &err), &err);
        if (!books->file[0] || size != books->size[0] || memcmp(data, books->file[0], size) != 0) {
            free(books->file[1]);
            books->file[1] = books->file[0];
            books->size[1] = books->size[0];
            books->file[0] = malloc(size + 1);
            assert(books->file[0]);
            memcpy(books->file[0], data, size);
            books->size[0] = size;
        }
    }
    arena_free(arena);
}

void crash_books_crash(struct crash_books *books, enum crash_file which)
{
    int i = which == CRASH_OLDER;
    size_t size = which == CRASH_TORN ? books->size[i] / 2 : books->size[i];
    struct err err;

    unlink(books->path);
    if (which != CRASH_NONE && books->file[i])
        must(file_write(books->path, books->file[i], size, 0600, &err), &err);
}

bool crash_books_forget(struct crash_books *books, int64_t nrho)
{
    struct books *open;
    struct err err;
    bool lost;

    if (!books->file[1])
        return false;
    crash_books_crash(books, CRASH_OLDER);
    must(books_open(books->path, &open, &lost, &err), &err);
    assert(!lost);
    books_charged(open, ORGANISATION, nrho);
    books_charged(open, ALL_TOGETHER, nrho);
    must(books_write(open, books->path, &err), &err);
    books_close(open);
    return true;
}

static void settle(struct keeper *keeper, const char *name)
{
    struct ledger_total total;
    struct books_floor floor;
    struct err err;

    must(ledger_total(journal_ledger(keeper->journal), name, &total, &err), &err);
    must(books_settle(keeper->books, name,
                      &(struct books_total){total.window, total.year_nrho, total.life_nrho}, &floor,
                      &err),
         &err);
}

bool crash_books_low(const struct crash_books *books, struct keeper *keeper)
{
    const struct books_segment segment = {segment_persons(NULL)->id, CRASH_BOOKS_PERSONS};
    const struct books_snapshot snapshot = {{7}, &segment, 1};
    struct account account = {0};
    struct err err;
    bool low = false;

    settle(keeper, ORGANISATION);
    settle(keeper, ALL_TOGETHER);
    must(books_account(keeper->books, ORGANISATION, &snapshot, &account, &err), &err);
    for (int i = 0; i < CRASH_BOOKS_PERSONS; i++) {
        uint32_t row = account.segments[0].row[i], paid = account_units(books->paid_nrho[i]);

        low = low || account.own.year[row] < paid || account.own.life[row] < paid ||
              account.all.year[row] < paid || account.all.life[row] < paid;
    }
    return low;
}
