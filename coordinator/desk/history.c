/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/history.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/base/sql.h"
#include "proto/base/statements.h"

extern const char *const desk_steps[]; /* schemas/desk; ended by NULL */

static const struct sql_schema schema = {
    .name = "the desk's history",
    .application_id = 0x72696b64, /* "rikd" */
    .steps = desk_steps,
    .unmarked = "",
};

enum history_statement {
    BEGIN_ASKED,
    END_ASKED,
    GET_STATE,
    GET_DOCUMENT,
    GET_CSV,
    GET_TSV,
    GET_RECEIPT,
    LIST_ASKED,
    PUT_SAVED,
    GET_SAVED,
    LIST_SAVED,
    DROP_SAVED,
    ADD_TOKEN,
    USE_TOKEN,
    LIST_TOKENS,
    DROP_TOKEN,
    DROP_ENDED,
    ADD_LETTER,
    LIST_LETTERS,
    STATEMENTS,
};

static const char *const sql[STATEMENTS] = {
    [BEGIN_ASKED] = "INSERT INTO asked(id, asked, form, question, summary) VALUES(?1,?2,?3,?4,?5)",
    [END_ASKED] = ("UPDATE asked SET summary = ?2, state = ?3, document = ?4, csv = ?5, tsv = ?6,"
                   " receipt = ?7 WHERE id = ?1"),
    [GET_STATE] = "SELECT state FROM asked WHERE id = ?1 AND state IS NOT NULL",
    [GET_DOCUMENT] = "SELECT document FROM asked WHERE id = ?1 AND document IS NOT NULL",
    [GET_CSV] = "SELECT csv FROM asked WHERE id = ?1 AND csv IS NOT NULL",
    [GET_TSV] = "SELECT tsv FROM asked WHERE id = ?1 AND tsv IS NOT NULL",
    [GET_RECEIPT] = "SELECT receipt FROM asked WHERE id = ?1 AND receipt IS NOT NULL",
    [LIST_ASKED] = "SELECT summary FROM asked ORDER BY asked DESC, id LIMIT ?1",
    [PUT_SAVED] = "INSERT INTO saved(name, form, created) VALUES(?1,?2,?3)",
    [GET_SAVED] = "SELECT id, name, form, created FROM saved WHERE id = ?1",
    [LIST_SAVED] = "SELECT id, name, form, created FROM saved ORDER BY name, id",
    [DROP_SAVED] = "DELETE FROM saved WHERE id = ?1 RETURNING id",
    [ADD_TOKEN] = ("INSERT INTO token(hash, name, scope, created, expires)"
                   " SELECT ?1,?2,?3,?4,?5 WHERE (SELECT count(*) FROM token) < ?6 RETURNING id"),
    [USE_TOKEN] = "UPDATE token SET used = ?2 WHERE hash = ?1 AND expires > ?2 RETURNING scope",
    [LIST_TOKENS] = ("SELECT json_object('id', id, 'name', name,"
                     " 'scope', CASE scope WHEN 1 THEN 'read' ELSE 'ask' END,"
                     " 'created', strftime('%Y-%m-%dT%H:%M:%SZ', created, 'unixepoch'),"
                     " 'expires', strftime('%Y-%m-%dT%H:%M:%SZ', expires, 'unixepoch'),"
                     " 'used', strftime('%Y-%m-%dT%H:%M:%SZ', used, 'unixepoch'))"
                     " FROM token ORDER BY id"),
    [DROP_TOKEN] = "DELETE FROM token WHERE id = ?1 RETURNING id",
    [DROP_ENDED] = "DELETE FROM token WHERE expires <= ?1",
    [ADD_LETTER] = ("INSERT INTO letter(question, prepared, person, nodes, reference)"
                    " VALUES(?1,?2,?3,?4,?5)"),
    [LIST_LETTERS] = ("SELECT json_object('id', lower(hex(question)), 'reference', reference,"
                      " 'prepared', strftime('%Y-%m-%dT%H:%M:%SZ', prepared, 'unixepoch'),"
                      " 'person', person,"
                      " 'nodes', json('[\"' || replace(nodes, ',', '\",\"') || '\"]'))"
                      " FROM letter ORDER BY number DESC LIMIT ?1"),
};

struct history {
    pthread_mutex_t lock;
    sqlite3 *db;
    struct statements statements;
};

