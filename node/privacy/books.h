#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The books: what each person has spent with each organisation, and with all of them together, by
 * the person's keyed hash, in the file D/books (reference: budget, section 5).
 *
 * The ledger has the charges, durably and before anything is computed; the books say to whom they
 * fell. The file is written as a whole, some time after. What stands between makes no person's
 * account too low, because each book says up to which total of the ledger it is complete
 * (books_settle()): whatever the ledger has beyond it was lost here, by a crash, an older copy, a
 * damaged file or because the book is new, and is laid on everybody, as today's account of an
 * organisation does. So a recovered account is what was spent or more. A person who comes later
 * begins with all that was laid on everybody (`floor`). Rows follow the person, not the snapshot:
 * who is gone and comes back goes on where the row stood. The file is in the machine's byte order.
 * One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/privacy/account.h"
#include "proto/base/err.h"

#define BOOKS_PID_BYTES 16

struct books;

/* What the ledger has charged, in a budget year and ever. */
struct books_total {
    const char *window; /* the year */
    int64_t year_nrho;
    int64_t life_nrho;
};

/* What a book has laid on everybody: the least that an account has, in units. */
struct books_floor {
    uint32_t year;
    uint32_t life;
};

/*
 * Reads the file; without one there are no books yet. *lost: the file was damaged, and the books
 * begin anew, as if there were none. Fails only when memory is out or the disk does not answer.
 */
bool books_open(const char *path, struct books **out, bool *lost, struct err *err) MUST_CHECK;
void books_close(struct books *books); /* accepts NULL; writes nothing */
/* Durable when it returns. After a failure the books are still to be written. */
bool books_write(struct books *books, const char *path, struct err *err) MUST_CHECK;
/* How many charges are in the books and not in the file. */
uint32_t books_unwritten(const struct books *books);

/*
 * Makes this book complete up to the ledger's total, before a charge: opens it, begins a new year
 * in it, lays on everybody what it missed. name "": the book of all together.
 */
bool books_settle(struct books *books, const char *name, const struct books_total *total,
                  struct books_floor *floor, struct err *err) MUST_CHECK;
/* The ledger has charged so much more to this book, which is settled, or has given it back. */
void books_charged(struct books *books, const char *name, int64_t nrho);

/* The persons of one segment of a snapshot, in order. */
struct books_segment {
    const void *pids; /* n times BOOKS_PID_BYTES */
    uint32_t n;
};
/* A snapshot, of which the rows are found once. */
struct books_snapshot {
    uint8_t id[32];
    const struct books_segment *segments;
    size_t n_segments;
};
/*
 * Sets segments and both books' rows of an account, without its caps; new persons get rows. They
 * are valid until the next call of books_account(), books_settle() or books_close().
 */
bool books_account(struct books *books, const char *name, const struct books_snapshot *snapshot,
                   struct account *out, struct err *err) MUST_CHECK;
