/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Persons of a segment: their concepts closed over the loaded ontologies, and their facts
 * (facts_writer.h).
 *
 * A concept recorded under a code that was merged into another is written under the current code,
 * so that a question finds it.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/publish/contradiction.h"
#include "node/publish/event_rows.h"
#include "node/publish/facts_writer.h"
#include "node/publish/segment_writer.h"
#include "node/publish/value_writer.h"
#include "node/snapshot/bits.h"
#include "node/snapshot/closure.h"
#include "node/snapshot/days.h"
#include "proto/base/bytes.h"

/* A row to be written, with its texts behind its words. */
struct concept_row {
    const char *system;
    const char *code;
    unsigned kind;
    enum concept_form form;
    struct day_row *days; /* CONCEPT_EXACT: of events with a day, in order; owned */
    size_t n_days;
    uint64_t *undated;        /* who has an event without a day; NULL: nobody; owned */
    struct value_rows values; /* likewise; none where no event has a value */
    uint64_t words[];
};

/* A hash table with open addressing; its room is a power of two. */
struct concepts {
    struct value_writer *values;
    struct concept_row **slots;
    size_t n;
    size_t room;
    uint32_t n_persons;
};

static bool read_persons(struct segment_writer *writer, struct facts_writer *facts,
                         struct event_rows *events, struct err *err)
{
    sqlite3_stmt *entries = NULL;
    bool row, ok;

    ok = sql_prepare(writer->from,
                     "SELECT " FACTS_WRITER_SELECTED ", entry.id, events FROM entry"
                     " LEFT JOIN consent ON consent.entry = entry.id WHERE person = ?1 AND "
                     "replaced_by IS NULL ORDER BY entry.id",
                     &entries, err);
    for (uint32_t i = 0; ok && i < writer->n_persons; i++) {
        facts_writer_begin(facts, i, &writer->input->persons[i].pid);
        sqlite3_bind_int64(entries, 1, writer->input->persons[i].id);
        for (row = true; ok && row;) {
            ok = sql_next(entries, &row, err);
            if (!ok || !row)
                break;
            facts_writer_take(facts, i, entries);
            ok = event_rows_entry(events, sqlite3_column_int64(entries, FACTS_WRITER_N), i,
                                  sqlite3_column_blob(entries, FACTS_WRITER_N + 1),
                                  (size_t)sqlite3_column_bytes(entries, FACTS_WRITER_N + 1), err);
        }
        facts_writer_end(facts, i);
        ok = ok && event_rows_person(events, err);
    }
    sqlite3_finalize(entries);
    return ok;
}

/*** concepts ***/

static uint64_t hash_row(const struct concept_row *row)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ (row->kind * 8 + row->form);

    for (const char *at = row->system; *at; at++)
        hash = (hash ^ (uint8_t)*at) * UINT64_C(1099511628211);
    for (const char *at = row->code; *at; at++)
        hash = (hash ^ (uint8_t)*at) * UINT64_C(1099511628211);
    return hash ^ hash >> 29;
}

static int by_key(const void *left, const void *right)
{
    const struct concept_row *a = *(struct concept_row *const *)left;
    const struct concept_row *b = *(struct concept_row *const *)right;
    int order = strcmp(a->system, b->system);

    if (!order)
        order = strcmp(a->code, b->code);
    if (!order)
        order = (a->kind > b->kind) - (a->kind < b->kind);
    return order ? order : (a->form > b->form) - (a->form < b->form);
}

/* The slot of this row, or the free slot where it belongs. */
static struct concept_row **slot_of(const struct concepts *concepts, const struct concept_row *key)
{
    size_t at = hash_row(key) & (concepts->room - 1);

    while (concepts->slots[at] && by_key(&concepts->slots[at], &key) != 0)
        at = (at + 1) & (concepts->room - 1);
    return &concepts->slots[at];
}

