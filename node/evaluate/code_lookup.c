/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every coded value becomes one or more look-ups in the segment's concepts (OR-ed together), found
 * once for all segments, because they ask the term tables.
 */
#include "node/evaluate/code_lookup.h"

#include <assert.h>
#include <string.h>

#include "node/evaluate/silence.h"
#include "node/evaluate/value_fit.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/code_range.h"
#include "proto/query/code_system.h"

/* One look-up: a code in one form, or all codes with a prefix. */
struct lookup {
    bool by_prefix;
    enum concept_form form;
    const char *system;
    const char *refused; /* the system of events that were refused: ".icd10" */
    const char *code;
};

struct code_lookup {
    const struct ast_node *node;
    unsigned kind; /* of the events looked at; CONCEPT_ANY_KIND */
    struct lookup *lookups;
    size_t n_lookups;
    size_t room;
    struct silence *silence;
    bool incomplete;       /* others than those found cannot be told */
    struct value_fit *fit; /* OP_MEASURED and OP_ANSWERED; else NULL */
};

/* Does the one find all that the other would? */
static bool lookup_covers(const struct lookup *one, const struct lookup *other)
{
    return one->form == other->form && one->by_prefix == other->by_prefix &&
           strcmp(one->system, other->system) == 0 &&
           (one->by_prefix ? strncmp(other->code, one->code, strlen(one->code)) == 0
                           : strcmp(other->code, one->code) == 0);
}

/* No record is read twice for codes that lie under each other. */
static bool lookup_add(struct code_lookup *test, struct arena *arena, struct lookup lookup,
                       struct err *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < test->n_lookups; i++)
        if (lookup_covers(&test->lookups[i], &lookup))
            return true;
    for (size_t i = 0; i < test->n_lookups; i++)
        if (!lookup_covers(&lookup, &test->lookups[i]))
            test->lookups[kept++] = test->lookups[i];
    test->n_lookups = kept;
    if (test->n_lookups == test->room) {
        size_t room = test->room ? test->room * 2 : 8;
        struct lookup *more = arena_array(arena, room, sizeof(*more));

        if (!more)
            return err_memory(err);
        if (test->n_lookups)
            memcpy(more, test->lookups, test->n_lookups * sizeof(*more));
        test->lookups = more;
        test->room = room;
    }
    lookup.code = arena_strdup(arena, lookup.code);
    lookup.refused = arena_printf(arena, EVENT_TRACE_SYSTEM "%s", lookup.system);
    if (!lookup.code || !lookup.refused)
        return err_memory(err);
    test->lookups[test->n_lookups++] = lookup;
    return true;
}

/* What begins with the code lies under it. */
static bool spells_hierarchy(const char *system)
{
    return code_system_named(system)->hierarchy == HIERARCHY_SPELLED;
}

/* The hierarchy must be loaded before anybody can say what lies under a code. */
static bool needs_hierarchy(const char *system)
{
    return code_system_named(system)->hierarchy == HIERARCHY_TABLE;
}

/*
 * A code that the loaded release does not know: what it stands for here, nobody can say. Nor can
 * it without a release where codes are merged and replaced: it may be recorded under another.
 */
static void need_release(struct code_lookup *test, const struct snapshot *snapshot,
                         const struct ast_value *value, bool known)
{
    test->incomplete |= !known && (needs_hierarchy(value->system) ||
                                   snapshot_system_find(snapshot, value->system) != NULL);
}

/*
 * The code as given, and the one that replaced it where it is obsolete or an alternative: both were
 * written into records. *known: the loaded release has it.
 */
static bool add_exact(struct code_lookup *test, struct snapshot *snapshot,
                      const struct ast_value *value, struct arena *arena, bool *known,
                      struct err *err)
{
    const char *canonical = NULL;

    if (!snapshot_term(snapshot, value->system, value->code, known, &canonical, err))
        return false;
    need_release(test, snapshot, value, *known);
    if (*known && canonical && strcmp(canonical, value->code) != 0) {
        struct lookup now = {.form = CONCEPT_EXACT, .system = value->system, .code = canonical};

        if (!lookup_add(test, arena, now, err))
            return false;
    }
    return lookup_add(
        test, arena,
        (struct lookup){.form = CONCEPT_EXACT, .system = value->system, .code = value->code}, err);
}

/* Codes of a stretch are found by how they begin: no release says more. */
static bool add_stretch(struct code_lookup *test, const struct ast_value *value,
                        struct arena *arena, struct err *err)
{
    struct code_prefixes prefixes;
    struct code_range range;

    if (!code_range_read(value->text, strlen(value->text), &range))
        return err_set(err, ERR_INTERNAL, "a stretch of codes has not the form of one");
    code_range_prefixes(&range, &prefixes);
    for (size_t i = 0; i < prefixes.n; i++)
        if (!lookup_add(test, arena,
                        (struct lookup){.by_prefix = true,
                                        .form = CONCEPT_CLOSED,
                                        .system = value->system,
                                        .code = prefixes.at[i]},
                        err))
            return false;
    return true;
}

