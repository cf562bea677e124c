/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows are only ever added, so that a row found for a snapshot stays that person's. A table of
 * hashes, by the first bytes of the pid, which is a keyed hash itself, finds them.
 */
#include "node/privacy/books.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "node/privacy/books_inside.h"
#include "proto/base/large.h"

#define NO_ROW UINT32_MAX
#define ROWS_FIRST 1024

/* ---- rows ------------------------------------------------------------------------------------ */

static size_t place_of(const struct books *books, const uint8_t pid[static BOOKS_PID_BYTES])
{
    uint64_t hash;

    memcpy(&hash, pid, sizeof(hash));
    size_t at = (size_t)hash & (books->n_places - 1);

    while (books->place[at] != NO_ROW &&
           memcmp(books->pid[books->place[at]], pid, BOOKS_PID_BYTES) != 0)
        at = (at + 1) & (books->n_places - 1);
    return at;
}

static bool grow_places(struct books *books, size_t room, struct err *err)
{
    uint32_t *place = large_new(2 * room * sizeof(*place));

    if (!place)
        return err_memory(err);
    memset(place, 0xff, 2 * room * sizeof(*place));
    free(books->place);
    books->place = place;
    books->n_places = 2 * room;
    for (uint32_t i = 0; i < books->n_rows; i++)
        place[place_of(books, books->pid[i])] = i;
    return true;
}

static bool grow_pids(struct books *books, size_t room, struct err *err)
{
    uint8_t(*pid)[BOOKS_PID_BYTES] = large_new(room * sizeof(*pid));

    if (!pid)
        return err_memory(err);
    if (books->n_rows)
        memcpy(pid, books->pid, books->n_rows * sizeof(*pid));
    free(books->pid);
    books->pid = pid;
    return true;
}

/* A book's accounts of n rows in a new place with room for more; what it had is copied. */
static bool grow_book(struct book *book, size_t n, size_t room, struct err *err)
{
    uint32_t *year = large_new(2 * room * sizeof(*year)), *life;

    if (!year)
        return err_memory(err);
    life = year + room;
    if (n && book->year) {
        memcpy(year, book->year, n * sizeof(*year));
        memcpy(life, book->life, n * sizeof(*life));
    }
    free(book->year);
    book->year = year;
    book->life = life;
    return true;
}

bool books_inside_grow(struct books *books, size_t rows, struct err *err)
{
    size_t room = books->room ? books->room : ROWS_FIRST;

    while (room < rows)
        room *= 2;
    if (room == books->room)
        return true;
    if (!grow_pids(books, room, err))
        return false;
    for (size_t i = 0; i < books->n; i++)
        if (!grow_book(&books->book[i], books->n_rows, room, err))
            return false;
    if (!grow_places(books, room, err))
        return false;
    books->room = room;
    return true;
}

bool books_inside_rows(struct books *books, size_t n)
{
    assert(n <= books->room);
    for (; books->n_rows < n; books->n_rows++) {
        size_t at = place_of(books, books->pid[books->n_rows]);

        if (books->place[at] != NO_ROW)
            return false;
        books->place[at] = (uint32_t)books->n_rows;
    }
    return true;
}

/* The person's row, which is made when there is none; there is room for it. */
static uint32_t row_of(struct books *books, const uint8_t pid[static BOOKS_PID_BYTES])
{
    size_t at = place_of(books, pid);

    if (books->place[at] == NO_ROW) {
        assert(books->n_rows < books->room);
        memcpy(books->pid[books->n_rows], pid, BOOKS_PID_BYTES);
        books->place[at] = (uint32_t)books->n_rows++;
    }
    return books->place[at];
}

/* Rows from `first` on are of persons who are new: each book has laid its floor on them. */
static void begin_rows(struct books *books, size_t first)
{
    for (size_t b = 0; b < books->n; b++) {
        const struct book *book = &books->book[b];

        for (size_t i = first; i < books->n_rows; i++) {
            book->year[i] = book->floor.year;
            book->life[i] = book->floor.life;
        }
    }
}

/* ---- books ----------------------------------------------------------------------------------- */

