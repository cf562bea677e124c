/* SPDX-License-Identifier: Apache-2.0 */
/* What state.c has stored, as the service asks for it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/ask/state.h"
#include "coordinator/ask/state_inside.h"
#include "proto/base/arena.h"
#include "proto/base/sql.h"

static bool region_read(sqlite3_stmt *row, struct outcome *outcome, struct err *err)
{
    struct answer_region *region = &outcome->region[outcome->n_regions];
    struct outcome_said *said = outcome_add(outcome);
    struct bytes envelope = {0};
    bool ok;

    sql_text(row, 0, said->node, sizeof(said->node));
    sql_text(row, 2, said->code, sizeof(said->code));
    region->state = (enum region_state)sqlite3_column_int(row, 1);
    if (sqlite3_column_bytes(row, 3) == 0)
        return true;
    ok = state_envelope_read(row, 3, &envelope, err) &&
         (answer_parse(envelope.data, envelope.size, &region->answer, err) ||
          err_wrap(err, "a stored answer"));
    bytes_clear(&envelope);
    if (ok)
        region->state = region->answer->state; /* counted before the question was complete */
    return ok;
}

static bool regions_read(struct state *state, struct outcome *outcome, struct err *err)
{
    sqlite3_stmt *rows = state->statement[GET_REGIONS];
    bool ok = true;
    int code = SQLITE_ROW;

    state_bind_blob(rows, 1, outcome->id, sizeof(outcome->id));
    while (ok && outcome->n_regions < REGIONS_MAX && (code = sqlite3_step(rows)) == SQLITE_ROW)
        ok = region_read(rows, outcome, err);
    if (ok && code != SQLITE_DONE && code != SQLITE_ROW)
        ok = state_failed(state, "reading a question", err);
    sqlite3_reset(rows);
    return ok;
}

/* A sum that succeeded has its list. */
static bool list_read(struct state *state, struct outcome *outcome, struct err *err)
{
    sqlite3_stmt *row = state->statement[GET_LIST];
    bool ok = true;
    int code;

    state_bind_blob(row, 1, outcome->id, sizeof(outcome->id));
    code = sqlite3_step(row);
    if (code == SQLITE_ROW)
        ok = sum_list_parse(outcome->hash, sqlite3_column_blob(row, 0),
                            (size_t)sqlite3_column_bytes(row, 0), &outcome->list, err);
    else if (code != SQLITE_DONE)
        ok = state_failed(state, "reading a list", err);
    sqlite3_reset(row);
    return ok;
}

static struct outcome *outcome_read(sqlite3_stmt *row, const uint8_t *id)
{
    struct outcome *outcome = calloc(1, sizeof(*outcome));

    if (!outcome)
        return NULL;
    memcpy(outcome->id, id, sizeof(outcome->id));
    memcpy(outcome->hash, sqlite3_column_blob(row, 0), sizeof(outcome->hash)); /* the store has a
                                                                                * CHECK on its
                                                                                * length */
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
    assert(state && out);
    sqlite3_stmt *row = state->statement[GET_QUESTION];
    struct outcome *outcome = NULL;
    bool ok = true;
    int code;

    state_bind_blob(row, 1, id, QUESTION_ID_BYTES);
    code = sqlite3_step(row);
    if (code == SQLITE_ROW) {
        outcome = outcome_read(row, id);
        ok = outcome || err_memory(err);
    } else if (code != SQLITE_DONE) {
        ok = state_failed(state, "reading a question", err);
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
    assert(state && each);
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
        ok = state_failed(state, "reading the open questions", err);
    sqlite3_reset(rows);
    return ok;
}

static void balance_read(sqlite3_stmt *row, struct answer_balance *out)
{
    out->told = true;
    sql_text(row, 2, out->dataset, sizeof(out->dataset));
    sql_text(row, 3, out->window, sizeof(out->window));
    out->year_left_nrho = sqlite3_column_int64(row, 4);
    out->year_cap_nrho = sqlite3_column_int64(row, 5);
    out->lifetime_left_nrho = sqlite3_column_int64(row, 6);
    out->lifetime_cap_nrho = sqlite3_column_int64(row, 7);
    out->person_year_nrho = sqlite3_column_int64(row, 8);
    out->person_lifetime_nrho = sqlite3_column_int64(row, 9);
}

bool state_budgets(struct state *state, const char *organisation, struct state_budget *out,
                   size_t room, size_t *n, struct err *err)
{
    assert(organisation && (out || !room) && n);
    sqlite3_stmt *rows = state->statement[GET_BUDGETS];
    int code = SQLITE_ROW;
    size_t found = 0;

    state_bind_text(rows, 1, organisation);
    while (found < room && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        sql_text(rows, 0, out[found].node, sizeof(out[found].node));
        balance_read(rows, &out[found].balance);
        out[found].said_s = sqlite3_column_int64(rows, 1);
        found++;
    }
    sqlite3_reset(rows);
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        return state_failed(state, "reading the budgets", err);
    *n = found;
    return true;
}

bool state_newest(struct state *state, const char *node, struct arena *arena, uint8_t **data,
                  size_t *size, struct err *err)
{
    assert(node && arena && data && size);
    sqlite3_stmt *row = state->statement[GET_NEWEST];
    struct bytes envelope = {0};
    bool ok = true;
    int code;

    *data = NULL;
    *size = 0;
    state_bind_text(row, 1, node);
    code = sqlite3_step(row);
    if (code == SQLITE_ROW) {
        ok = state_envelope_read(row, 0, &envelope, err);
        *size = envelope.size;
        *data = ok ? arena_alloc(arena, *size + 1) : NULL;
        ok = ok && (*data || err_memory(err));
        if (ok)
            memcpy(*data, envelope.data, *size);
        bytes_clear(&envelope);
    } else if (code != SQLITE_DONE) {
        ok = state_failed(state, "reading an answer", err);
    }
    sqlite3_reset(row);
    return ok;
}