static bool add_under(struct code_lookup *test, struct snapshot *snapshot,
                      const struct ast_value *value, struct arena *arena, struct err *err)
{
    const struct snapshot_system *system = snapshot_system_find(snapshot, value->system);
    struct lookup lookup = {.form = CONCEPT_CLOSED, .system = value->system, .code = value->code};
    const char *canonical = NULL;
    bool known = false;

    if (!snapshot_term(snapshot, value->system, value->code, &known, &canonical, err))
        return false;
    if (spells_hierarchy(value->system)) {
        need_release(test, snapshot, value, known);
        lookup.by_prefix = true;
        return lookup_add(test, arena, lookup, err);
    }
    if (!needs_hierarchy(value->system) || !known || !system || !system->has_parents) {
        test->incomplete |= needs_hierarchy(value->system); /* else flat: under it lies itself */
        return add_exact(test, snapshot, value, arena, &known, err);
    }
    /* The closed form has what was recorded under the current code, not under one before it. */
    if (canonical && strcmp(canonical, value->code) != 0) {
        struct lookup older = {.form = CONCEPT_EXACT, .system = value->system, .code = value->code};

        if (!lookup_add(test, arena, older, err))
            return false;
        lookup.code = canonical;
    }
    return lookup_add(test, arena, lookup, err);
}

/* X is known to be absent when X or anything above it was recorded as absent. */
static bool add_excluded(struct code_lookup *test, struct snapshot *snapshot,
                         const struct ast_value *value, struct arena *arena, struct err *err)
{
    const struct snapshot_system *system = snapshot_system_find(snapshot, value->system);
    struct lookup lookup = {.form = CONCEPT_EXCLUDED, .system = value->system, .code = value->code};
    const char *codes = NULL;
    const char *canonical = NULL;
    bool known = false;
    size_t n = 0;

    if (!lookup_add(test, arena, lookup, err) ||
        !snapshot_term(snapshot, value->system, value->code, &known, &canonical, err))
        return false;
    if (!known || !system || !system->has_parents) {
        test->incomplete |= needs_hierarchy(value->system);
        return true;
    }
    if (!snapshot_ancestors(snapshot, value->system, value->code, &codes, &n, err))
        return false;
    for (; n > 0; n--, codes += strlen(codes) + 1) {
        lookup.code = codes;
        if (!lookup_add(test, arena, lookup, err))
            return false;
    }
    return true;
}

static bool add_codes(struct code_lookup *test, struct snapshot *snapshot, struct arena *arena,
                      struct err *err)
{
    const struct ast_node *node = test->node;
    bool known;

    for (uint32_t i = 0; i < node->n_values; i++) {
        const struct ast_value *value = &node->values[i];
        bool ok;

        if (value->kind == VALUE_WORD) /* a unit, an answer */
            continue;

        if (value->kind == VALUE_CODES)
            ok = add_stretch(test, value, arena, err);
        else if (node->op == OP_UNDER)
            ok = add_under(test, snapshot, value, arena, err);
        else if (node->op == OP_EXCLUDED)
            ok = add_excluded(test, snapshot, value, arena, err);
        else
            ok = add_exact(test, snapshot, value, arena, &known, err);
        if (!ok)
            return false;
    }
    return true;
}

/* The kind of the events that a test on codes looks at. */
static unsigned kind_of(enum ast_field field)
{
    switch (field) {
    case FIELD_DIAGNOSIS:
        return EVENT_DIAGNOSIS;
    case FIELD_PHENOTYPE:
        return EVENT_PHENOTYPE;
    case FIELD_TREATMENT:
        return EVENT_TREATMENT;
    case FIELD_PROCEDURE:
        return EVENT_PROCEDURE;
    case FIELD_OBSERVATION:
        return EVENT_OBSERVATION;
    case FIELD_LAB:
        return EVENT_LAB;
    case FIELD_SPECIMEN:
        return EVENT_SPECIMEN;
    case FIELD_REPORT:
        return EVENT_REPORT;
    case FIELD_DEATH:
        return EVENT_DEATH;
    case FIELD_PATHOGEN:
        return EVENT_PATHOGEN;
    case FIELD_CLASSIFICATION:
        return EVENT_CLASSIFICATION;
    default:
        return CONCEPT_ANY_KIND;
    }
}

/* Any code of any system; that there is none is said by nobody. */
static bool add_any(struct code_lookup *test, struct arena *arena, struct code_lookup **out,
                    struct err *err)
{
    test->incomplete = true;
    for (size_t i = 0; i < code_systems_n; i++)
        if (!lookup_add(test, arena,
                        (struct lookup){.by_prefix = true,
                                        .form = CONCEPT_EXACT,
                                        .system = code_systems[i].name,
                                        .code = ""},
                        err))
            return false;
    *out = test;
    return true;
}

