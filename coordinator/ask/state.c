/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/state.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/ask/packing.h"
#include "coordinator/ask/state_inside.h"
#include "proto/base/arena.h"
#include "proto/base/sql.h"

extern const char *const coordinator_steps[]; /* schemas/coordinator; ended by NULL */

static const struct sql_schema schema = {
    .name = "the coordinator's state",
    .application_id = 0x72696b63, /* "rikc" */
    .steps = coordinator_steps,
    .unmarked = "",
};

static const char *const sql[STATEMENTS] = {
    [PUT_QUESTION] =
        "INSERT OR IGNORE INTO question VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,NULL)",
    [PUT_REGION] = "INSERT OR IGNORE INTO region(question, node) VALUES(?1,?2)",
    [PUT_ANSWER] = "INSERT OR IGNORE INTO answer VALUES(?1,?2,?3,?4,?5,1,?6,?7)",
    [FIND_FIRST] = "SELECT envelope, form, 0, NULL, 0, question FROM answer WHERE node = ?1"
                   " AND log_index = ?2 AND base IS NULL AND late = 0 AND question <> ?3",
    [PUT_BUDGET] = "INSERT OR REPLACE INTO budget VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
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
    [GET_NEWEST] = "SELECT a.envelope, a.form, a.base IS NOT NULL, b.envelope, b.form"
                   " FROM newest n JOIN answer a ON a.question = n.question"
                   " AND a.node = n.node AND a.late = n.late"
                   " LEFT JOIN answer b ON b.question = a.base AND b.node = a.node AND b.late = 0"
                   " WHERE n.node = ?1",
    [GET_QUESTION] = "SELECT hash, measure, mode, sigma, cells, asked, done IS NULL, envelope"
                     " FROM question WHERE id = ?1 AND length(envelope) > 0",
    [GET_REGIONS] = "SELECT r.node, r.state, r.code, a.envelope, a.form, a.base IS NOT NULL,"
                    " b.envelope, b.form FROM region r"
                    " LEFT JOIN answer a ON a.question = r.question AND a.node = r.node"
                    " AND a.late = 0"
                    " LEFT JOIN answer b ON b.question = a.base AND b.node = a.node AND b.late = 0"
                    " WHERE r.question = ?1 ORDER BY r.node",
    [GET_OPEN] =
        "SELECT id, envelope, asked, deadline FROM question WHERE done IS NULL ORDER BY asked",
    [GET_BUDGETS] =
        "SELECT node, said, dataset, window, year_left, year_cap, lifetime_left, lifetime_cap,"
        " person_year, person_lifetime"
        " FROM budget WHERE organisation = ?1 ORDER BY dataset, node",
};

bool state_failed(const struct state *state, const char *doing, struct err *err)
{
    sql_failed(state->db, doing, err);
    return err_wrap(err, "the coordinator's state: ");
}

static bool prepare(struct state *state, struct err *err)
{
    for (size_t i = 0; i < STATEMENTS; i++)
        if (!sql_prepare(state->db, sql[i], &state->statement[i], err))
            return false;
    return true;
}

bool state_open(const char *path, struct state **out, struct err *err)
{
    assert(path && out);
    struct state *state = calloc(1, sizeof(*state));

    if (!state)
        return err_memory(err);
    if (!sql_open_own(path, SQL_STATE, &schema, &state->db, err) || !prepare(state, err)) {
        state_close(state);
        return false;
    }
    *out = state;
    return true;
}

void state_close(struct state *state)
{
    struct err ignored;

    if (!state)
        return;
    if (state->db && !state_commit(state, &ignored))
        sql_rollback(state->db); /* uncommitted answers can be asked for again */
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(state->statement[i]);
    sql_close(state->db);
    free(state);
}

bool state_is_dirty(const struct state *state)
{
    return sql_in_transaction(state->db);
}

static bool begin(struct state *state, struct err *err)
{
    return state_is_dirty(state) || sql_begin(state->db, err);
}

/* Uncommitted answers can be asked for again, but half a question must never be stored. */
static bool abandon(struct state *state)
{
    sql_rollback(state->db);
    return false;
}

bool state_commit(struct state *state, struct err *err)
{
    return !state_is_dirty(state) || sql_commit(state->db, err);
}

/* Runs a statement that returns no rows, and resets it for the next call. */
static bool step_done(struct state *state, enum state_statement which, struct err *err)
{
    bool ok = sqlite3_step(state->statement[which]) == SQLITE_DONE;

    if (!ok)
        state_failed(state, "writing", err);
    sqlite3_reset(state->statement[which]);
    sqlite3_clear_bindings(state->statement[which]);
    return ok;
}

void state_bind_blob(sqlite3_stmt *statement, int at, const uint8_t *data, size_t size)
{
    sqlite3_bind_blob64(statement, at, data, size, SQLITE_STATIC);
}

