#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite, opened in one safe way for each kind of file (reference: reliability, 5.3), and the few
 * steps that every user of SQLite needs. SQLite's result codes are translated to ours only here.
 *
 * Our files are recognised by their application_id; user_version counts the schema steps that were
 * taken. A file of another program, or of a newer version of ours, is refused before a byte of it
 * changes. Only fixed statements are run. A connection and its statements belong to one thread.
 */
#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define SQL_LEDGER_BUSY_MS 1000

enum sql_mode {
    SQL_STORE,       /* made when absent; WAL, synchronous=NORMAL: the sources can be read again */
    SQL_STATE,       /* made when absent; WAL, NORMAL: the coordinator's state */
    SQL_LEDGER,      /* made when absent; WAL, FULL: a commit that returned survives power loss.
                      * Only one connection may write; it calls sql_checkpoint() itself */
    SQL_LEDGER_READ, /* a reader beside the connection that writes */
    SQL_LOG,         /* the same for a program that writes once and ends: sql_close() leaves the
                      * log as it is, and opening reads only the pages that are needed */
    SQL_BUILD,       /* a new file that one process writes once: no journal file */
    SQL_IMMUTABLE,   /* a finished file that nobody writes any more: no lock, no journal */
};

/* A kind of file whose schema grows with the program's versions. */
struct sql_schema {
    const char *name; /* "the ledger", for messages */
    uint32_t application_id;
    const char *const *steps; /* fixed SQL, ended by NULL; user_version counts the steps that were
                               * taken */
    const char *unmarked;     /* names, each followed by a blank, of the only tables that our file
                               * may have had before it got its application_id; or "" */
};

/* Opens a file that has no schema of its own; the reader must check what it holds. */
bool sql_open(const char *path, enum sql_mode mode, sqlite3 **out, struct err *err) MUST_CHECK;
/* Opens a file of this kind, making it when absent, and takes all missing schema steps. */
bool sql_open_own(const char *path, enum sql_mode mode, const struct sql_schema *schema,
                  sqlite3 **out, struct err *err) MUST_CHECK;
/* Accepts NULL. Rolls back what was not committed. All statements must be finalized before. */
void sql_close(sqlite3 *db);

/*
 * Reads which steps the file has taken (*version) and whether it has its application_id (*marked).
 * ERR_INVALID when the file belongs to another program or to a newer version. Writes nothing.
 */
bool sql_identify(sqlite3 *db, const struct sql_schema *schema, int64_t *version, bool *marked,
                  struct err *err) MUST_CHECK;
/* Takes all missing steps, or none of them on failure. */
bool sql_migrate(sqlite3 *db, const struct sql_schema *schema, struct err *err) MUST_CHECK;
/*
 * The same for tables that occur in files of more than one kind (terms, the audit log); the table
 * schema_part counts their steps by part. The first step must be repeatable (IF NOT EXISTS),
 * because older programs took it without counting. For a read-only file the call has no effect.
 * Inside a transaction of the caller the steps join that transaction, and the caller must roll it
 * back on failure.
 */
bool sql_migrate_part(sqlite3 *db, const char *part, const char *const *steps,
                      struct err *err) MUST_CHECK;

/*
 * Fills err from the last error of db. `doing` completes "failed ... ": "reading persons". Returns
 * false.
 */
bool sql_failed(sqlite3 *db, const char *doing, struct err *err);
/* Runs fixed SQL that returns no rows. */
bool sql_run(sqlite3 *db, const char *sql, struct err *err) MUST_CHECK;
/* Prepares a statement that is kept for many uses. */
bool sql_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, struct err *err) MUST_CHECK;
/*
 * Steps to the next row. At the end, *row becomes false and the statement is reset for its next
 * use.
 */
bool sql_next(sqlite3_stmt *stmt, bool *row, struct err *err) MUST_CHECK;
/* Runs a bound statement that returns no rows, and resets it for its next use. */
bool sql_done(sqlite3_stmt *stmt, struct err *err) MUST_CHECK;
/* The first column of the first row of fixed SQL; `fallback` when there is no row. */
bool sql_number(sqlite3 *db, const char *sql, int64_t fallback, int64_t *value,
                struct err *err) MUST_CHECK;
/* Copies a text column into a fixed buffer; a text that is too long is cut, and NULL becomes "". */
void sql_text(sqlite3_stmt *row, int column, char *out, size_t room);
/* Copies a blob column, which must have exactly this size, into a fixed buffer. */
bool sql_blob(sqlite3_stmt *row, int column, void *out, size_t size) MUST_CHECK;

bool sql_begin(sqlite3 *db, struct err *err) MUST_CHECK;  /* IMMEDIATE */
bool sql_commit(sqlite3 *db, struct err *err) MUST_CHECK; /* rolls back on failure */
void sql_rollback(sqlite3 *db);                           /* no effect without one */
/*
 * Asks SQLite whether a transaction is open, because a BEGIN that reported an error may still have
 * begun one.
 */
bool sql_in_transaction(sqlite3 *db);
/*
 * For SQL_LEDGER and SQL_LOG: after every later commit, *pages is the length of the write-ahead log
 * in pages.
 */
void sql_watch_log(sqlite3 *db, int *pages);
/*
 * For SQL_LEDGER: moves the write-ahead log into the database; call it outside a transaction. After
 * a failure every commit is still safe in the log, but no later sync can be trusted: the process
 * must end.
 */
bool sql_checkpoint(sqlite3 *db, struct err *err) MUST_CHECK;
/*
 * For SQL_LOG: the same, and sql_close() then deletes the log, which a later process would read
 * from its beginning. While a reader is connected the log is not deleted; that is no error. (A
 * truncated log would not do: where a power cut brings a part of it back, that part hides newer
 * pages.)
 */
bool sql_checkpoint_last(sqlite3 *db, struct err *err) MUST_CHECK;
