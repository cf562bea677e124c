#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file D/books of a node that dies, and what persons have paid: no account may be too low after
 * any crash, whichever file is there then. Each question finds the first persons of the fake
 * snapshot, as many as crash_books_found() says, and each answer that has left was paid by them;
 * that is counted here, and not taken from the books. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRASH_BOOKS_PERSONS 160

struct keeper;

struct crash_books {
    char path[128];
    uint8_t *file[2]; /* as it was written last, and before; NULL: none */
    size_t size[2];
    int64_t paid_nrho[CRASH_BOOKS_PERSONS];
};

/* Which file is there after a crash. */
enum crash_file { CRASH_LAST, CRASH_OLDER, CRASH_NONE, CRASH_TORN, CRASH_FILES };

/* A policy in the folder that gives persons accounts, and persons in the fake snapshot. */
void crash_books_open(struct crash_books *books, const char *folder);
/* Another life: no file, and nobody has paid. */
void crash_books_begin(struct crash_books *books);
void crash_books_close(struct crash_books *books);
/* How many persons question i finds: each another number. */
int64_t crash_books_found(int i);
/* The answer to question i has left. */
void crash_books_paid(struct crash_books *books, int i, int64_t nrho);
/* The keeper may have written its books: keeps what they are now. */
void crash_books_written(struct crash_books *books);
void crash_books_crash(struct crash_books *books, enum crash_file which);
/*
 * A planted bug: the file of before says that it has all that the last one has. False when there is
 * no file of before.
 */
bool crash_books_forget(struct crash_books *books, int64_t nrho);
/* Is any person's account below what that person has paid? Completes the books as a charge does. */
bool crash_books_low(const struct crash_books *books, struct keeper *keeper);
