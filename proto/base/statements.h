#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prepared statements of one owner of tables: bound, stepped and rewound in one place, where
 * SQLite's codes become ours.
 *
 * Values are bound without a copy and live until the call returns. Busy, locked and full are
 * ERR_UNAVAILABLE, everything else ERR_INTERNAL, with the owner's name. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define STATEMENTS_MAX 24

struct sqlite3;
struct sqlite3_stmt;

struct statements {
    struct sqlite3 *db; /* borrowed */
    const char *owner;  /* "ledger" */
    struct sqlite3_stmt *statement[STATEMENTS_MAX];
};

/* One for each letter of kinds: 't'ext, 'i'nteger, 'b'ytes, 'h'ash of 32 bytes, i'd' of 16. */
union statement_value {
    const char *text;
    int64_t integer;
    const uint8_t *blob;
    struct {
        const uint8_t *data;
        size_t size;
    } bytes;
};

/* Prepares n of them, at most STATEMENTS_MAX; on failure nothing is left behind. */
bool statements_prepare(struct statements *statements, struct sqlite3 *db, const char *owner,
                        const char *const *sql, size_t n, struct err *err) MUST_CHECK;
void statements_finalize(struct statements *statements);

/* Run one that returns nothing. */
bool statements_run(struct statements *statements, size_t which, const char *kinds,
                    const union statement_value *value, struct err *err) MUST_CHECK;
/* Begin a look-up: *row stands on the first row, to be rewound, or is NULL: there is none. */
bool statements_look(struct statements *statements, size_t which, const char *kinds,
                     const union statement_value *value, struct sqlite3_stmt **row,
                     struct err *err) MUST_CHECK;
void statements_rewind(struct sqlite3_stmt *row);