static struct book *find_book(const struct books *books, const char *name)
{
    for (size_t i = 0; i < books->n; i++)
        if (strcmp(books->book[i].name, name) == 0)
            return &books->book[i];
    return NULL;
}

struct book *books_inside_add(struct books *books, const char *name, struct err *err)
{
    size_t room = books->room ? books->room : 1;
    struct book *grown = realloc(books->book, (books->n + 1) * sizeof(*grown));
    struct book *book;

    assert(strlen(name) < sizeof(book->name));
    if (!grown) {
        err_memory(err);
        return NULL;
    }
    books->book = grown;
    book = &grown[books->n];
    *book = (struct book){0};
    if (!grow_book(book, 0, room, err))
        return NULL;
    memset(book->year, 0, books->n_rows * sizeof(*book->year));
    memset(book->life, 0, books->n_rows * sizeof(*book->life));
    memcpy(book->name, name, strlen(name));
    books->n++;
    return book;
}

static void begin_year(struct books *books, struct book *book, const char *window)
{
    assert(strlen(window) < sizeof(book->window));
    memset(book->window, 0, sizeof(book->window));
    memcpy(book->window, window, strlen(window));
    memset(book->year, 0, books->n_rows * sizeof(*book->year));
    book->floor.year = 0;
    book->seen_year_nrho = 0;
}

static uint32_t plus(uint32_t a, uint32_t b)
{
    return a > BOOKS_UNITS_MOST - b ? BOOKS_UNITS_MOST : a + b;
}

/* Lays on everybody, and on who comes later, what the ledger has and the book has not. */
static void lay(uint32_t *spent, size_t n, uint32_t *floor, int64_t seen_nrho, int64_t total_nrho)
{
    uint32_t missed = total_nrho > seen_nrho ? account_units(total_nrho - seen_nrho) : 0;

    for (size_t i = 0; missed && i < n; i++)
        spent[i] = plus(spent[i], missed);
    *floor = plus(*floor, missed);
}

bool books_settle(struct books *books, const char *name, const struct books_total *total,
                  struct books_floor *floor, struct err *err)
{
    assert(books && name && total && total->year_nrho >= 0 && total->life_nrho >= 0);
    struct book *book = find_book(books, name);

    if (!book)
        book = books_inside_add(books, name, err);
    if (!book)
        return false;
    if (strcmp(book->window, total->window) != 0)
        begin_year(books, book, total->window);
    lay(book->year, books->n_rows, &book->floor.year, book->seen_year_nrho, total->year_nrho);
    lay(book->life, books->n_rows, &book->floor.life, book->seen_life_nrho, total->life_nrho);
    book->seen_year_nrho = total->year_nrho;
    book->seen_life_nrho = total->life_nrho;
    *floor = book->floor;
    return true;
}

void books_charged(struct books *books, const char *name, int64_t nrho)
{
    assert(books && name);
    struct book *book = find_book(books, name);

    assert(book);
    book->seen_year_nrho += nrho;
    book->seen_life_nrho += nrho;
    books->unwritten++;
}

uint32_t books_unwritten(const struct books *books)
{
    assert(books);
    return books->unwritten;
}

/* ---- rows of a snapshot ---------------------------------------------------------------------- */

static void map_clear(struct map *map)
{
    for (size_t i = 0; i < map->n; i++) {
        free(map->row[i]);
        free(map->in_a_row[i]);
    }
    free(map->row);
    free(map->in_a_row);
    free(map->segments);
    *map = (struct map){0};
}

/* The rows of who has one, NO_ROW for the others; returns the number of these. */
static size_t find_rows(const struct books *books, const struct books_segment *segment,
                        uint32_t *row)
{
    const uint8_t *pid = segment->pids;
    size_t missing = 0;

    for (uint32_t p = 0; p < segment->n; p++) {
        row[p] = books->n_places ? books->place[place_of(books, pid + (size_t)p * BOOKS_PID_BYTES)]
                                 : NO_ROW;
        missing += row[p] == NO_ROW;
    }
    return missing;
}

