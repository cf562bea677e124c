#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * True cells, sealed: evaluation says who is in them, and only node/privacy/noise.c takes out how
 * many these are.
 *
 * The struct is opaque; tests/tidy lets only cells.c and noise.c include its definition in
 * cells_inside.h. No function reads, compares, prints or copies a cell. Memory comes from
 * libsodium's guarded heap and is wiped by cells_free(). One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define CELLS_MAX 65536

struct account;
struct cells;

/* Persons of one segment of a snapshot: bit p of the words is person p. */
struct cells_who {
    size_t segment;
    const uint64_t *words;
    size_t n_words;
};

struct cells_person {
    size_t segment;
    uint32_t person;
};

/* n zeroed cells, n in 1..CELLS_MAX. NULL when memory is out. */
struct cells *cells_new(size_t n);
/* Wipes. Accepts NULL. */
void cells_free(struct cells *cells);
/* Sets cell i to value; i < n is asserted. */
void cells_put(struct cells *cells, size_t i, int64_t value);
/*
 * From here on whoever enters a cell pays for it, and only who can is counted (account.h). Borrows
 * the account, which is read and written by cells_enter() and cells_enter_one() alone. NULL: nobody
 * pays.
 */
void cells_charge(struct cells *cells, const struct account *account);
/*
 * These persons are in cell i. Evaluation says it once of a person and a cell, here or in
 * cells_enter_one(), so a cell is the number of who is in it and, where persons pay, can.
 */
void cells_enter(struct cells *cells, size_t i, const struct cells_who *who);
/* This person is in cell i, or is not: the same work either way. */
void cells_enter_one(struct cells *cells, size_t i, const struct cells_person *person, bool is_in);
size_t cells_count(const struct cells *cells);
