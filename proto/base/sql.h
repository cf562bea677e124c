#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite, opened the one safe way (reference: reliability, 5.3), and the few steps that every user
 * of it would write again. SQLite's result codes become ours here and nowhere else.
 *
 * A file of ours is known by its application_id, and its user_version counts the schema steps that
 * it has taken. What is not ours, and what a newer program has written, is refused before a byte of
 * it changes. Only fixed statements; a connection and its statements belong to one thread.
 */
#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define SQL_LEDGER_BUSY_MS 1000

enum sql_mode {
    SQL_STORE,       /* made when absent; WAL, synchronous=NORMAL: its sources can be read again */
    SQL_STATE,       /* made when absent; WAL, NORMAL: the coordinator's memory */
    SQL_LEDGER,      /* made when absent; WAL, FULL: a commit that returned survives power loss.
                        One connection may write; it calls sql_checkpoint() itself */
    SQL_LEDGER_READ, /* beside the one that writes */
    SQL_LOG,         /* made when absent; rollback journal, EXTRA: for a program that writes once */
    SQL_BUILD,       /* a new file written once, by one process: no journal file */
    SQL_IMMUTABLE,   /* a finished file that nobody writes; no lock, no journal */
};

/* A kind of file that grows with the program. */
struct sql_schema {
    const char *name; /* "the ledger", for messages */
    uint32_t application_id;
    const char *const *steps; /* fixed SQL, NULL behind the last; user_version counts them */
    const char *unmarked;     /* the only tables, each with a blank behind it, that a file of ours
                                 may have had before it got its application_id; or "" */
};

/* Opens a file without a schema of its own: what it is, its reader checks. */
bool sql_open(const char *path, enum sql_mode mode, sqlite3 **out, struct err *err) MUST_CHECK;
/* Opens, or makes, a file of this kind and brings it to the newest step. */
bool sql_open_own(const char *path, enum sql_mode mode, const struct sql_schema *schema,
                  sqlite3 **out, struct err *err) MUST_CHECK;
/* Accepts NULL. What was not committed is rolled back. All statements are finalized before. */
void sql_close(sqlite3 *db);

/*
 * ERR_INVALID when the file belongs to another program, or to a newer one. Writes nothing.
 * *version: the steps that it has taken; *marked: whether it has its application_id.
 */
bool sql_identify(sqlite3 *db, const struct sql_schema *schema, int64_t *version, bool *marked,
                  struct err *err) MUST_CHECK;
/* Takes the steps that are missing, all or none. */
bool sql_migrate(sqlite3 *db, const struct sql_schema *schema, struct err *err) MUST_CHECK;
/*
 * The same for tables that live in files of more than one kind (terms, the audit log): their steps
 * are counted by part in the table schema_part. The first step must be repeatable (IF NOT EXISTS),
 * because older programs made it without counting. In a read-only file there is nothing to do.
 * In a transaction of the caller it becomes a part of that, which a failure must roll back.
 */
bool sql_migrate_part(sqlite3 *db, const char *part, const char *const *steps,
                      struct err *err) MUST_CHECK;

/* Always false: the last error of db. doing completes "failed ... ": "reading persons". */
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
/* A text column into a fixed place, cut where it does not fit; NULL is "". */
void sql_text(sqlite3_stmt *row, int column, char *out, size_t room);
/* A blob column of exactly this size into a fixed place. */
bool sql_blob(sqlite3_stmt *row, int column, void *out, size_t size) MUST_CHECK;

bool sql_begin(sqlite3 *db, struct err *err) MUST_CHECK;  /* IMMEDIATE */
bool sql_commit(sqlite3 *db, struct err *err) MUST_CHECK; /* rolls back on failure */
void sql_rollback(sqlite3 *db);                           /* nothing open: no effect */
/* In a transaction? SQLite knows best: a BEGIN that failed on its way back has begun all the same.
 */
bool sql_in_transaction(sqlite3 *db);
/* SQL_LEDGER: from the next commit on, *pages is the length of the write-ahead log. */
void sql_watch_log(sqlite3 *db, int *pages);
/*
 * SQL_LEDGER: moves the write-ahead log into the database, outside a transaction. A failure leaves
 * every commit safe in the log, but no later sync can be trusted: the process must end.
 */
bool sql_checkpoint(sqlite3 *db, struct err *err) MUST_CHECK;
