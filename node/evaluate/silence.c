/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/silence.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"

#define CODE_BYTES (EVENT_SYSTEM_BYTES_MAX + 16)

/* One code system of the test. */
struct of_system {
    const char *system;
    bool delivered;
    char stated[CODE_BYTES];
    char lost[CODE_BYTES];
    char unplaced[CODE_BYTES];
};

struct silence {
    unsigned kind;
    enum ast_op op;
    struct of_system *systems;
    size_t n;
};

static bool has_system(const struct silence *silence, const char *system)
{
    for (size_t i = 0; i < silence->n; i++)
        if (strcmp(silence->systems[i].system, system) == 0)
            return true;
    return false;
}

bool silence_new(const struct snapshot *snapshot, unsigned kind, const struct ast_node *node,
                 struct arena *arena, struct silence **out, struct err *err)
{
    assert(node);
    struct silence *silence = arena_alloc(arena, sizeof(*silence));

    if (!silence)
        return err_memory(err);
    silence->kind = kind;
    silence->op = node->op;
    silence->n = 0;
    silence->systems = arena_array(arena, node->n_values, sizeof(*silence->systems));
    if (!silence->systems)
        return err_memory(err);
    for (uint32_t i = 0; i < node->n_values; i++) {
        const char *system = node->values[i].system;
        struct of_system *next = &silence->systems[silence->n];

        if (node->values[i].kind == VALUE_WORD || has_system(silence, system))
            continue; /* a word is a unit or an answer */
        next->system = system;
        next->delivered = snapshot_delivers(snapshot, kind, system);
        (void)snprintf(next->stated, sizeof(next->stated), EVENT_TRACE_STATED "%s", system);
        (void)snprintf(next->lost, sizeof(next->lost), EVENT_TRACE_LOST_IN "%s", system);
        (void)snprintf(next->unplaced, sizeof(next->unplaced), EVENT_TRACE_UNPLACED "%s", system);
        silence->n++;
    }
    *out = silence;
    return true;
}

static bool trace(const struct silence *silence, struct segment *segment, const char *code,
                  struct set *out, struct err *err)
{
    return !segment_has_traces(segment) ||
           segment_concept(segment,
                           (struct concept){silence->kind, EVENT_TRACE_SYSTEM, code, CONCEPT_EXACT},
                           out->words, err);
}

/*
 * Finds the persons with a code that the release lacks and that may lie below the code asked for,
 * or above it when the question is about absence.
 */
static bool unplaced(const struct silence *silence, struct segment *segment,
                     const struct of_system *of, struct set *out, struct err *err)
{
    enum concept_form form = silence->op == OP_EXCLUDED ? CONCEPT_EXCLUDED : CONCEPT_EXACT;

    return (silence->op != OP_UNDER && silence->op != OP_EXCLUDED) ||
           !segment_has_traces(segment) ||
           segment_concept(segment,
                           (struct concept){silence->kind, EVENT_TRACE_SYSTEM, of->unplaced, form},
                           out->words, err);
}

bool silence_run(const struct silence *silence, struct segment *segment, struct set *out,
                 struct err *err)
{
    assert(silence);
    for (size_t i = 0; i < silence->n; i++) {
        const struct of_system *of = &silence->systems[i];

        if (!of->delivered) {
            struct set stated = {0}, everybody;

            if (!trace(silence, segment, of->stated, &stated, err))
                return false;
            set_first(&everybody, segment_persons(segment)->n);
            set_minus(&everybody, &stated);
            set_or(out, &everybody);
        }
        if (!trace(silence, segment, of->lost, out, err) ||
            !trace(silence, segment, EVENT_TRACE_LOST, out, err) ||
            !unplaced(silence, segment, of, out, err))
            return false;
    }
    return true;
}