static bool grow(struct concepts *concepts)
{
    struct concepts grown = {
        .values = concepts->values, .n_persons = concepts->n_persons, .n = concepts->n};

    grown.room = concepts->room ? 2 * concepts->room : 1024;
    grown.slots = calloc(grown.room, sizeof(*grown.slots));
    if (!grown.slots)
        return false;
    for (size_t i = 0; i < concepts->room; i++)
        if (concepts->slots[i])
            *slot_of(&grown, concepts->slots[i]) = concepts->slots[i];
    free(concepts->slots);
    *concepts = grown;
    return true;
}

static struct concept_row *make_row(const struct concept_row *key, size_t n_words)
{
    size_t system = strlen(key->system) + 1;
    size_t code = strlen(key->code) + 1;
    struct concept_row *row = calloc(1, sizeof(*row) + n_words * 8 + system + code);
    char *texts;

    if (!row)
        return NULL;
    texts = (char *)(row->words + n_words);
    row->kind = key->kind;
    row->form = key->form;
    row->system = memcpy(texts, key->system, system);
    row->code = memcpy(texts + system, key->code, code);
    return row;
}

/* OR the persons into the row of this key. */
static bool add_persons(struct concepts *concepts, const struct concept_row *key,
                        const uint64_t *words)
{
    struct concept_row **slot;

    if (2 * concepts->n >= concepts->room && !grow(concepts))
        return false;
    slot = slot_of(concepts, key);
    if (!*slot) {
        *slot = make_row(key, SEGMENT_WORDS(concepts->n_persons));
        if (!*slot)
            return false;
        concepts->n++;
    }
    bits_or((*slot)->words, (const uint8_t *)words, SEGMENT_WORDS(concepts->n_persons));
    return true;
}

static void concepts_free(struct concepts *concepts)
{
    for (size_t i = 0; i < concepts->room; i++) {
        if (!concepts->slots[i])
            continue;
        free(concepts->slots[i]->days);
        free(concepts->slots[i]->undated);
        value_rows_clear(&concepts->slots[i]->values);
        free(concepts->slots[i]);
    }
    free(concepts->slots);
}

/*
 * Adds a trace of its own form: nobody can say where in the hierarchy a code lies that the loaded
 * release lacks.
 */
static bool add_unplaced(struct concepts *concepts, const struct concept_row *key,
                         const char *system, const uint64_t *words)
{
    char code[EVENT_CODE_BYTES_MAX + 1];
    struct concept_row trace = {
        .system = EVENT_TRACE_SYSTEM, .code = code, .kind = key->kind, .form = key->form};

    snprintf(code, sizeof(code), EVENT_TRACE_UNPLACED "%s", system);
    return add_persons(concepts, &trace, words);
}

/* Adds the concept itself, and all its ancestors as closed rows. */
static bool add_concept(struct segment_writer *writer, struct concepts *concepts,
                        struct concept_row *key, const uint64_t *words)
{
    /* a refused event is found under the system it would have had */
    const char *system = key->system + (key->system[0] == EVENT_TRACE_SYSTEM[0]);
    const struct term_graph *graph = closure_find(writer->input->closure, system);
    uint32_t term = graph ? term_graph_find(graph, key->code) : TERM_NONE;
    const uint32_t *ancestors;
    size_t n;

    if (term == TERM_NONE)
        return add_persons(concepts, key, words) &&
               (!graph || add_unplaced(concepts, key, system, words));
    key->code = term_graph_code(graph, term);
    if (!add_persons(concepts, key, words) ||
        (!term_graph_placed(graph, term) && !add_unplaced(concepts, key, system, words)))
        return false;
    if (key->form == CONCEPT_EXCLUDED)
        return true;
    ancestors = term_graph_ancestors(graph, term, &n);
    key->form = CONCEPT_CLOSED;
    for (size_t i = 0; i < n; i++) {
        key->code = term_graph_code(graph, ancestors[i]);
        if (!add_persons(concepts, key, words))
            return false;
    }
    return true;
}

