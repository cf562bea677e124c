/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/graph.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/terms/terms.h"
#include "proto/base/bytes.h"
#include "proto/base/sql.h"

#define HPO_ROOT "HP:0000001"
#define SUCCESSORS_MAX 64 /* steps from an obsolete term to its current one */
#define ANCESTORS_TOTAL_MAX ((size_t)64 << 20)

struct alias {
    size_t text; /* offset in texts */
    uint32_t term;
};

/* A growing array of numbers. */
struct numbers {
    uint32_t *items;
    size_t n;
    size_t room;
};

struct term_graph {
    struct bytes texts; /* codes and aliases, NUL-terminated */
    uint32_t n;
    uint32_t root; /* HPO's root; terms that do not lie under it have no place. Else TERM_NONE */
    size_t *codes; /* offsets in texts, sorted by code */
    bool *obsolete;
    uint32_t *today;    /* for each term, the current one: itself or its successor */
    size_t *parents_at; /* n + 1 offsets in parents */
    struct numbers parents;
    size_t *ancestors_at; /* n + 1 offsets in ancestors */
    struct numbers ancestors;
    struct alias *aliases; /* sorted by text */
    size_t n_aliases;
};

static bool push(struct numbers *numbers, uint32_t value)
{
    if (numbers->n == numbers->room) {
        size_t room = numbers->room ? 2 * numbers->room : 1024;
        uint32_t *grown = realloc(numbers->items, room * sizeof(*grown));

        if (!grown)
            return false;
        numbers->items = grown;
        numbers->room = room;
    }
    numbers->items[numbers->n++] = value;
    return true;
}

/*** reading the tables ***/

static sqlite3_stmt *query(sqlite3 *db, const char *sql, const char *system)
{
    sqlite3_stmt *row = NULL;
    struct err told_by_finish;

    if (sql_prepare(db, sql, &row, &told_by_finish))
        sqlite3_bind_text(row, 1, system, -1, SQLITE_STATIC);
    return row;
}

static const char *text_of(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    return text ? text : "";
}

static size_t keep_text(struct term_graph *graph, const char *text)
{
    size_t at = graph->texts.size;

    bytes_add(&graph->texts, text, strlen(text) + 1);
    return at;
}

/* The term with exactly this code. */
static uint32_t find_term(const struct term_graph *graph, const char *code)
{
    const char *texts = (const char *)graph->texts.data;
    size_t low = 0, high = graph->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(texts + graph->codes[middle], code);

        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return TERM_NONE;
}

/* The term that has this alternative id. */
static uint32_t find_alias(const struct term_graph *graph, const char *code)
{
    const char *texts = (const char *)graph->texts.data;
    size_t low = 0, high = graph->n_aliases;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(texts + graph->aliases[middle].text, code);

        if (order == 0)
            return graph->aliases[middle].term;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return TERM_NONE;
}

/* Ends a query. False unless it ran to its end and memory sufficed. */
static bool finish(sqlite3 *db, sqlite3_stmt *row, int code, bool memory, struct err *err)
{
    sqlite3_finalize(row);
    if (!memory)
        return err_memory(err);
    return code == SQLITE_DONE || sql_failed(db, "reading terms", err);
}

static bool read_terms(struct term_graph *graph, sqlite3 *db, const char *system, size_t n,
                       struct err *err)
{
    sqlite3_stmt *row =
        query(db, "SELECT code, obsolete FROM term WHERE system = ?1 ORDER BY code", system);
    int code = SQLITE_ERROR;

    graph->codes = calloc(n + 1, sizeof(*graph->codes));
    graph->obsolete = calloc(n + 1, sizeof(*graph->obsolete));
    graph->today = calloc(n + 1, sizeof(*graph->today));
    if (!graph->codes || !graph->obsolete || !graph->today)
        return finish(db, row, code, false, err);
    while (row && (code = sqlite3_step(row)) == SQLITE_ROW && graph->n < n) {
        graph->obsolete[graph->n] = sqlite3_column_int(row, 1) != 0;
        graph->today[graph->n] = graph->n;
        graph->codes[graph->n++] = keep_text(graph, text_of(row, 0));
    }
    return finish(db, row, code, !graph->texts.failed, err);
}

/* Reads, for each obsolete term, the term that replaced it. */
static bool read_successors(struct term_graph *graph, sqlite3 *db, const char *system,
                            struct err *err)
{
    sqlite3_stmt *row = query(db,
                              "SELECT code, replaced_by FROM term WHERE system = ?1 AND obsolete"
                              " AND replaced_by IS NOT NULL ORDER BY code",
                              system);
    int code = SQLITE_ERROR;

