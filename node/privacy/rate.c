/*
 * The n-th newest question within the window is looked up: while it is there, n have been asked,
 * and it says when the next may come. So a look costs two index reads, whatever was asked before.
 */
#include "node/privacy/rate.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>

#define MINUTE_S 60
#define DAY_S 86400
#define HASH_BYTES 32

enum statement { KNOWN, NTH, ADD, FORGET, STATEMENTS };

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
    sqlite3_stmt *statement[STATEMENTS];
};

static bool sql_failed(struct rate *rate, struct err *err)
{
    int code = sqlite3_errcode(rate->db) & 0xff;
    bool again = code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_FULL;

    return err_set(err, again ? ERR_UNAVAILABLE : ERR_INTERNAL, "rates: %s",
                   sqlite3_errmsg(rate->db));
}

bool rate_open(sqlite3 *db, struct rate **out, struct err *err)
{
    struct rate *rate = calloc(1, sizeof(*rate));

    if (!rate)
        return err_set(err, ERR_INTERNAL, "out of memory for the rates");
    rate->db = db;
    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &rate->statement[i],
                               NULL) != SQLITE_OK) {
            bool failed = sql_failed(rate, err);

            rate_close(rate);
            return failed;
        }
    *out = rate;
    return true;
}

void rate_close(struct rate *rate)
{
    if (!rate)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(rate->statement[i]);
    free(rate);
}

static bool bind_person(sqlite3_stmt *stmt, const struct rate_claim *claim)
{
    return sqlite3_bind_text(stmt, 1, claim->organisation, -1, SQLITE_STATIC) == SQLITE_OK &&
           sqlite3_bind_text(stmt, 2, claim->analyst, -1, SQLITE_STATIC) == SQLITE_OK;
}

/* SQLITE_ROW or SQLITE_DONE, with the first column of the row; otherwise err is set. */
static bool finish(struct rate *rate, sqlite3_stmt *stmt, bool bound, bool *row, int64_t *value,
                   struct err *err)
{
    int code = bound ? sqlite3_step(stmt) : SQLITE_ERROR;
    bool good = code == SQLITE_ROW || code == SQLITE_DONE;

    if (!good)
        sql_failed(rate, err);
    *row = code == SQLITE_ROW;
    *value = *row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    return good;
}

static bool known(struct rate *rate, const struct rate_claim *claim, bool *found, struct err *err)
{
    sqlite3_stmt *stmt = rate->statement[KNOWN];
    bool bound =
        sqlite3_bind_blob(stmt, 1, claim->question_hash, HASH_BYTES, SQLITE_STATIC) == SQLITE_OK;
    int64_t ignored;

    return finish(rate, stmt, bound, found, &ignored, err);
}

/* How long until fewer than `most` lie within the window that ends now. */
static bool window_wait(struct rate *rate, const struct rate_claim *claim, uint32_t most,
                        int64_t window_s, int64_t *wait_s, struct err *err)
{
    sqlite3_stmt *stmt = rate->statement[NTH];
    bool there, bound;
    int64_t ts;

    if (most == 0)
        return true;
    bound = bind_person(stmt, claim) &&
            sqlite3_bind_int64(stmt, 3, claim->now_s - window_s) == SQLITE_OK &&
            sqlite3_bind_int64(stmt, 4, (int64_t)most - 1) == SQLITE_OK;
    if (!finish(rate, stmt, bound, &there, &ts, err))
        return false;
    if (there && ts + window_s - claim->now_s > *wait_s)
        *wait_s = ts + window_s - claim->now_s;
    return true;
}

bool rate_look(struct rate *rate, const struct rate_claim *claim, int64_t *wait_s, struct err *err)
{
    bool counted;

    *wait_s = 0;
    if (!known(rate, claim, &counted, err))
        return false;
    return counted || (window_wait(rate, claim, claim->limits.per_minute, MINUTE_S, wait_s, err) &&
                       window_wait(rate, claim, claim->limits.per_day, DAY_S, wait_s, err));
}

bool rate_note(struct rate *rate, const struct rate_claim *claim, struct err *err)
{
    sqlite3_stmt *add = rate->statement[ADD], *forget = rate->statement[FORGET];
    int64_t ignored;
    bool row, bound;

    assert(!sqlite3_get_autocommit(rate->db)); /* in its charge's transaction */
    bound = bind_person(forget, claim) &&
            sqlite3_bind_int64(forget, 3, claim->now_s - DAY_S) == SQLITE_OK;
    if (!finish(rate, forget, bound, &row, &ignored, err))
        return false;
    bound =
        bind_person(add, claim) &&
        sqlite3_bind_blob(add, 3, claim->question_hash, HASH_BYTES, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_bind_int64(add, 4, claim->now_s) == SQLITE_OK;
    return finish(rate, add, bound, &row, &ignored, err);
}