bool code_lookup_new(struct snapshot *snapshot, const struct ast_node *node, struct arena *arena,
                     struct code_lookup **out, struct err *err)
{
    assert(node && out);
    struct code_lookup *test = arena_alloc(arena, sizeof(*test));
    bool valued = node->op == OP_MEASURED || node->op == OP_ANSWERED;

    if (!test)
        return err_memory(err);
    test->node = node;
    test->kind = kind_of(node->field);
    if (node->op == OP_EXISTS)
        return add_any(test, arena, out, err);
    if (!add_codes(test, snapshot, arena, err) ||
        !silence_new(snapshot, test->kind, node, arena, &test->silence, err) ||
        (valued && !value_fit_new(node, arena, &test->fit, err)))
        return false;
    *out = test;
    return true;
}

/* OR into words who has it: recorded, or refused. */
static bool look_up(const struct code_lookup *test, struct segment *segment, bool refused,
                    uint64_t *words, struct err *err)
{
    for (size_t i = 0; i < test->n_lookups; i++) {
        const struct lookup *lookup = &test->lookups[i];
        const char *system = refused ? lookup->refused : lookup->system;

        if (lookup->by_prefix
                ? !segment_concept_prefix(segment, test->kind, system, lookup->code, words, err)
                : !segment_concept(segment,
                                   (struct concept){test->kind, system, lookup->code, lookup->form},
                                   words, err))
            return false;
    }
    return true;
}

/* ORs into out who may have such an event beside those that are found. */
static bool add_untold(const struct code_lookup *test, struct segment *segment, struct set *out,
                       struct err *err)
{
    if (!test->incomplete)
        return silence_run(test->silence, segment, out, err) &&
               (!segment_has_traces(segment) || look_up(test, segment, true, out->words, err));
    set_first(out, segment_persons(segment)->n);
    return true;
}

static struct days_sought sought_of(const struct code_lookup *test, size_t i)
{
    const struct lookup *lookup = &test->lookups[i];
    bool above = lookup->form == CONCEPT_CLOSED;

    return (struct days_sought){.kind = test->kind,
                                .system = lookup->system,
                                .code = lookup->code,
                                .match = lookup->by_prefix ? DAYS_PREFIX
                                         : above           ? DAYS_UNDER
                                                           : DAYS_CODE};
}

/* Where what the events of one code measured goes. */
struct value_taking {
    const struct value_fit *fit;
    struct days *days; /* NULL: the days do not matter */
    struct set *yes;   /* NULL likewise */
    struct set *open;
};

static bool take_day(struct days *days, const struct value_row *row, enum value_fits fits,
                     struct err *err)
{
    if (!days_room(days, 1, err))
        return false;
    days->rows[days->n++] = (struct day_row){row->day, row->person, fits == VALUE_MAY_BE};
    return true;
}

/* An event without a day may be on any: who has one is open, whatever it measured that fits. */
static bool take_values(void *owner, const struct value_rows *values, struct err *err)
{
    const struct value_taking *to = owner;
    struct value_memo memo = {0};

    for (size_t i = 0; i < values->n; i++) {
        const struct value_row *row = &values->rows[i];
        enum value_fits fits = value_fit_row(to->fit, values, i, &memo);

        if (fits == VALUE_OUT)
            continue;
        if (!to->days)
            set_put(fits == VALUE_IN ? to->yes : to->open, row->person);
        else if (row->day == PERSON_NO_DATE)
            set_put(to->open, row->person);
        else if (!take_day(to->days, row, fits, err))
            return false;
    }
    return true;
}

static bool find_values(const struct code_lookup *test, struct segment *segment,
                        struct value_taking *taking, struct err *err)
{
    taking->fit = test->fit;
    for (size_t i = 0; i < test->n_lookups; i++) {
        struct days_sought sought = sought_of(test, i);

        if (!segment_values(segment, &sought, take_values, taking, err))
            return false;
    }
    return true;
}

bool code_lookup_days(const struct code_lookup *test, struct segment *segment, struct days *days,
                      struct set *open, struct err *err)
{
    assert(test && (test->silence || test->incomplete) && days && open);
    struct value_taking taking = {.days = days, .open = open};

    if (test->fit && !find_values(test, segment, &taking, err))
        return false;
    for (size_t i = 0; !test->fit && i < test->n_lookups; i++) {
        struct days_sought sought = sought_of(test, i);

        if (!segment_days(segment, &sought, days, open->words, err))
            return false;
    }
    return add_untold(test, segment, open, err);
}

bool code_lookup_run(const struct code_lookup *test, struct segment *segment, struct kleene *out,
                     struct err *err)
{
    assert(test && out);
    struct value_taking taking = {.yes = &out->yes, .open = &out->cannot_tell};
    bool ok = test->fit ? find_values(test, segment, &taking, err)
                        : look_up(test, segment, false, out->yes.words, err);

    if (!ok || !add_untold(test, segment, &out->cannot_tell, err))
        return false;
    set_minus(&out->cannot_tell, &out->yes);
    return true;
}