    while (row && (code = sqlite3_step(row)) == SQLITE_ROW) {
        uint32_t term = find_term(graph, text_of(row, 0));
        uint32_t next = find_alias(graph, text_of(row, 1));

        if (next == TERM_NONE)
            next = find_term(graph, text_of(row, 1));
        if (term != TERM_NONE && next != TERM_NONE)
            graph->today[term] = next;
    }
    return finish(db, row, code, true, err);
}

/* Follows the successors to the current term. A term that leads to none stays as it is. */
static bool follow_successors(struct term_graph *graph, struct err *err)
{
    uint32_t *end = calloc((size_t)graph->n + 1, sizeof(*end));

    if (!end)
        return err_memory(err);
    for (uint32_t i = 0; i < graph->n; i++) {
        uint32_t at = i;

        for (unsigned steps = 0; graph->obsolete[at] && steps < SUCCESSORS_MAX; steps++)
            at = graph->today[at];
        end[i] = graph->obsolete[at] ? i : at;
    }
    free(graph->today);
    graph->today = end;
    return true;
}

static bool read_parents(struct term_graph *graph, sqlite3 *db, const char *system, struct err *err)
{
    sqlite3_stmt *row =
        query(db, "SELECT child, parent FROM term_parent WHERE system = ?1 ORDER BY child", system);
    uint32_t filled = 0; /* parents_at[0..filled] are set */
    bool memory = true;
    int code = SQLITE_ERROR;

    graph->parents_at = calloc((size_t)graph->n + 1, sizeof(*graph->parents_at));
    if (!graph->parents_at)
        return finish(db, row, code, false, err);
    while (row && memory && (code = sqlite3_step(row)) == SQLITE_ROW) {
        uint32_t child = find_term(graph, text_of(row, 0));
        uint32_t parent = find_term(graph, text_of(row, 1));

        if (child == TERM_NONE || parent == TERM_NONE || child < filled)
            continue; /* the writer has checked it */
        while (filled < child)
            graph->parents_at[++filled] = graph->parents.n;
        memory = push(&graph->parents, parent);
    }
    while (filled < graph->n)
        graph->parents_at[++filled] = graph->parents.n;
    return finish(db, row, code, memory, err);
}

static bool read_aliases(struct term_graph *graph, sqlite3 *db, const char *system, struct err *err)
{
    sqlite3_stmt *row =
        query(db, "SELECT alias, code FROM term_alias WHERE system = ?1 ORDER BY alias", system);
    size_t room = 0;
    bool memory = true;
    int code = SQLITE_ERROR;

    while (row && memory && (code = sqlite3_step(row)) == SQLITE_ROW) {
        uint32_t term = find_term(graph, text_of(row, 1));

        if (graph->n_aliases == room) {
            struct alias *grown;

            room = room ? 2 * room : 256;
            grown = realloc(graph->aliases, room * sizeof(*grown));
            memory = grown != NULL;
            if (grown)
                graph->aliases = grown;
        }
        if (memory && term != TERM_NONE)
            graph->aliases[graph->n_aliases++] =
                (struct alias){.text = keep_text(graph, text_of(row, 0)), .term = term};
    }
    return finish(db, row, code, memory && !graph->texts.failed, err);
}

/*** closing ***/

/*
 * Removes terms without parents, one after the other. If some cannot be removed, there is a cycle.
 */
static bool has_no_cycle(const struct term_graph *graph, struct err *err)
{
    /* number of children that are still there; a term is removed when all its children are */
    uint32_t *children = calloc((size_t)graph->n + 1, sizeof(*children));
    uint32_t *ready = calloc((size_t)graph->n + 1, sizeof(*ready));
    uint32_t n_ready = 0;
    bool ok = children && ready;

    for (size_t i = 0; ok && i < graph->parents.n; i++)
        children[graph->parents.items[i]]++;
    for (uint32_t i = 0; ok && i < graph->n; i++)
        if (children[i] == 0)
            ready[n_ready++] = i;
    for (uint32_t i = 0; ok && i < n_ready; i++)
        for (size_t p = graph->parents_at[ready[i]]; p < graph->parents_at[ready[i] + 1]; p++)
            if (--children[graph->parents.items[p]] == 0)
                ready[n_ready++] = graph->parents.items[p];
    if (!ok)
        err_memory(err);
    else if (n_ready < graph->n)
        ok = err_set(err, ERR_INVALID, "the hierarchy has a cycle");
    free(children);
    free(ready);
    return ok;
}

