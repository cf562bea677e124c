/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To see whether n questions lie within the window, the n-th newest is looked up: if it lies
 * within, n were asked, and its time says when the next one may come. So one check costs two index
 * reads, however many questions there were.
 */
#include "node/privacy/rate.h"

#include <assert.h>
#include <stdlib.h>

#include "proto/base/sql.h"
#include "proto/base/statements.h"

#define MINUTE_S 60
#define DAY_S 86400

enum rate_statement { KNOWN, NTH, ADD, FORGET, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [KNOWN] = "SELECT 1 FROM asked WHERE question_hash = ?1",
    [NTH] = "SELECT ts FROM asked WHERE organisation = ?1 AND analyst = ?2 AND ts > ?3"
            " ORDER BY ts DESC LIMIT 1 OFFSET ?4",
    [ADD] = "INSERT INTO asked(organisation, analyst, question_hash, ts) VALUES(?1, ?2, ?3, ?4)"
            " ON CONFLICT DO NOTHING",
    [FORGET] = "DELETE FROM asked WHERE organisation = ?1 AND analyst = ?2 AND ts <= ?3",
};

struct rate {
    sqlite3 *db; /* borrowed */
    struct statements statements;
};

bool rate_open(sqlite3 *db, struct rate **out, struct err *err)
{
    struct rate *rate = calloc(1, sizeof(*rate));

    if (!rate)
        return err_memory(err);
    if (!statements_prepare(&rate->statements, db, "rates", sql, STATEMENTS, err)) {
        free(rate);
        return false;
    }
    rate->db = db;
    *out = rate;
    return true;
}

void rate_close(struct rate *rate)
{
    if (!rate)
        return;
    statements_finalize(&rate->statements);
    free(rate);
}

/* The first column of a statement's row, if there is a row. */
struct found_number {
    bool there;
    int64_t number;
};

/* Runs a statement and reads the first column of its row. */
static bool first(struct rate *rate, enum rate_statement which, const char *kinds,
                  const union statement_value *value, struct found_number *out, struct err *err)
{
    sqlite3_stmt *row;

    if (!statements_look(&rate->statements, which, kinds, value, &row, err))
        return false;
    out->there = row != NULL;
    out->number = row ? sqlite3_column_int64(row, 0) : 0;
    if (row)
        statements_rewind(row);
    return true;
}

/* Seconds until fewer than `most` questions lie within the window that ends now. */
static bool window_wait(struct rate *rate, const struct rate_claim *claim, uint32_t most,
                        int64_t window_s, int64_t *wait_s, struct err *err)
{
    const union statement_value values[] = {{.text = claim->organisation},
                                            {.text = claim->analyst},
                                            {.integer = claim->now_s - window_s},
                                            {.integer = (int64_t)most - 1}};
    struct found_number ts;

    if (most == 0)
        return true;
    if (!first(rate, NTH, "ttii", values, &ts, err))
        return false;
    if (ts.there && ts.number + window_s - claim->now_s > *wait_s)
        *wait_s = ts.number + window_s - claim->now_s;
    return true;
}

bool rate_look(struct rate *rate, const struct rate_claim *claim, int64_t *wait_s, struct err *err)
{
    assert(claim);
    const union statement_value question = {.blob = claim->question_hash};
    struct found_number counted;

    *wait_s = 0;
    if (!first(rate, KNOWN, "h", &question, &counted, err))
        return false;
    return counted.there ||
           (window_wait(rate, claim, claim->limits.per_minute, MINUTE_S, wait_s, err) &&
            window_wait(rate, claim, claim->limits.per_day, DAY_S, wait_s, err));
}

bool rate_note(struct rate *rate, const struct rate_claim *claim, struct err *err)
{
    const union statement_value forget[] = {
        {.text = claim->organisation}, {.text = claim->analyst}, {.integer = claim->now_s - DAY_S}};
    const union statement_value add[] = {{.text = claim->organisation},
                                         {.text = claim->analyst},
                                         {.blob = claim->question_hash},
                                         {.integer = claim->now_s}};

    assert(sql_in_transaction(rate->db)); /* must be the transaction of the question's charge */
    return statements_run(&rate->statements, FORGET, "tti", forget, err) &&
           statements_run(&rate->statements, ADD, "tthi", add, err);
}