bool history_open(const char *path, struct history **out, struct err *err)
{
    assert(path && out);
    struct history *history = calloc(1, sizeof(*history));

    if (!history)
        return err_memory(err);
    pthread_mutex_init(&history->lock, NULL);
    if (!sql_open_own(path, SQL_STATE, &schema, &history->db, err) ||
        !statements_prepare(&history->statements, history->db, "the desk's history", sql,
                            STATEMENTS, err)) {
        history_close(history);
        return false;
    }
    *out = history;
    return true;
}

void history_close(struct history *history)
{
    if (!history)
        return;
    statements_finalize(&history->statements);
    sql_close(history->db);
    pthread_mutex_destroy(&history->lock);
    free(history);
}

static bool run(struct history *history, enum history_statement which, const char *kinds,
                const union statement_value *value, struct err *err)
{
    bool ok;

    pthread_mutex_lock(&history->lock);
    ok = statements_run(&history->statements, which, kinds, value, err);
    pthread_mutex_unlock(&history->lock);
    return ok;
}

bool history_begin(struct history *history, const struct history_begun *begun, struct err *err)
{
    assert(history && begun);
    const union statement_value value[] = {{.blob = begun->id},
                                           {.integer = begun->asked_s},
                                           {.text = begun->form},
                                           {.text = begun->question},
                                           {.text = begun->summary}};

    return run(history, BEGIN_ASKED, "dittt", value, err);
}

bool history_end(struct history *history, const struct history_ended *ended, struct err *err)
{
    assert(history && ended);
    const union statement_value value[] = {{.blob = ended->id},     {.text = ended->summary},
                                           {.text = ended->state},  {.text = ended->document},
                                           {.text = ended->csv},    {.text = ended->tsv},
                                           {.text = ended->receipt}};

    return run(history, END_ASKED, "dtttttt", value, err);
}

/* ---- reading: under the lock ----------------------------------------------------------------- */

static void add_column(sqlite3_stmt *row, int column, struct bytes *out)
{
    const unsigned char *text = sqlite3_column_text(row, column);

    bytes_add(out, text ? (const char *)text : "", (size_t)sqlite3_column_bytes(row, column));
}

bool history_read(struct history *history, const uint8_t *id, enum history_text which,
                  struct bytes *out, bool *found, struct err *err)
{
    assert(history && id && out && found);
    const union statement_value value[] = {{.blob = id}};
    sqlite3_stmt *row;
    bool ok;

    pthread_mutex_lock(&history->lock);
    ok = statements_look(&history->statements, (size_t)GET_STATE + (size_t)which, "d", value, &row,
                         err);
    *found = ok && row;
    if (*found) {
        add_column(row, 0, out);
        statements_rewind(row);
    }
    pthread_mutex_unlock(&history->lock);
    return ok && (!out->failed || err_memory(err));
}

static void add_saved(sqlite3_stmt *row, struct bytes *out)
{
    char created[CLOCK_TEXT_BYTES];
    const unsigned char *name = sqlite3_column_text(row, 1);

    clock_text(sqlite3_column_int64(row, 3), created);
    bytes_add_text(out, "{\"id\":");
    json_write_int(out, sqlite3_column_int64(row, 0));
    bytes_add_text(out, ",\"name\":");
    json_write_text(out, name ? (const char *)name : "");
    bytes_add_text(out, ",\"question\":");
    add_column(row, 2, out);
    bytes_add_text(out, ",\"created\":");
    json_write_text(out, created);
    bytes_add_text(out, "}");
}

/* Appends the rows of a statement, each as JSON, with commas between them. */
static bool add_rows(struct history *history, enum history_statement which, const char *kinds,
                     const union statement_value *value, struct bytes *out, struct err *err)
{
    sqlite3_stmt *row;
    bool ok, more, first = true;

    pthread_mutex_lock(&history->lock);
    ok = statements_look(&history->statements, which, kinds, value, &row, err);
    more = ok && row;
    while (ok && more) {
        bytes_add_text(out, first ? "" : ",");
        if (which == LIST_ASKED || which == LIST_TOKENS || which == LIST_LETTERS)
            add_column(row, 0, out);
        else
            add_saved(row, out);
        first = false;
        ok = sql_next(row, &more, err);
    }
    pthread_mutex_unlock(&history->lock);
    return ok && (!out->failed || err_memory(err));
}

bool history_list(struct history *history, int64_t most, struct bytes *out, struct err *err)
{
    assert(history && out);
    const union statement_value value[] = {{.integer = most}};
    bool ok;

    bytes_add_text(out, "[");
    ok = add_rows(history, LIST_ASKED, "i", value, out, err);
    bytes_add_text(out, "]");
    return ok;
}

