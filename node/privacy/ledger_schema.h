#pragma once
/*
 * The ledger's tables, brought to what this program knows: the steps of schemas/ledger that a
 * database has not taken yet, all in one transaction. A newer database is ERR_INVALID. For
 * ledger.c; one thread, the ledger's connection.
 */
#include "proto/base/err.h"

struct sqlite3;

bool ledger_schema_step(struct sqlite3 *db, struct err *err) MUST_CHECK;