/* The days of a group of events, beside the persons who have them. */
static bool add_days(const struct concepts *concepts, const struct concept_row *key,
                     const struct event_row *rows, size_t n)
{
    struct concept_row *row = *slot_of(concepts, key);
    size_t before = row->n_days;
    struct day_row *grown = realloc(row->days, (before + n) * sizeof(*grown));

    if (!grown)
        return false;
    row->days = grown;
    for (size_t i = 0; i < n; i++) {
        uint16_t person = rows[i].key & (SEGMENT_PERSONS_MAX - 1);

        if (rows[i].day != PERSON_NO_DATE) {
            row->days[row->n_days++] = (struct day_row){rows[i].day, person, false};
            continue;
        }
        if (!row->undated)
            row->undated = calloc(SEGMENT_WORDS(concepts->n_persons), sizeof(*row->undated));
        if (!row->undated)
            return false;
        bits_set(row->undated, person);
    }
    row->n_days = days_settle(row->days, row->n_days, before == 0);
    return true;
}

/* What they measured, before their days are added. */
static bool add_values(const struct concepts *concepts, const struct concept_row *key,
                       const struct event_row *rows, size_t n)
{
    struct concept_row *row = *slot_of(concepts, key);
    struct value_before before = {row->days, row->n_days, row->undated, concepts->n_persons};
    struct err err;

    return value_writer_add(concepts->values, rows, n, &before, &row->values, &err);
}

/* The code under which a recorded one is written. */
static const char *current_code(const struct segment_writer *writer, const char *system,
                                const char *code)
{
    const struct term_graph *graph = closure_find(writer->input->closure, system);
    uint32_t term = graph ? term_graph_find(graph, code) : TERM_NONE;

    return term == TERM_NONE ? code : term_graph_code(graph, term);
}

/* After sorting, events of one concept, kind and polarity are neighbours. */
static bool add_group(struct segment_writer *writer, sqlite3_stmt *name, struct concepts *concepts,
                      const struct event_row *rows, size_t n)
{
    uint64_t first = rows[0].key;
    uint64_t words[SEGMENT_WORDS_MAX] = {0};
    struct concept_row key = {.kind = event_kind_of(first),
                              .form = first & EVENT_EXCLUDED ? CONCEPT_EXCLUDED : CONCEPT_EXACT};
    struct concept_row exact;
    char doubted[EVENT_SYSTEM_BYTES_MAX + 2];
    bool ok;

    for (size_t i = 0; i < n; i++)
        bits_set(words, rows[i].key & (SEGMENT_PERSONS_MAX - 1));
    sqlite3_bind_int64(name, 1, event_concept_of(first));
    ok = sqlite3_step(name) == SQLITE_ROW;
    if (ok) {
        key.system = (const char *)sqlite3_column_text(name, 0);
        key.code = (const char *)sqlite3_column_text(name, 1);
        writer->events += key.system && key.system[0] != EVENT_TRACE_SYSTEM[0] ? n : 0;
        if (key.system && first & EVENT_DOUBTED) {
            (void)snprintf(doubted, sizeof(doubted), EVENT_TRACE_SYSTEM "%s", key.system);
            key.system = doubted;
        }
        exact = key;
        ok = key.system && key.code && add_concept(writer, concepts, &key, words);
        if (ok && exact.form == CONCEPT_EXACT && exact.system[0] != EVENT_TRACE_SYSTEM[0]) {
            exact.code = current_code(writer, exact.system, exact.code);
            ok = add_values(concepts, &exact, rows, n) && add_days(concepts, &exact, rows, n);
        }
    }
    sqlite3_reset(name);
    return ok;
}

static bool close_concepts(struct segment_writer *writer, struct event_rows *events,
                           struct concepts *concepts, struct err *err)
{
    size_t n;
    const struct event_row *rows = event_rows_sorted(events, &n);
    sqlite3_stmt *name = NULL;
    bool ok =
        sql_prepare(writer->from, "SELECT system, code FROM concept WHERE id = ?1", &name, err);