void state_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

bool state_put_question(struct state *state, const struct plan *plan, int64_t asked_s,
                        int64_t deadline_s, struct err *err)
{
    assert(plan && plan->envelope);
    sqlite3_stmt *put = state->statement[PUT_QUESTION];

    if (!begin(state, err))
        return false;
    state_bind_blob(put, 1, plan->id, sizeof(plan->id));
    state_bind_blob(put, 2, plan->hash, sizeof(plan->hash));
    state_bind_text(put, 3, plan->organisation);
    state_bind_text(put, 4, plan->analyst);
    sqlite3_bind_int(put, 5, (int)plan->measure);
    sqlite3_bind_int(put, 6, (int)plan->mode);
    sqlite3_bind_int64(put, 7, plan->sigma);
    sqlite3_bind_int64(put, 8, (int64_t)plan->n_cells);
    state_bind_blob(put, 9, plan->envelope, plan->envelope_bytes);
    sqlite3_bind_int64(put, 10, asked_s);
    sqlite3_bind_int64(put, 11, deadline_s);
    if (!step_done(state, PUT_QUESTION, err))
        return abandon(state);
    for (size_t i = 0; i < plan->n_regions; i++) {
        state_bind_blob(state->statement[PUT_REGION], 1, plan->id, sizeof(plan->id));
        state_bind_text(state->statement[PUT_REGION], 2, plan->region[i]);
        if (!step_done(state, PUT_REGION, err))
            return abandon(state);
    }
    return true;
}

/* Stores what the answer says about the budget; a refusal says it too. */
static bool put_balance(struct state *state, const struct plan *plan, const struct answer *answer,
                        int64_t now_s, struct err *err)
{
    const struct answer_balance *balance = &answer->balance;
    sqlite3_stmt *put = state->statement[PUT_BUDGET];

    if (!balance->told)
        return true;
    state_bind_text(put, 1, plan->organisation);
    state_bind_text(put, 2, balance->dataset);
    state_bind_text(put, 3, answer->node);
    state_bind_text(put, 4, balance->window);
    sqlite3_bind_int64(put, 5, balance->year_left_nrho);
    sqlite3_bind_int64(put, 6, balance->year_cap_nrho);
    sqlite3_bind_int64(put, 7, balance->lifetime_left_nrho);
    sqlite3_bind_int64(put, 8, balance->lifetime_cap_nrho);
    sqlite3_bind_int64(put, 9, now_s);
    sqlite3_bind_int64(put, 10, balance->person_year_nrho);
    sqlite3_bind_int64(put, 11, balance->person_lifetime_nrho);
    return step_done(state, PUT_BUDGET, err);
}

/*
 * Stores the answer if it is its node's newest release. A repeat is signed anew but has the index
 * of its organisation's charge.
 */
static bool put_newest(struct state *state, const struct plan *plan, const struct answer *answer,
                       bool late, struct err *err)
{
    sqlite3_stmt *put = state->statement[PUT_NEWEST];

    if (answer->state != REGION_VALUE)
        return true;
    state_bind_text(put, 1, answer->node);
    state_bind_blob(put, 2, answer->signer, sizeof(answer->signer));
    sqlite3_bind_int64(put, 3, (int64_t)answer->log_index);
    state_bind_blob(put, 4, plan->id, sizeof(plan->id));
    sqlite3_bind_int(put, 5, late);
    return step_done(state, PUT_NEWEST, err);
}

/* ---- signed answers, as they are kept (packing.h) ---------------------------------------------
 */

enum { FORM_SIGNED, FORM_PACKED };

static bool form_read(sqlite3_stmt *row, int column, const struct bytes *base, struct bytes *out,
                      struct err *err)
{
    const uint8_t *data = sqlite3_column_blob(row, column);
    size_t size = (size_t)sqlite3_column_bytes(row, column);

    if (sqlite3_column_int(row, column + 1) == FORM_PACKED)
        return packing_read(data, size, base ? base->data : NULL, base ? base->size : 0, out, err);
    bytes_add(out, data, size);
    return !out->failed || err_memory(err);
}

bool state_envelope_read(sqlite3_stmt *row, int column, struct bytes *out, struct err *err)
{
    struct bytes base = {0};
    bool has_base = sqlite3_column_int(row, column + 2);
    bool ok = !has_base || form_read(row, column + 3, NULL, &base, err);

    ok = ok && form_read(row, column, has_base ? &base : NULL, out, err);
    bytes_clear(&base);
    return ok;
}

/* The first answer for the same charge as this one, and the question of that answer. */
static bool find_first(struct state *state, const struct plan *plan, const struct answer *answer,
                       struct bytes *first, uint8_t id[static QUESTION_ID_BYTES], struct err *err)
{
    sqlite3_stmt *row = state->statement[FIND_FIRST];
    bool ok = true;
    int code;