static void make_rows(struct books *books, const struct books_segment *segment, uint32_t *row)
{
    const uint8_t *pid = segment->pids;

    for (uint32_t p = 0; p < segment->n; p++)
        if (row[p] == NO_ROW)
            row[p] = row_of(books, pid + (size_t)p * BOOKS_PID_BYTES);
}

/* Sets a bit for each word of 64 persons whose rows follow each other. */
static void find_in_a_row(const uint32_t *row, uint32_t n, uint64_t *in_a_row)
{
    for (uint32_t w = 0; w < n / 64; w++) {
        const uint32_t *of = row + 64 * (size_t)w;
        uint32_t others = 0;

        for (uint32_t p = 1; p < 64; p++)
            others |= of[p] ^ (of[0] + p);
        in_a_row[w / 64] |= (uint64_t)(others == 0) << (w % 64);
    }
}

/* Memory for the rows of all segments. */
static bool map_open(struct map *map, const struct books_snapshot *snapshot, struct err *err)
{
    size_t n = snapshot->n_segments;

    map->row = calloc(n + 1, sizeof(*map->row));
    map->in_a_row = calloc(n + 1, sizeof(*map->in_a_row));
    map->segments = calloc(n + 1, sizeof(*map->segments));
    if (!map->row || !map->segments || !map->in_a_row)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        uint32_t persons = snapshot->segments[i].n;

        map->row[i] = calloc((size_t)persons + 1, sizeof(**map->row));
        map->in_a_row[i] = calloc((size_t)persons / 4096 + 1, sizeof(**map->in_a_row));
        map->n = i + 1;
        if (!map->row[i] || !map->in_a_row[i])
            return err_memory(err);
        map->segments[i] = (struct account_segment){map->row[i], persons, map->in_a_row[i]};
    }
    return true;
}

static bool map_fill(struct books *books, struct map *map, const struct books_snapshot *snapshot,
                     struct err *err)
{
    const struct books_segment *segments = snapshot->segments;
    size_t missing = 0, first = books->n_rows;

    if (!map_open(map, snapshot, err))
        return false;
    for (size_t i = 0; i < map->n; i++)
        missing += find_rows(books, &segments[i], map->row[i]);
    if (!books_inside_grow(books, books->n_rows + missing, err))
        return false;
    for (size_t i = 0; i < map->n; i++) {
        make_rows(books, &segments[i], map->row[i]);
        find_in_a_row(map->row[i], segments[i].n, map->in_a_row[i]);
    }
    begin_rows(books, first);
    return true;
}

/* The map of this snapshot, or the one that was used longest ago, made for it. */
static const struct map *map_of(struct books *books, const struct books_snapshot *snapshot,
                                struct err *err)
{
    struct map *map = &books->maps[0];

    for (size_t i = 0; i < BOOKS_MAPS; i++) {
        if (books->maps[i].used && memcmp(books->maps[i].snapshot, snapshot->id, 32) == 0) {
            books->maps[i].used = ++books->uses;
            return &books->maps[i];
        }
        if (books->maps[i].used < map->used)
            map = &books->maps[i];
    }
    map_clear(map);
    if (!map_fill(books, map, snapshot, err)) {
        map_clear(map);
        return NULL;
    }
    memcpy(map->snapshot, snapshot->id, 32);
    map->used = ++books->uses;
    return map;
}

bool books_account(struct books *books, const char *name, const struct books_snapshot *snapshot,
                   struct account *out, struct err *err)
{
    assert(books && name && name[0] && snapshot && out);
    const struct map *map = map_of(books, snapshot, err);
    const struct book *own = find_book(books, name), *all = find_book(books, "");

    assert(own && all); /* settled before */
    if (!map)
        return false;
    assert(map->n == snapshot->n_segments);
    out->own.year = own->year;
    out->own.life = own->life;
    out->all.year = all->year;
    out->all.life = all->life;
    out->segments = map->segments;
    out->n_segments = map->n;
    return true;
}

void books_close(struct books *books)
{
    if (!books)
        return;
    for (size_t i = 0; i < BOOKS_MAPS; i++)
        map_clear(&books->maps[i]);
    for (size_t i = 0; i < books->n; i++)
        free(books->book[i].year);
    free(books->book);
    free(books->pid);
    free(books->place);
    free(books);
}
