/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/term_writer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/terms/graph.h"
#include "proto/base/clock.h"
#include "proto/base/sql.h"

struct term_writer {
    sqlite3 *db; /* borrowed; in a transaction until committed */
    bool open;   /* we have begun the transaction and must end it */
    char system[TERM_SYSTEM_BYTES];
    uint64_t n_terms;
    sqlite3_stmt *add;
    sqlite3_stmt *parent;
    sqlite3_stmt *alias;
    sqlite3_stmt *synonym;
};

static bool remove_system(struct term_writer *writer, const char *table, struct err *err)
{
    char sql[128];

    snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE system = '%s'", table, writer->system);
    return sql_run(writer->db, sql, err);
}

static bool begin(struct term_writer *writer, struct err *err)
{
    if (!terms_prepare(writer->db, err) || !sql_begin(writer->db, err))
        return false;
    writer->open = true;
    return remove_system(writer, "term", err) && remove_system(writer, "term_parent", err) &&
           remove_system(writer, "term_alias", err) && remove_system(writer, "term_synonym", err) &&
           remove_system(writer, "term_release", err) &&
           sql_prepare(writer->db, "INSERT INTO term VALUES(?1, ?2, ?3, ?4, ?5)", &writer->add,
                       err) &&
           sql_prepare(writer->db, "INSERT OR IGNORE INTO term_parent VALUES(?1, ?2, ?3)",
                       &writer->parent, err) &&
           sql_prepare(writer->db, "INSERT OR IGNORE INTO term_alias VALUES(?1, ?2, ?3)",
                       &writer->alias, err) &&
           sql_prepare(writer->db, "INSERT OR IGNORE INTO term_synonym VALUES(?1, ?2, ?3)",
                       &writer->synonym, err);
}