    for (size_t from = 0, to; ok && from < n; from = to) {
        for (to = from;
             to < n && rows[to].key >> EVENT_BITS_PERSON == rows[from].key >> EVENT_BITS_PERSON;)
            to++;
        if (!add_group(writer, name, concepts, rows + from, to - from))
            ok = err_set(err, ERR_INTERNAL, "no memory for concepts, or one is missing");
    }
    sqlite3_finalize(name);
    return ok;
}

/* A closed row that is equal to the exact row before it is left out. */
static bool is_repeat(const struct concept_row *row, const struct concept_row *before,
                      size_t n_words)
{
    return row->form == CONCEPT_CLOSED && before && before->form == CONCEPT_EXACT &&
           before->kind == row->kind && strcmp(before->code, row->code) == 0 &&
           strcmp(before->system, row->system) == 0 &&
           memcmp(before->words, row->words, n_words * 8) == 0;
}

/* Events of which none has a day need no rows: who has the code is who has it without a day. */
static bool bind_days(sqlite3_stmt *stmt, const struct concept_row *row, uint32_t n_persons,
                      struct bytes *text, struct err *err)
{
    if (!row->n_days)
        return true;
    days_pack(row->days, row->n_days, text);
    if (text->failed)
        return err_memory(err);
    sqlite3_bind_blob64(stmt, 6, text->data, text->size, SQLITE_STATIC);
    return !row->undated || segment_writer_bind(stmt, 7, row->undated, n_persons, err);
}

static bool write_row(sqlite3_stmt *stmt, struct concept_row *row, uint32_t n_persons,
                      struct err *err)
{
    struct bytes days = {0}, values = {0};
    bool ok;

    sqlite3_clear_bindings(stmt);
    sqlite3_bind_text(stmt, 1, row->system, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, row->code, -1, SQLITE_STATIC);
    sqlite3_bind_int(stmt, 3, (int)row->kind);
    sqlite3_bind_int(stmt, 4, (int)row->form);
    ok = segment_writer_bind(stmt, 5, row->words, n_persons, err) &&
         bind_days(stmt, row, n_persons, &days, err) &&
         value_writer_bind(stmt, 8, &row->values, &values, err) && sql_done(stmt, err);
    bytes_clear(&days);
    bytes_clear(&values);
    return ok;
}

static bool write_concepts(struct segment_writer *writer, struct concepts *concepts,
                           struct err *err)
{
    struct concept_row **sorted = malloc((concepts->n + 1) * sizeof(struct concept_row *));
    sqlite3_stmt *stmt = NULL;
    size_t n = 0;
    bool ok;

    if (!sorted)
        return err_memory(err);
    for (size_t i = 0; i < concepts->room; i++)
        if (concepts->slots[i])
            sorted[n++] = concepts->slots[i];
    if (n)
        qsort(sorted, n, sizeof(struct concept_row *), by_key);
    ok = sql_prepare(writer->to,
                     "INSERT INTO concept (system, code, kind, form, data, days, undated, measured)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                     &stmt, err);
    for (size_t i = 0; ok && i < n; i++)
        ok = is_repeat(sorted[i], i ? sorted[i - 1] : NULL, SEGMENT_WORDS(writer->n_persons)) ||
             write_row(stmt, sorted[i], writer->n_persons, err);
    sqlite3_finalize(stmt);
    free(sorted);
    return ok;
}

bool segment_writer_people(struct segment_writer *writer, struct err *err)
{
    assert(writer);
    struct facts_writer *facts = NULL;
    struct event_rows *events = NULL;
    struct concepts concepts = {.n_persons = writer->n_persons};
    bool ok = facts_writer_new(writer->n_persons, &facts, err);

    ok = ok && event_rows_new(writer->from, writer->input->closure, &events, err) &&
         value_writer_new(writer->from, events, &concepts.values, err) &&
         read_persons(writer, facts, events, err) && facts_writer_columns(facts, writer, err) &&
         close_concepts(writer, events, &concepts, err) && write_concepts(writer, &concepts, err);
    facts_writer_free(facts);
    event_rows_free(events);
    value_writer_free(concepts.values);
    concepts_free(&concepts);
    return ok;
}
