#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/* The state as state.c, state_read.c and retention.c see it; for these alone. */
#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"

enum state_statement {
    PUT_QUESTION,
    PUT_REGION,
    PUT_ANSWER,
    FIND_FIRST,
    PUT_BUDGET,
    PUT_DONE,
    PUT_STATE,
    PUT_INTERRUPTED,
    PUT_LIST,
    PUT_NEWEST,
    GET_QUESTION,
    GET_REGIONS,
    GET_OPEN,
    GET_BUDGETS,
    GET_LIST,
    GET_NEWEST,
    STATEMENTS,
};

struct state {
    sqlite3 *db;
    sqlite3_stmt *statement[STATEMENTS];
};

bool state_failed(const struct state *state, const char *doing, struct err *err);
void state_bind_blob(sqlite3_stmt *statement, int at, const uint8_t *data, size_t size);
void state_bind_text(sqlite3_stmt *statement, int at, const char *text);
/*
 * A signed answer from a row. Columns: the answer and its form, whether it has a base, the base and
 * its form (packing.h).
 */
bool state_envelope_read(sqlite3_stmt *row, int column, struct bytes *out,
                         struct err *err) MUST_CHECK;