bool history_saved(struct history *history, int64_t id, struct bytes *out, bool *found,
                   struct err *err)
{
    assert(history && out && found);
    const union statement_value value[] = {{.integer = id}};
    size_t before = out->size;
    bool ok;

    if (id) {
        ok = add_rows(history, GET_SAVED, "i", value, out, err);
    } else {
        bytes_add_text(out, "[");
        ok = add_rows(history, LIST_SAVED, "", value, out, err);
        bytes_add_text(out, "]");
    }
    *found = out->size > before;
    return ok;
}

bool history_save(struct history *history, const char *name, const char *form, int64_t *id,
                  struct err *err)
{
    assert(history && name && form && id);
    const union statement_value value[] = {
        {.text = name}, {.text = form}, {.integer = clock_wall_s()}};
    bool ok;

    pthread_mutex_lock(&history->lock);
    ok = statements_run(&history->statements, PUT_SAVED, "tti", value, err);
    *id = ok ? sqlite3_last_insert_rowid(history->db) : 0;
    pthread_mutex_unlock(&history->lock);
    return ok;
}

/* Runs a statement that changes at most one row and returns a number of it; 0: there is none. */
static bool change_one(struct history *history, enum history_statement which, const char *kinds,
                       const union statement_value *value, int64_t *number, struct err *err)
{
    sqlite3_stmt *row;
    bool ok, more;

    pthread_mutex_lock(&history->lock);
    ok = statements_look(&history->statements, which, kinds, value, &row, err);
    more = ok && row;
    *number = more ? sqlite3_column_int64(row, 0) : 0;
    while (ok && more) /* to its end, where the change is committed */
        ok = sql_next(row, &more, err);
    pthread_mutex_unlock(&history->lock);
    return ok;
}

bool history_forget(struct history *history, int64_t id, bool *found, struct err *err)
{
    assert(history && found);
    const union statement_value value[] = {{.integer = id}};
    int64_t gone;
    bool ok = change_one(history, DROP_SAVED, "i", value, &gone, err);

    *found = ok && gone;
    return ok;
}

/* ---- letters --------------------------------------------------------------------------------- */

bool history_letter_add(struct history *history, const struct history_letter *letter,
                        struct err *err)
{
    assert(history && letter);
    const union statement_value value[] = {{.blob = letter->id},
                                           {.integer = letter->prepared_s},
                                           {.text = letter->person},
                                           {.text = letter->nodes},
                                           {.text = letter->reference}};

    return run(history, ADD_LETTER, "dittt", value, err);
}

bool history_letters(struct history *history, int64_t most, struct bytes *out, struct err *err)
{
    assert(history && out);
    const union statement_value value[] = {{.integer = most}};
    bool ok;

    bytes_add_text(out, "[");
    ok = add_rows(history, LIST_LETTERS, "i", value, out, err);
    bytes_add_text(out, "]");
    return ok;
}

/* ---- tokens of scripts ----------------------------------------------------------------------- */

bool history_token_add(struct history *history, const struct history_token *token, int64_t most,
                       int64_t *id, struct err *err)
{
    assert(history && token && id);
    const union statement_value ended[] = {{.integer = token->created_s}};
    const union statement_value value[] = {
        {.blob = token->hash},         {.text = token->name},         {.integer = token->scope},
        {.integer = token->created_s}, {.integer = token->expires_s}, {.integer = most}};

    return run(history, DROP_ENDED, "i", ended, err) &&
           change_one(history, ADD_TOKEN, "htiiii", value, id, err);
}

bool history_token_use(struct history *history, const uint8_t *hash, int64_t now_s, int64_t *scope,
                       struct err *err)
{
    assert(history && hash && scope);
    const union statement_value value[] = {{.blob = hash}, {.integer = now_s}};

    return change_one(history, USE_TOKEN, "hi", value, scope, err);
}

bool history_tokens(struct history *history, struct bytes *out, struct err *err)
{
    assert(history && out);
    bool ok;

    bytes_add_text(out, "[");
    ok = add_rows(history, LIST_TOKENS, "", NULL, out, err);
    bytes_add_text(out, "]");
    return ok && (!out->failed || err_memory(err));
}

bool history_token_revoke(struct history *history, int64_t id, bool *found, struct err *err)
{
    assert(history && found);
    const union statement_value value[] = {{.integer = id}};
    int64_t gone;
    bool ok = change_one(history, DROP_TOKEN, "i", value, &gone, err);

    *found = ok && gone;
    return ok;
}