static bool system_valid(const char *system)
{
    size_t n = strlen(system);

    return n > 0 && n < TERM_SYSTEM_BYTES &&
           strspn(system, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

bool term_writer_open(sqlite3 *db, const char *system, struct term_writer **out, struct err *err)
{
    assert(db && system && out);
    struct term_writer *writer;

    if (!system_valid(system))
        return err_set(err, ERR_INVALID, "a system's name is lower-case letters and digits");
    writer = calloc(1, sizeof(*writer));
    if (!writer)
        return err_memory(err);
    writer->db = db;
    snprintf(writer->system, sizeof(writer->system), "%s", system);
    if (!begin(writer, err)) {
        term_writer_close(writer);
        return false;
    }
    *out = writer;
    return true;
}

/* Runs a statement to its end and resets it for the next call. */
static int step(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);

    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return code;
}

static bool text_valid(const char *text, size_t bytes_max)
{
    return strlen(text) <= bytes_max;
}

bool term_writer_add(struct term_writer *writer, const struct term *term, bool *known,
                     struct err *err)
{
    assert(writer && term);
    const char *label = term->label && *term->label ? term->label : NULL;
    int code;

    if (!*term->code || !text_valid(term->code, TERM_CODE_BYTES_MAX))
        return err_set(err, ERR_INVALID, "a code is empty or longer than %d bytes",
                       TERM_CODE_BYTES_MAX);
    if (label && !text_valid(label, TERM_LABEL_BYTES_MAX))
        return err_set(err, ERR_INVALID, "a label is longer than %d bytes", TERM_LABEL_BYTES_MAX);
    if (writer->n_terms == TERMS_MAX)
        return err_set(err, ERR_INVALID, "more than %d terms", TERMS_MAX);
    sqlite3_bind_text(writer->add, 1, writer->system, -1, SQLITE_STATIC);
    sqlite3_bind_text(writer->add, 2, term->code, -1, SQLITE_STATIC);
    sqlite3_bind_text(writer->add, 3, label, -1, SQLITE_STATIC);
    sqlite3_bind_int(writer->add, 4, term->obsolete);
    sqlite3_bind_text(writer->add, 5, term->replaced_by, -1, SQLITE_STATIC);
    code = step(writer->add);
    if (known)
        *known = code == SQLITE_CONSTRAINT;
    if (code == SQLITE_CONSTRAINT)
        return known || err_set(err, ERR_INVALID, "the term %s stands twice", term->code);
    if (code != SQLITE_DONE)
        return sql_failed(writer->db, "writing a term", err);
    writer->n_terms++;
    return true;
}

static bool add_texts(struct term_writer *writer, sqlite3_stmt *statement, const char *from,
                      const char *to, struct err *err)
{
    sqlite3_bind_text(statement, 1, writer->system, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, from, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, to, -1, SQLITE_STATIC);
    return step(statement) == SQLITE_DONE || sql_failed(writer->db, "writing a term", err);
}

static bool add_pair(struct term_writer *writer, sqlite3_stmt *statement, const char *from,
                     const char *to, struct err *err)
{
    if (!text_valid(from, TERM_CODE_BYTES_MAX) || !text_valid(to, TERM_CODE_BYTES_MAX))
        return err_set(err, ERR_INVALID, "a code is longer than %d bytes", TERM_CODE_BYTES_MAX);
    return add_texts(writer, statement, from, to, err);
}

bool term_writer_parent(struct term_writer *writer, const char *child, const char *parent,
                        struct err *err)
{
    assert(writer);
    return add_pair(writer, writer->parent, child, parent, err);
}

bool term_writer_alias(struct term_writer *writer, const char *alias, const char *code,
                       struct err *err)
{
    assert(writer);
    return add_pair(writer, writer->alias, alias, code, err);
}

bool term_writer_synonym(struct term_writer *writer, const char *code, const char *synonym,
                         struct err *err)
{
    assert(writer);
    if (!*synonym || !text_valid(synonym, TERM_LABEL_BYTES_MAX))
        return err_set(err, ERR_INVALID, "a synonym is empty or longer than %d bytes",
                       TERM_LABEL_BYTES_MAX);
    return add_texts(writer, writer->synonym, code, synonym, err);
}

/*
 * Checks that every row of the relation leads to a term of the system. The error names the first
 * that does not.
 */
static bool leads_to_terms(struct term_writer *writer, const char *table, const char *column,
                           struct err *err)
{
    sqlite3_stmt *row = NULL;
    char sql[256];
    bool ok;
    int code;

    snprintf(sql, sizeof(sql),
             "SELECT %s FROM %s AS r WHERE system = ?1 AND NOT EXISTS"
             " (SELECT 1 FROM term WHERE system = ?1 AND code = r.%s) LIMIT 1",
             column, table, column);
    if (!sql_prepare(writer->db, sql, &row, err))
        return false;
    sqlite3_bind_text(row, 1, writer->system, -1, SQLITE_STATIC);
    code = sqlite3_step(row);
    if (code == SQLITE_ROW)
        ok = err_set(err, ERR_INVALID, "%s is used as %s but is no term of the file",
                     (const char *)sqlite3_column_text(row, 0), column);
    else
        ok = code == SQLITE_DONE || sql_failed(writer->db, "checking terms", err);
    sqlite3_finalize(row);
    return ok;
}

static bool put_release(struct term_writer *writer, struct term_release *release, struct err *err)
{
    snprintf(release->system, sizeof(release->system), "%s", writer->system);
    release->n_terms = writer->n_terms;
    release->loaded_s = clock_wall_s();
    return terms_release_put(writer->db, release, err);
}

/* Reads what was written as a hierarchy, to find cycles before they are committed. */
static bool is_hierarchy(struct term_writer *writer, struct err *err)
{
    struct term_graph *graph = NULL;

    if (!term_graph_load(writer->db, writer->system, &graph, err))
        return false;
    term_graph_free(graph);
    return true;
}

bool term_writer_commit(struct term_writer *writer, struct term_release *release, struct err *err)
{
    assert(writer);
    if (writer->n_terms == 0)
        return err_set(err, ERR_INVALID, "the file holds no term of %s", writer->system);
    if (!leads_to_terms(writer, "term_parent", "parent", err) ||
        !leads_to_terms(writer, "term_parent", "child", err) ||
        !leads_to_terms(writer, "term_alias", "code", err) ||
        !leads_to_terms(writer, "term_synonym", "code", err) ||
        !put_release(writer, release, err) || !is_hierarchy(writer, err))
        return false;
    writer->open = false;
    return sql_commit(writer->db, err);
}

void term_writer_close(struct term_writer *writer)
{
    if (!writer)
        return;
    sqlite3_finalize(writer->add); /* accepts NULL */
    sqlite3_finalize(writer->parent);
    sqlite3_finalize(writer->alias);
    sqlite3_finalize(writer->synonym);
    if (writer->open)
        sql_rollback(writer->db);
    free(writer);
}
