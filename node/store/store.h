#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The working database of one region: people, samples, events, assays, calls; row-oriented, where
 * data arrives. Import writes it, publish reads it, and nothing that answers questions opens it.
 *
 * One SQLite file (WAL), one connection a process, and store_open() holds an exclusive lock on
 * "<path>.lock" until store_close(), so that two imports or publishes never run at once. Writing is
 * done inside one import (import_run.h), all of it or nothing. One thread.
 */
#include "proto/base/err.h"

struct sqlite3;
struct store;

/*
 * Opens or creates the store at path (D/store.db) and brings its schema up to date. Fails with
 * ERR_UNAVAILABLE when another process holds it, ERR_INVALID when it is no store or one made by a
 * newer rikstal.
 */
bool store_open(const char *path, struct store **out, struct err *err) MUST_CHECK;
/* Gives up an open import; makes everything committed durable. Accepts NULL and half-built. */
void store_close(struct store *store);

/*
 * The connection, for node/terms and node/snapshot, which have tables and statements of their own
 * here. It belongs to the store.
 */
struct sqlite3 *store_db(struct store *store);
