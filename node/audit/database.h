#pragma once
/*
 * The one way in which ledger and audit files are opened: rollback journal, synchronous=EXTRA, one
 * writing connection; a commit that returned survives power loss.
 *
 * WAL is not used: NORMAL loses acknowledged commits on power loss, and SQLite before 3.51.3 can
 * corrupt a WAL that two connections write (reference: reliability, section 1). Who reads beside
 * the writer does so in short transactions; a writer that waits longer than DATABASE_BUSY_MS gives
 * up with ERR_UNAVAILABLE. One thread.
 */
#include "proto/base/err.h"

#define DATABASE_BUSY_MS 1000

struct sqlite3;

bool database_open(const char *path, struct sqlite3 **out, struct err *err) MUST_CHECK;
/* For reading, beside a running keeper too: `audit tail`, `audit verify`. */
bool database_open_read(const char *path, struct sqlite3 **out, struct err *err) MUST_CHECK;
void database_close(struct sqlite3 *db);

bool database_begin(struct sqlite3 *db, struct err *err) MUST_CHECK;  /* IMMEDIATE */
bool database_commit(struct sqlite3 *db, struct err *err) MUST_CHECK; /* rolls back on failure */
void database_rollback(struct sqlite3 *db);                           /* nothing open: no effect */
/* SQLite's last error as ours: busy and full -> ERR_UNAVAILABLE, the rest ERR_INTERNAL. */
bool database_failed(struct sqlite3 *db, const char *doing, struct err *err);
