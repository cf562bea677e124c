#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prepared statements of one owner of tables: they are bound, stepped and reset here, where
 * SQLite's codes become ours.
 *
 * Values are bound without a copy and must live until the call returns. Busy, locked and full
 * databases are ERR_UNAVAILABLE, everything else is ERR_INTERNAL; both name the owner. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define STATEMENTS_MAX 24

struct sqlite3;
struct sqlite3_stmt;

struct statements {
    struct sqlite3 *db; /* borrowed */
    const char *owner;  /* names the tables in messages: "ledger" */
    struct sqlite3_stmt *statement[STATEMENTS_MAX];
};

/*
 * `kinds` has one letter for each value: 't' text, 'i' integer, 'b' bytes, 'h' hash of 32 bytes,
 * 'd' id of 16 bytes.
 */
union statement_value {
    const char *text;
    int64_t integer;
    const uint8_t *blob;
    struct {
        const uint8_t *data;
        size_t size;
    } bytes;
};

/* Prepares n statements, at most STATEMENTS_MAX. On failure, none stays prepared. */
bool statements_prepare(struct statements *statements, struct sqlite3 *db, const char *owner,
                        const char *const *sql, size_t n, struct err *err) MUST_CHECK;
void statements_finalize(struct statements *statements);

/* Runs a statement that returns no rows. */
bool statements_run(struct statements *statements, size_t which, const char *kinds,
                    const union statement_value *value, struct err *err) MUST_CHECK;
/*
 * Starts a look-up. *row is the statement on its first row, which the caller must reset, or NULL
 * when there is no row.
 */
bool statements_look(struct statements *statements, size_t which, const char *kinds,
                     const union statement_value *value, struct sqlite3_stmt **row,
                     struct err *err) MUST_CHECK;
void statements_rewind(struct sqlite3_stmt *row);