    state_bind_text(row, 1, answer->node);
    sqlite3_bind_int64(row, 2, (int64_t)answer->log_index);
    state_bind_blob(row, 3, plan->id, sizeof(plan->id));
    code = sqlite3_step(row);
    if (code == SQLITE_ROW)
        ok = state_envelope_read(row, 0, first, err) &&
             (sql_blob(row, 5, id, QUESTION_ID_BYTES) ||
              state_failed(state, "reading an answer", err));
    else if (code != SQLITE_DONE)
        ok = state_failed(state, "looking for the first answer", err);
    sqlite3_reset(row);
    sqlite3_clear_bindings(row);
    return ok;
}

/* The bytes to store of one answer, and the question whose answer they differ from, if any. */
struct packed {
    struct bytes bytes;
    bool has_base;
    uint8_t base[QUESTION_ID_BYTES];
};

/*
 * Stores an answer whole or as its difference from the first for its charge, whichever is shorter.
 */
static bool pack(struct state *state, const struct plan *plan, const struct answer *answer,
                 struct packed *out, struct err *err)
{
    struct bytes first = {0}, difference = {0};
    bool ok =
        answer->state != REGION_VALUE || find_first(state, plan, answer, &first, out->base, err);

    packing_write(answer->envelope, answer->envelope_bytes, NULL, &out->bytes);
    if (ok && first.size == answer->envelope_bytes)
        packing_write(answer->envelope, answer->envelope_bytes, first.data, &difference);
    out->has_base = difference.size > 0 && difference.size < out->bytes.size;
    ok = ok && ((!out->bytes.failed && !difference.failed) || err_memory(err));
    if (ok && out->has_base) {
        struct bytes longer = out->bytes;

        out->bytes = difference;
        difference = longer;
    }
    bytes_clear(&first);
    bytes_clear(&difference);
    return ok;
}

bool state_put_answer(struct state *state, const struct plan *plan, const struct answer *answer,
                      bool late, int64_t now_s, struct err *err)
{
    assert(plan && answer && answer->envelope);
    sqlite3_stmt *put = state->statement[PUT_ANSWER];
    struct packed packed = {0};
    bool ok;

    if (!begin(state, err))
        return false;
    ok = pack(state, plan, answer, &packed, err);
    if (ok) {
        state_bind_blob(put, 1, plan->id, sizeof(plan->id));
        state_bind_text(put, 2, answer->node);
        sqlite3_bind_int(put, 3, late);
        state_bind_blob(put, 4, packed.bytes.data, packed.bytes.size);
        sqlite3_bind_int64(put, 5, now_s);
        if (packed.has_base)
            state_bind_blob(put, 6, packed.base, sizeof(packed.base));
        if (answer->state == REGION_VALUE)
            sqlite3_bind_int64(put, 7, (int64_t)answer->log_index);
        ok = step_done(state, PUT_ANSWER, err);
    }
    bytes_clear(&packed.bytes);
    return ok && put_newest(state, plan, answer, late, err) &&
           put_balance(state, plan, answer, now_s, err);
}

static bool put_done(struct state *state, const uint8_t *id, int64_t now_s, struct err *err)
{
    state_bind_blob(state->statement[PUT_DONE], 1, id, QUESTION_ID_BYTES);
    sqlite3_bind_int64(state->statement[PUT_DONE], 2, now_s);
    return step_done(state, PUT_DONE, err);
}

static bool put_list(struct state *state, const struct plan *plan, const struct sum_list *list,
                     struct err *err)
{
    state_bind_blob(state->statement[PUT_LIST], 1, plan->id, sizeof(plan->id));
    state_bind_blob(state->statement[PUT_LIST], 2, list->data, list->size);
    return step_done(state, PUT_LIST, err);
}

bool state_put_done(struct state *state, const struct coord_question *question, int64_t now_s,
                    struct err *err)
{
    assert(question && !question->open);
    const struct plan *plan = question->plan;

    if (!begin(state, err))
        return false;
    for (size_t i = 0; i < question->n_regions; i++) {
        sqlite3_stmt *put = state->statement[PUT_STATE];
        const struct answer_region *region = &question->region[i].is;

        state_bind_blob(put, 1, plan->id, sizeof(plan->id));
        state_bind_text(put, 2, region->node);
        sqlite3_bind_int(put, 3, (int)region->state);
        state_bind_text(put, 4, region->code ? region->code : "");
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
    state_bind_blob(put, 1, id, QUESTION_ID_BYTES);
    sqlite3_bind_int(put, 2, REGION_FAILED);
    return step_done(state, PUT_INTERRUPTED, err) && put_done(state, id, now_s, err);
}
