#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows in memory as a table that SQLite reads: "batch", for INSERT ... SELECT. One such statement
 * for many rows keeps its cursors, and rows that come in the order of a tree are put into it
 * without a walk from its root; a statement a row costs three times as much. Inside node/store.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/store/entry.h"
#include "proto/base/sql.h"

/* One entry that is to be written. The names are those of the columns. */
struct batch_row {
    struct person_id pid;
    struct entry_key key; /* within its feed */
    uint8_t content[32];
    int64_t id;    /* of the entry */
    int64_t older; /* the entry that had the key before this batch, or 0 */
    int64_t owner; /* the person's id */
    uint32_t events_at;
    uint32_t events_size;
    int32_t birth_date;
    int32_t death_date;
    int16_t birth_year;
    uint16_t n_events; /* without traces */
    uint8_t sex;
    uint8_t age_fixed;
    uint8_t deceased; /* 0: not known; 1 + the column's value */
    bool aside;
    bool uncounted;
    bool same;     /* the older entry says the same */
    bool replaced; /* by a later row of the batch */
};

/* What the table shows: rows[list[0]], rows[list[1]], ... Borrowed while a statement runs. */
struct batch_table {
    const struct batch_row *rows;
    const uint8_t *events; /* of all rows */
    const uint32_t *list;
    size_t n;
};

/* Makes the table "batch" for this connection; it shows what *table says at each statement. */
bool batch_table_make(sqlite3 *db, struct batch_table *table, struct err *err) MUST_CHECK;
