#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/* The books in memory: for books.c and books_file.c alone. */
#include <stddef.h>
#include <stdint.h>

#include "node/privacy/books.h"

#define BOOKS_NAME_BYTES 65
#define BOOKS_WINDOW_BYTES 33
#define BOOKS_UNITS_MOST (UINT32_MAX / 2) /* above every cap; a price more does not wrap around */
#define BOOKS_MAPS 10                     /* snapshots whose rows are known */

struct book {
    char name[BOOKS_NAME_BYTES];
    char window[BOOKS_WINDOW_BYTES];
    int64_t seen_year_nrho; /* the ledger's totals up to which it is complete */
    int64_t seen_life_nrho;
    struct books_floor floor;
    uint32_t *year; /* by row, in units; begins the memory of both */
    uint32_t *life;
};

struct map {
    uint64_t used; /* 0: empty */
    uint8_t snapshot[32];
    size_t n;
    uint32_t **row;
    uint64_t **in_a_row;
    struct account_segment *segments;
};

struct books {
    size_t n_rows;
    size_t room; /* of pid, and of the arrays of each book */
    uint8_t (*pid)[BOOKS_PID_BYTES];
    uint32_t *place; /* rows by hash */
    size_t n_places; /* a power of two */
    size_t n;
    struct book *book;
    struct map maps[BOOKS_MAPS];
    uint64_t uses;
    uint32_t unwritten;
};

/* Room for so many rows, in every book. */
bool books_inside_grow(struct books *books, size_t rows, struct err *err) MUST_CHECK;
/* A new book in which nobody has spent anything; NULL when memory is out. */
struct book *books_inside_add(struct books *books, const char *name, struct err *err);
/* Takes the first n pids as rows; there is room for them. False when one is there twice. */
bool books_inside_rows(struct books *books, size_t n) MUST_CHECK;
