#include "coordinator/ask/state.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"

#define APPLICATION_ID 0x72696b63 /* "rikc" */
#define SCHEMA_VERSION 4

extern const char *const coordinator_steps[]; /* schemas/coordinator, ends with NULL */

enum statement {
    PUT_QUESTION,
    PUT_REGION,
    PUT_ANSWER,
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

static const char *const sql[STATEMENTS] = {
    [PUT_QUESTION] =
        "INSERT OR IGNORE INTO question VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,NULL)",
    [PUT_REGION] = "INSERT OR IGNORE INTO region(question, node) VALUES(?1,?2)",
    [PUT_ANSWER] = "INSERT OR IGNORE INTO answer VALUES(?1,?2,?3,?4,?5)",
    [PUT_BUDGET] = "INSERT OR REPLACE INTO budget VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
    [PUT_DONE] = "UPDATE question SET done = ?2 WHERE id = ?1 AND done IS NULL",
    [PUT_STATE] = "UPDATE region SET state = ?3, code = ?4 WHERE question = ?1 AND node = ?2",
    [PUT_INTERRUPTED] = "UPDATE region SET state = ?2, code = 'interrupted' WHERE question = ?1"
                        " AND state = 0",
    [PUT_LIST] = "INSERT OR IGNORE INTO sum_list VALUES(?1,?2)",
    [PUT_NEWEST] = "INSERT INTO newest VALUES(?1,?2,?3,?4,?5) ON CONFLICT(node) DO UPDATE SET"
                   " signer = excluded.signer, log_index = excluded.log_index,"
                   " question = excluded.question, late = excluded.late"
                   " WHERE excluded.signer <> signer OR excluded.log_index > log_index",
    [GET_LIST] = "SELECT list FROM sum_list WHERE question = ?1",
    [GET_NEWEST] = "SELECT a.envelope FROM newest n JOIN answer a ON a.question = n.question"
                   " AND a.node = n.node AND a.late = n.late WHERE n.node = ?1",
    [GET_QUESTION] = "SELECT hash, measure, mode, sigma, cells, asked, done IS NULL, envelope"
                     " FROM question WHERE id = ?1",
    [GET_REGIONS] = "SELECT r.node, r.state, r.code, a.envelope FROM region r LEFT JOIN answer a"
                    " ON a.question = r.question AND a.node = r.node AND a.late = 0"
                    " WHERE r.question = ?1 ORDER BY r.node",
    [GET_OPEN] =
        "SELECT id, envelope, asked, deadline FROM question WHERE done IS NULL ORDER BY asked",
    [GET_BUDGETS] =
        "SELECT node, said, dataset, window, year_left, year_cap, lifetime_left, lifetime_cap"
        " FROM budget WHERE organisation = ?1 ORDER BY dataset, node",
};

struct state {
    sqlite3 *db;
    sqlite3_stmt *statement[STATEMENTS];
};

/* The one place where SQLite's codes become ours. */
static bool failed(const struct state *state, const char *doing, struct err *err)
{
    int code = state->db ? sqlite3_errcode(state->db) : SQLITE_NOMEM;
    bool full = code == SQLITE_FULL || code == SQLITE_BUSY;

    return err_set(err, full ? ERR_UNAVAILABLE : ERR_INTERNAL, "coordinator's state: %s: %s", doing,
                   state->db ? sqlite3_errmsg(state->db) : "no memory");
}

static bool run(struct state *state, const char *text, struct err *err)
{
    return sqlite3_exec(state->db, text, NULL, NULL, NULL) == SQLITE_OK ||
           failed(state, "setting up", err);
}

static bool user_version(struct state *state, int *version, struct err *err)
{
    sqlite3_stmt *ask = NULL;
    bool ok = sqlite3_prepare_v2(state->db, "PRAGMA user_version", -1, &ask, NULL) == SQLITE_OK &&
              sqlite3_step(ask) == SQLITE_ROW;

    if (ok)
        *version = sqlite3_column_int(ask, 0);
    else
        failed(state, "reading its version", err);
    sqlite3_finalize(ask);
    return ok;
}

static bool schema_step(struct state *state, struct err *err)
{
    char mark[120];
    int version;

    if (!user_version(state, &version, err))
        return false;
    if (version > SCHEMA_VERSION)
        return err_set(err, ERR_INVALID,
                       "the coordinator's state has schema %d, this program knows %d: "
                       "use the newer program",
                       version, SCHEMA_VERSION);
    for (; version < SCHEMA_VERSION; version++) {
        snprintf(mark, sizeof(mark), "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
                 APPLICATION_ID, version + 1);
        if (!run(state, "BEGIN IMMEDIATE", err) || !run(state, coordinator_steps[version], err) ||
            !run(state, mark, err))
            return false;
    }
    return true;
}

static bool harden(struct state *state, struct err *err)
{
    sqlite3_db_config(state->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(state->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_limit(state->db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_timeout(state->db, 2000);
    return run(state,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=0;"
               " PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON",
               err);
}

static bool prepare(struct state *state, struct err *err)
{
    for (size_t i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(state->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &state->statement[i], NULL) != SQLITE_OK)
            return failed(state, "preparing", err);
    return true;
}

bool state_open(const char *path, struct state **out, struct err *err)
{
    struct state *state = calloc(1, sizeof(*state));

    if (!state)
        return err_memory(err);
    if (sqlite3_open_v2(path, &state->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        failed(state, "opening", err);
        state_close(state);
        return false;
    }
    if (!harden(state, err) || !schema_step(state, err) || !prepare(state, err)) {
        state_close(state);
        return false;
    }
    *out = state;
    return true;
}

void state_close(struct state *state)
{
    if (!state)
        return;
    if (state_is_dirty(state))
        sqlite3_exec(state->db, "COMMIT", NULL, NULL, NULL);
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(state->statement[i]);
    sqlite3_close(state->db);
    free(state);
}

/* SQLite knows best: a BEGIN that ran out of memory on its way back has begun all the same. */
bool state_is_dirty(const struct state *state)
{
    return state->db && !sqlite3_get_autocommit(state->db);
}

static bool begin(struct state *state, struct err *err)
{
    return state_is_dirty(state) || run(state, "BEGIN IMMEDIATE", err);
}

/* What is not committed can be asked for again; half a question cannot. */
static bool abandon(struct state *state)
{
    if (state_is_dirty(state))
        sqlite3_exec(state->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool state_commit(struct state *state, struct err *err)
{
    if (!state_is_dirty(state))
        return true;
    if (sqlite3_exec(state->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return true;
    failed(state, "committing", err);
    return abandon(state);
}

/* Run a statement that returns no rows, and leave it ready for the next call. */
static bool step_done(struct state *state, enum statement which, struct err *err)
{
    bool ok = sqlite3_step(state->statement[which]) == SQLITE_DONE;

    if (!ok)
        failed(state, "writing", err);
    sqlite3_reset(state->statement[which]);
    sqlite3_clear_bindings(state->statement[which]);
    return ok;
}

static void bind_blob(sqlite3_stmt *statement, int at, const uint8_t *data, size_t size)
{
    sqlite3_bind_blob64(statement, at, data, size, SQLITE_STATIC);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

bool state_put_question(struct state *state, const struct plan *plan, int64_t asked_s,
                        int64_t deadline_s, struct err *err)
{
    sqlite3_stmt *put = state->statement[PUT_QUESTION];

    if (!begin(state, err))
        return false;
    bind_blob(put, 1, plan->id, sizeof(plan->id));
    bind_blob(put, 2, plan->hash, sizeof(plan->hash));
    bind_text(put, 3, plan->organisation);
    bind_text(put, 4, plan->analyst);
    sqlite3_bind_int(put, 5, (int)plan->measure);
    sqlite3_bind_int(put, 6, (int)plan->mode);
    sqlite3_bind_int64(put, 7, plan->sigma);
    sqlite3_bind_int64(put, 8, (int64_t)plan->n_cells);
    bind_blob(put, 9, plan->envelope, plan->envelope_bytes);
    sqlite3_bind_int64(put, 10, asked_s);
    sqlite3_bind_int64(put, 11, deadline_s);
    if (!step_done(state, PUT_QUESTION, err))
        return abandon(state);
    for (size_t i = 0; i < plan->n_regions; i++) {
        bind_blob(state->statement[PUT_REGION], 1, plan->id, sizeof(plan->id));
        bind_text(state->statement[PUT_REGION], 2, plan->region[i]);
        if (!step_done(state, PUT_REGION, err))
            return abandon(state);
    }
    return true;
}

/* What it says of the budget, in a refusal too. */
static bool put_balance(struct state *state, const struct plan *plan, const struct answer *answer,
                        int64_t now_s, struct err *err)
{
    const struct answer_balance *balance = &answer->balance;
    sqlite3_stmt *put = state->statement[PUT_BUDGET];

    if (!balance->told)
        return true;
    bind_text(put, 1, plan->organisation);
    bind_text(put, 2, balance->dataset);
    bind_text(put, 3, answer->node);
    bind_text(put, 4, balance->window);
    sqlite3_bind_int64(put, 5, balance->year_left_nrho);
    sqlite3_bind_int64(put, 6, balance->year_cap_nrho);
    sqlite3_bind_int64(put, 7, balance->lifetime_left_nrho);
    sqlite3_bind_int64(put, 8, balance->lifetime_cap_nrho);
    sqlite3_bind_int64(put, 9, now_s);
    return step_done(state, PUT_BUDGET, err);
}

/* Is it the newest release of its node? Repeats are signed anew and have the index of the first. */
static bool put_newest(struct state *state, const struct plan *plan, const struct answer *answer,
                       bool late, struct err *err)
{
    sqlite3_stmt *put = state->statement[PUT_NEWEST];

    if (answer->state != REGION_VALUE)
        return true;
    bind_text(put, 1, answer->node);
    bind_blob(put, 2, answer->signer, sizeof(answer->signer));
    sqlite3_bind_int64(put, 3, (int64_t)answer->log_index);
    bind_blob(put, 4, plan->id, sizeof(plan->id));
    sqlite3_bind_int(put, 5, late);
    return step_done(state, PUT_NEWEST, err);
}

bool state_put_answer(struct state *state, const struct plan *plan, const struct answer *answer,
                      bool late, int64_t now_s, struct err *err)
{
    sqlite3_stmt *put = state->statement[PUT_ANSWER];

    if (!begin(state, err))
        return false;
    bind_blob(put, 1, plan->id, sizeof(plan->id));
    bind_text(put, 2, answer->node);
    sqlite3_bind_int(put, 3, late);
    bind_blob(put, 4, answer->envelope, answer->envelope_bytes);
    sqlite3_bind_int64(put, 5, now_s);
    return step_done(state, PUT_ANSWER, err) && put_newest(state, plan, answer, late, err) &&
           put_balance(state, plan, answer, now_s, err);
}

static bool put_done(struct state *state, const uint8_t *id, int64_t now_s, struct err *err)
{
    bind_blob(state->statement[PUT_DONE], 1, id, QUESTION_ID_BYTES);
    sqlite3_bind_int64(state->statement[PUT_DONE], 2, now_s);
    return step_done(state, PUT_DONE, err);
}

static bool put_list(struct state *state, const struct plan *plan, const struct sum_list *list,
                     struct err *err)
{
    bind_blob(state->statement[PUT_LIST], 1, plan->id, sizeof(plan->id));
    bind_blob(state->statement[PUT_LIST], 2, list->data, list->size);
    return step_done(state, PUT_LIST, err);
}

bool state_put_done(struct state *state, const struct coord_question *question, int64_t now_s,
                    struct err *err)
{
    const struct plan *plan = question->plan;

    if (!begin(state, err))
        return false;
    for (size_t i = 0; i < question->n_regions; i++) {
        sqlite3_stmt *put = state->statement[PUT_STATE];
        const struct coord_region *region = &question->region[i];

        bind_blob(put, 1, plan->id, sizeof(plan->id));
        bind_text(put, 2, region->node);
        sqlite3_bind_int(put, 3, (int)region->state);
        bind_text(put, 4, region->code ? region->code : "");
        if (!step_done(state, PUT_STATE, err))
            return abandon(state);
    }
    if (question->round.list && !put_list(state, plan, question->round.list, err))
        return abandon(state);
    return put_done(state, plan->id, now_s, err) || abandon(state);
}

bool state_put_interrupted(struct state *state, const uint8_t id[static QUESTION_ID_BYTES],
                           int64_t now_s, struct err *err)
{
    sqlite3_stmt *put = state->statement[PUT_INTERRUPTED];

    if (!begin(state, err))
        return false;
    bind_blob(put, 1, id, QUESTION_ID_BYTES);
    sqlite3_bind_int(put, 2, REGION_FAILED);
    return step_done(state, PUT_INTERRUPTED, err) && put_done(state, id, now_s, err);
}

/* ---- reading -------------------------------------------------------------------------------- */

static void text_column(sqlite3_stmt *row, int column, char *out, size_t room)
{
    const unsigned char *text = sqlite3_column_text(row, column);

    snprintf(out, room, "%s", text ? (const char *)text : "");
}

static bool region_read(sqlite3_stmt *row, struct outcome *outcome, struct err *err)
{
    struct outcome_region *region = &outcome->region[outcome->n_regions];
    size_t size = (size_t)sqlite3_column_bytes(row, 3);

    text_column(row, 0, region->node, sizeof(region->node));
    text_column(row, 2, region->code, sizeof(region->code));
    region->state = (enum region_state)sqlite3_column_int(row, 1);
    outcome->n_regions++;
    if (size == 0)
        return true;
    if (!answer_parse(sqlite3_column_blob(row, 3), size, &region->answer, err))
        return err_wrap(err, "a stored answer");
    region->state = region->answer->state; /* known before the question was complete */
    return true;
}

static bool regions_read(struct state *state, struct outcome *outcome, struct err *err)
{
    sqlite3_stmt *rows = state->statement[GET_REGIONS];
    bool ok = true;
    int code = SQLITE_ROW;

    bind_blob(rows, 1, outcome->id, sizeof(outcome->id));
    while (ok && outcome->n_regions < REGIONS_MAX && (code = sqlite3_step(rows)) == SQLITE_ROW)
        ok = region_read(rows, outcome, err);
    if (ok && code != SQLITE_DONE && code != SQLITE_ROW)
        ok = failed(state, "reading a question", err);
    sqlite3_reset(rows);
    return ok;
}

/* A sum that came about has its list. */
static bool list_read(struct state *state, struct outcome *outcome, struct err *err)
{
    sqlite3_stmt *row = state->statement[GET_LIST];
    bool ok = true;
    int code;

    bind_blob(row, 1, outcome->id, sizeof(outcome->id));
    code = sqlite3_step(row);
    if (code == SQLITE_ROW)
        ok = sum_list_parse(outcome->hash, sqlite3_column_blob(row, 0),
                            (size_t)sqlite3_column_bytes(row, 0), &outcome->list, err);
    else if (code != SQLITE_DONE)
        ok = failed(state, "reading a list", err);
    sqlite3_reset(row);
    return ok;
}

static struct outcome *outcome_read(sqlite3_stmt *row, const uint8_t *id)
{
    struct outcome *outcome = calloc(1, sizeof(*outcome));

    if (!outcome)
        return NULL;
    memcpy(outcome->id, id, sizeof(outcome->id));
    memcpy(outcome->hash, sqlite3_column_blob(row, 0), sizeof(outcome->hash)); /* CHECKed length */
    outcome->measure = (enum measure_kind)sqlite3_column_int(row, 1);
    outcome->mode = (enum mode)sqlite3_column_int(row, 2);
    outcome->sigma = (uint32_t)sqlite3_column_int64(row, 3);
    outcome->n_cells = (size_t)sqlite3_column_int64(row, 4);
    outcome->asked_s = sqlite3_column_int64(row, 5);
    outcome->open = sqlite3_column_int(row, 6);
    if (outcome_keep(outcome, sqlite3_column_blob(row, 7), (size_t)sqlite3_column_bytes(row, 7)))
        return outcome;
    outcome_free(outcome);
    return NULL;
}

bool state_outcome(struct state *state, const uint8_t id[static QUESTION_ID_BYTES],
                   struct outcome **out, struct err *err)
{
    sqlite3_stmt *row = state->statement[GET_QUESTION];
    struct outcome *outcome = NULL;
    bool ok = true;
    int code;

    bind_blob(row, 1, id, QUESTION_ID_BYTES);
    code = sqlite3_step(row);
    if (code == SQLITE_ROW) {
        outcome = outcome_read(row, id);
        ok = outcome || err_memory(err);
    } else if (code != SQLITE_DONE) {
        ok = failed(state, "reading a question", err);
    }
    sqlite3_reset(row);
    if (ok && outcome && (!regions_read(state, outcome, err) || !list_read(state, outcome, err))) {
        outcome_free(outcome);
        return false;
    }
    if (ok)
        *out = outcome;
    return ok;
}

bool state_each_open(struct state *state,
                     bool (*each)(void *owner, const struct state_open_question *, struct err *),
                     void *owner, struct err *err)
{
    sqlite3_stmt *rows = state->statement[GET_OPEN];
    bool ok = true;
    int code = SQLITE_ROW;

    while (ok && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        struct state_open_question question = {
            .id = sqlite3_column_blob(rows, 0),
            .envelope = sqlite3_column_blob(rows, 1),
            .envelope_bytes = (size_t)sqlite3_column_bytes(rows, 1),
            .asked_s = sqlite3_column_int64(rows, 2),
            .deadline_s = sqlite3_column_int64(rows, 3),
        };

        ok = each(owner, &question, err);
    }
    if (ok && code != SQLITE_DONE)
        ok = failed(state, "reading the open questions", err);
    sqlite3_reset(rows);
    return ok;
}

static void balance_read(sqlite3_stmt *row, struct answer_balance *out)
{
    out->told = true;
    text_column(row, 2, out->dataset, sizeof(out->dataset));
    text_column(row, 3, out->window, sizeof(out->window));
    out->year_left_nrho = sqlite3_column_int64(row, 4);
    out->year_cap_nrho = sqlite3_column_int64(row, 5);
    out->lifetime_left_nrho = sqlite3_column_int64(row, 6);
    out->lifetime_cap_nrho = sqlite3_column_int64(row, 7);
}

bool state_budgets(struct state *state, const char *organisation, struct state_budget *out,
                   size_t room, size_t *n, struct err *err)
{
    sqlite3_stmt *rows = state->statement[GET_BUDGETS];
    int code = SQLITE_ROW;
    size_t found = 0;

    bind_text(rows, 1, organisation);
    while (found < room && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        text_column(rows, 0, out[found].node, sizeof(out[found].node));
        balance_read(rows, &out[found].balance);
        out[found].said_s = sqlite3_column_int64(rows, 1);
        found++;
    }
    sqlite3_reset(rows);
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        return failed(state, "reading the budgets", err);
    *n = found;
    return true;
}

bool state_newest(struct state *state, const char *node, struct arena *arena, uint8_t **data,
                  size_t *size, struct err *err)
{
    sqlite3_stmt *row = state->statement[GET_NEWEST];
    bool ok = true;
    int code;

    *data = NULL;
    *size = 0;
    bind_text(row, 1, node);
    code = sqlite3_step(row);
    if (code == SQLITE_ROW) {
        *size = (size_t)sqlite3_column_bytes(row, 0);
        *data = arena_alloc(arena, *size + 1);
        ok = *data || err_memory(err);
        if (ok && *size)
            memcpy(*data, sqlite3_column_blob(row, 0), *size);
    } else if (code != SQLITE_DONE) {
        ok = failed(state, "reading an answer", err);
    }
    sqlite3_reset(row);
    return ok;
}
