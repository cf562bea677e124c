#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one question takes of the persons who are in its cells: whoever is in a cell and can still
 * pay for it is counted there and pays; whoever cannot is left out, and nobody is told (reference:
 * budget, sections 2 and 4).
 *
 * A person has two accounts: one in the asking organisation's book, one of all books together; each
 * has a part of the budget year and one for life, and a price is taken from all four or from none.
 * Present spending and price are compared with the cap before anything is added, so no path of
 * questions passes it. The work is the same whoever is in the cell and whoever can pay: every row
 * of the segment is read and written, and no branch depends on either. Amounts are units of 10
 * nano-rho, rounded up, so that 42 rho fit. Only account.c and books.c see what a person has spent
 * (tests/tidy). An account borrows all that it points to. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/query/measure.h"

#define ACCOUNT_UNIT_NRHO 10

/* Whole units, rounded up. At most UINT32_MAX / 2, which no cap reaches. */
uint32_t account_units(int64_t nrho);

/* One book's accounts, by row, and how much of each may be spent. */
struct account_rows {
    uint32_t *year;
    uint32_t *life;
    uint32_t year_cap;
    uint32_t life_cap;
};

/*
 * Of one segment of the snapshot: the row of each person, and of which words of 64 persons the rows
 * follow each other, so that a pass reads them in one go. NULL: of none. Both follow from when who
 * was published, and from nothing that is asked.
 */
struct account_segment {
    const uint32_t *row;
    uint32_t n;
    const uint64_t *in_a_row; /* bit w % 64 of element w / 64 */
};

struct account {
    struct account_rows own;
    struct account_rows all;
    const struct account_segment *segments;
    size_t n_segments;
    struct measure measure; /* which grade each cell has */
    uint32_t price[MEASURE_GRADES];
};

/* The prices of a question's cells, in account->price, by the sigma of each grade. */
void account_set_price(struct account *account, const struct measure *measure, uint32_t sigma);
/*
 * Bit p of the words: person p of the segment is in this cell. Takes the cell's price of those who
 * can pay, and returns their number.
 */
int64_t account_take(const struct account *account, size_t cell, size_t segment,
                     const uint64_t *words, size_t n_words);
/* One person, who is in the cell or not: 1 when it is counted. */
int64_t account_take_one(const struct account *account, size_t cell, size_t segment,
                         uint32_t person, bool is_in);