/* Appends the term's ancestors. seen[x] is term + 1 when x was met for this term. */
static bool close_over(struct term_graph *graph, uint32_t term, uint32_t *seen, struct err *err)
{
    size_t first = graph->ancestors.n;

    if (!push(&graph->ancestors, term))
        return err_memory(err);
    for (size_t i = first; i < graph->ancestors.n; i++) {
        uint32_t at = graph->ancestors.items[i];

        for (size_t p = graph->parents_at[at]; p < graph->parents_at[at + 1]; p++) {
            uint32_t parent = graph->parents.items[p];

            if (seen[parent] == term + 1)
                continue;
            seen[parent] = term + 1;
            if (!push(&graph->ancestors, parent))
                return err_memory(err);
        }
        if (graph->ancestors.n - first > TERM_ANCESTORS_MAX)
            return err_set(err, ERR_INVALID, "%s has more than %d ancestors",
                           term_graph_code(graph, term), TERM_ANCESTORS_MAX);
    }
    return graph->ancestors.n <= ANCESTORS_TOTAL_MAX ||
           err_set(err, ERR_INVALID, "the hierarchy is too deep");
}

static bool close_all(struct term_graph *graph, struct err *err)
{
    uint32_t *seen = calloc((size_t)graph->n + 1, sizeof(*seen));
    bool ok;

    graph->ancestors_at = calloc((size_t)graph->n + 1, sizeof(*graph->ancestors_at));
    ok = (seen && graph->ancestors_at) || err_memory(err);
    for (uint32_t i = 0; ok && i < graph->n; i++) {
        ok = close_over(graph, i, seen, err);
        graph->ancestors_at[i + 1] = graph->ancestors.n;
    }
    free(seen);
    return ok;
}

bool term_graph_load(sqlite3 *db, const char *system, struct term_graph **out, struct err *err)
{
    assert(db && system && out);
    struct term_release release;
    struct term_graph *graph;
    bool found;

    if (!terms_release(db, system, &release, &found, err))
        return false;
    if (!found) {
        *out = NULL;
        return true;
    }
    graph = calloc(1, sizeof(*graph));
    if (!graph)
        return err_memory(err);
    if (!read_terms(graph, db, system, release.n_terms, err) ||
        !read_parents(graph, db, system, err) || !read_aliases(graph, db, system, err) ||
        !read_successors(graph, db, system, err) || !follow_successors(graph, err) ||
        !has_no_cycle(graph, err) || !close_all(graph, err)) {
        term_graph_free(graph);
        return false;
    }
    graph->root = find_term(graph, HPO_ROOT);
    *out = graph;
    return true;
}

void term_graph_free(struct term_graph *graph)
{
    if (!graph)
        return;
    bytes_clear(&graph->texts);
    free(graph->codes);
    free(graph->obsolete);
    free(graph->today);
    free(graph->parents_at);
    free(graph->parents.items);
    free(graph->ancestors_at);
    free(graph->ancestors.items);
    free(graph->aliases);
    free(graph);
}

/*** reading ***/

const char *term_graph_code(const struct term_graph *graph, uint32_t term)
{
    return (const char *)graph->texts.data + graph->codes[term];
}

uint32_t term_graph_find(const struct term_graph *graph, const char *code)
{
    assert(graph);
    uint32_t term = find_alias(graph, code);

    if (term == TERM_NONE)
        term = find_term(graph, code);
    return term == TERM_NONE ? TERM_NONE : graph->today[term];
}

bool term_graph_placed(const struct term_graph *graph, uint32_t term)
{
    assert(graph);
    return !graph->obsolete[term] &&
           (graph->root == TERM_NONE || term_graph_is_above(graph, graph->root, term));
}

bool term_graph_is_above(const struct term_graph *graph, uint32_t above, uint32_t below)
{
    size_t n;
    const uint32_t *ancestors = term_graph_ancestors(graph, below, &n);

    for (size_t i = 0; i < n; i++)
        if (ancestors[i] == above)
            return true;
    return false;
}

const uint32_t *term_graph_ancestors(const struct term_graph *graph, uint32_t term, size_t *n)
{
    assert(graph);
    *n = graph->ancestors_at[term + 1] - graph->ancestors_at[term];
    return graph->ancestors.items + graph->ancestors_at[term];
}
