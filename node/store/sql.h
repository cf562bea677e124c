#pragma once
/*
 * SQLite opened the one safe way (reference: reliability, 5.3), and the few steps that every user
 * of it would write again. SQLite's codes become ours here and nowhere else.
 *
 * Only fixed statements; a connection and its statements belong to one thread.
 */
#include <sqlite3.h>
#include <stdint.h>

#include "proto/base/err.h"

enum sql_mode {
    SQL_STORE,     /* read and write, made when absent; WAL, synchronous=NORMAL */
    SQL_BUILD,     /* a new file written once, by one process: no journal file */
    SQL_IMMUTABLE, /* a finished file that nobody writes; no lock, no journal */
};

bool sql_open(const char *path, enum sql_mode mode, sqlite3 **out, struct err *err) MUST_CHECK;
/* Always false. doing completes "failed ... ": "reading persons". */
bool sql_failed(sqlite3 *db, const char *doing, struct err *err);
/* Runs fixed SQL that gives no rows. */
bool sql_run(sqlite3 *db, const char *sql, struct err *err) MUST_CHECK;
/* A statement that is kept. */
bool sql_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, struct err *err) MUST_CHECK;
/* The next row; *row = false at the end, when the statement is ready for its next use. */
bool sql_next(sqlite3_stmt *stmt, bool *row, struct err *err) MUST_CHECK;
/* Runs a bound statement that gives no rows, and makes it ready for its next use. */
bool sql_done(sqlite3_stmt *stmt, struct err *err) MUST_CHECK;
/* The first column of the first row of fixed SQL; fallback without a row. */
bool sql_number(sqlite3 *db, const char *sql, int64_t fallback, int64_t *value,
                struct err *err) MUST_CHECK;
