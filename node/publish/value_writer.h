#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the events of one code measured, on its way from the store into a segment (value_rows.h).
 * Where one event of a code has a value, all of them get a row: one without a value leaves it open
 * what it measured. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/snapshot/days.h"
#include "node/snapshot/value_rows.h"
#include "proto/base/err.h"

struct bytes;
struct event_row;
struct event_rows;
struct sqlite3;
struct sqlite3_stmt;
struct value_writer;

/* from is the store's database; both are borrowed. */
bool value_writer_new(struct sqlite3 *from, const struct event_rows *events,
                      struct value_writer **out, struct err *err) MUST_CHECK;
void value_writer_free(struct value_writer *writer); /* accepts NULL */

/* What a code has by now: its events with a day, and who has one without; NULL: nobody. */
struct value_before {
    const struct day_row *days;
    size_t n_days;
    const uint64_t *undated;
    uint32_t n_persons;
};

/* Adds n events of a code; before: those of it that came before these. */
bool value_writer_add(struct value_writer *writer, const struct event_row *rows, size_t n,
                      const struct value_before *before, struct value_rows *values,
                      struct err *err) MUST_CHECK;
/* Binds them to a column of a statement that writes a code; text holds the bytes until then. */
bool value_writer_bind(struct sqlite3_stmt *stmt, int column, struct value_rows *values,
                       struct bytes *text, struct err *err) MUST_CHECK;
