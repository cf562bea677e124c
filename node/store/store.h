#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The working database of one region: people, samples, events, assays, calls, as rows in the order
 * in which data arrive. Import writes it, publish reads it, and nothing that answers questions
 * opens it.
 *
 * One SQLite file (WAL), with one connection a process. store_open() holds an exclusive lock on
 * "<path>.lock" until store_close(), so that two imports or publishes never run at once. All
 * writing happens inside an import (import_run.h) and is committed completely or not at all. One
 * thread.
 */
#include "proto/base/err.h"

struct sqlite3;
struct store;

/*
 * Opens or creates the store at path (D/store.db) and brings its schema up to date. ERR_UNAVAILABLE
 * when another process has it open; ERR_INVALID when it is no store or was made by a newer rikstal.
 */
bool store_open(const char *path, struct store **out, struct err *err) MUST_CHECK;
/* The same for the store of the node whose folder is dir. */
bool store_open_in(const char *dir, struct store **out, struct err *err) MUST_CHECK;
/*
 * Rolls an open import back and makes everything committed durable. Accepts NULL and a partly
 * opened store.
 */
void store_close(struct store *store);

/*
 * The connection, for node/terms and node/publish, which have tables and statements of their own in
 * this database. The store owns it.
 */
struct sqlite3 *store_db(struct store *store);
