/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/contradiction.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/closure.h"
#include "node/store/person.h"
#include "proto/base/sql.h"
#include "proto/query/code_system.h"

/* An event of the person, with its current code. */
struct named {
    uint64_t *key;
    unsigned kind;
    const struct code_system *system;
    const struct term_graph *graph; /* NULL: not loaded */
    uint32_t term;                  /* TERM_NONE: not in the release, or none is loaded */
    char code[EVENT_CODE_BYTES_MAX + 1];
};

struct contradiction {
    sqlite3_stmt *name;
    const struct closure *closure;
    struct named *events;
    struct named **absent; /* sorted; one event stands for all with the same code */
    size_t room;
    size_t n;
    size_t n_absent;
};

bool contradiction_new(struct sqlite3 *db, const struct closure *closure,
                       struct contradiction **out, struct err *err)
{
    assert(db && out);
    struct contradiction *contradiction = calloc(1, sizeof(*contradiction));

    if (!contradiction)
        return err_memory(err);
    contradiction->closure = closure;
    if (!sql_prepare(db, "SELECT system, code FROM concept WHERE id = ?1", &contradiction->name,
                     err)) {
        contradiction_free(contradiction);
        return false;
    }
    *out = contradiction;
    return true;
}

void contradiction_free(struct contradiction *contradiction)
{
    if (!contradiction)
        return;
    sqlite3_finalize(contradiction->name);
    free(contradiction->events);
    free(contradiction->absent);
    free(contradiction);
}

/*** the person's events by name ***/

static bool has_absent(const uint64_t *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (keys[i] & EVENT_EXCLUDED)
            return true;
    return false;
}

static bool make_room(struct contradiction *contradiction, size_t n)
{
    struct named *events;
    struct named **absent;

    if (n <= contradiction->room)
        return true;
    events = realloc(contradiction->events, n * sizeof(*events));
    if (events)
        contradiction->events = events;
    absent = realloc(contradiction->absent, n * sizeof(struct named *));
    if (absent)
        contradiction->absent = absent;
    if (!events || !absent)
        return false;
    contradiction->room = n;
    return true;
}

/*
 * Adds the event's system and current code. Events of no known system, such as traces, are left
 * out.
 */
static bool add_named(struct contradiction *contradiction, uint64_t *key, struct err *err)
{
    struct named *event = &contradiction->events[contradiction->n];
    const char *system, *code;
    bool row = false;

    sqlite3_reset(contradiction->name);
    sqlite3_bind_int64(contradiction->name, 1, event_concept_of(*key));
    if (!sql_next(contradiction->name, &row, err))
        return false;
    system = row ? (const char *)sqlite3_column_text(contradiction->name, 0) : NULL;
    code = row ? (const char *)sqlite3_column_text(contradiction->name, 1) : NULL;
    *event = (struct named){.key = key, .kind = event_kind_of(*key), .term = TERM_NONE};
    event->system = system ? code_system_named(system) : NULL;
    if (!event->system || !code)
        return true;
    event->graph = closure_find(contradiction->closure, system);
    if (event->graph)
        event->term = term_graph_find(event->graph, code);
    (void)snprintf(event->code, sizeof(event->code), "%s",
                   event->term == TERM_NONE ? code : term_graph_code(event->graph, event->term));
    contradiction->n++;
    return true;
}

static int compare(const struct named *a, const struct named *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->system != b->system)
        return a->system < b->system ? -1 : 1;
    return strcmp(a->code, b->code);
}

static int by_name(const void *left, const void *right)
{
    return compare(*(struct named *const *)left, *(struct named *const *)right);
}

/*** contradictions ***/

/* The event that records this very code as absent, or NULL. */
static struct named *find_absent(const struct contradiction *contradiction,
                                 const struct named *event, const char *code, size_t length)
{
    struct named wanted = {.kind = event->kind, .system = event->system};
    const struct named *key = &wanted;
    struct named **found;

    (void)snprintf(wanted.code, sizeof(wanted.code), "%.*s", (int)length, code);
    found = bsearch(&key, contradiction->absent, contradiction->n_absent, sizeof(struct named *),
                    by_name);
    return found ? *found : NULL;
}

static void doubt(struct named *present, struct named *absent)
{
    if (!absent)
        return;
    *present->key |= EVENT_DOUBTED;
    *absent->key |= EVENT_DOUBTED;
}

/* Without a hierarchy, any absent code of the system may lie above this one. */
static void doubt_system(const struct contradiction *contradiction, struct named *present)
{
    for (size_t i = 0; i < contradiction->n_absent; i++) {
        struct named *absent = contradiction->absent[i];

        if (absent->kind == present->kind && absent->system == present->system)
            doubt(present, absent);
    }
}

static void check(const struct contradiction *contradiction, struct named *present)
{
    const char *code = present->code;
    const uint32_t *above;
    size_t n;

    doubt(present, find_absent(contradiction, present, code, strlen(code)));
    if (present->system->hierarchy == HIERARCHY_SPELLED) {
        for (n = 1; n < strlen(code); n++)
            doubt(present, find_absent(contradiction, present, code, n));
    } else if (present->term != TERM_NONE) {
        above = term_graph_ancestors(present->graph, present->term, &n);
        for (size_t i = 0; i < n; i++) {
            code = term_graph_code(present->graph, above[i]);
            doubt(present, find_absent(contradiction, present, code, strlen(code)));
        }
    } else if (present->system->hierarchy == HIERARCHY_TABLE && !present->graph) {
        doubt_system(contradiction, present);
    }
}

/* When one of several records of the same absence is doubted, all are. */
static void spread(const struct contradiction *contradiction)
{
    for (size_t i = 0; i < contradiction->n; i++) {
        struct named *event = &contradiction->events[i];
        struct named *first;

        if (!(*event->key & EVENT_EXCLUDED))
            continue;
        first = find_absent(contradiction, event, event->code, strlen(event->code));
        if (first && *first->key & EVENT_DOUBTED)
            *event->key |= EVENT_DOUBTED;
    }
}

/* Sorts them and keeps one for each code. */
static void sort_absent(struct contradiction *contradiction)
{
    size_t n = 0;

    contradiction->n_absent = 0;
    for (size_t i = 0; i < contradiction->n; i++)
        if (*contradiction->events[i].key & EVENT_EXCLUDED)
            contradiction->absent[contradiction->n_absent++] = &contradiction->events[i];
    if (contradiction->n_absent == 0)
        return;
    qsort(contradiction->absent, contradiction->n_absent, sizeof(struct named *), by_name);
    for (size_t i = 0; i < contradiction->n_absent; i++)
        if (n == 0 || compare(contradiction->absent[n - 1], contradiction->absent[i]) != 0)
            contradiction->absent[n++] = contradiction->absent[i];
    contradiction->n_absent = n;
}

bool contradiction_mark(struct contradiction *contradiction, uint64_t *keys, size_t n,
                        struct err *err)
{
    assert(contradiction);
    if (!has_absent(keys, n))
        return true;
    if (!make_room(contradiction, n))
        return err_memory(err);
    contradiction->n = 0;
    for (size_t i = 0; i < n; i++)
        if (!add_named(contradiction, &keys[i], err))
            return false;
    sort_absent(contradiction);
    for (size_t i = 0; i < contradiction->n; i++)
        if (!(*contradiction->events[i].key & EVENT_EXCLUDED))
            check(contradiction, &contradiction->events[i]);
    spread(contradiction);
    return true;
}
