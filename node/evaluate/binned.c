/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/binned.h"

#include <assert.h>

#include "node/evaluate/first_event.h"
#include "node/evaluate/last_contact.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"

#define BINNED_ARENA_BYTES (64u << 20)

/* What is asked for, prepared. */
struct binned {
    const struct asked_of *of;
    const struct bins *bins;
    struct arena *arena;
    struct first_event *from;  /* NULL: an age */
    struct first_event *to;    /* NULL: an age or a month */
    struct last_contact *last; /* NULL: no curve */
    struct ast_node among_node;
    struct ast among_ast;
    struct criterion *among; /* NULL: everybody */
    struct kleene who;       /* of the segment in hand */
};

/* Of one person. */
struct number {
    enum first_event_said said; /* FIRST_EVENT_NONE: in no cell, or censored */
    uint32_t class;
    bool censored;
};

static bool prepare(struct binned *b, const struct ast *ast, const struct shape *shape,
                    struct err *err)
{
    uint32_t n_events = bins_events(shape->bins->unit), at = 0;
    struct first_event **events[] = {&b->from, &b->to};

    b->among_ast = *ast;
    if (shape->n_roles == 0)
        return criterion_new(b->of, &b->among_ast, &b->among, err);
    for (uint32_t i = 0; i < n_events; i++, at++) {
        struct ast_node node = shape_step_node(ast->root, at, 1);

        if (!first_event_new(b->of->snapshot, &node, b->arena, events[i], err))
            return false;
    }
    if (shape->measure.kind == MEASURE_SURVIVAL &&
        !last_contact_new(b->of->snapshot, b->arena, &b->last, err))
        return false;
    if (shape->n_roles == n_events)
        return true;
    b->among_node = shape_step_node(ast->root, at, shape->roles[n_events].operands);
    b->among_ast.root = &b->among_node;
    return criterion_new(b->of, &b->among_ast, &b->among, err);
}

static bool run(struct binned *b, size_t i, struct segment *segment, struct err *err)
{
    kleene_all(&b->who, population_of(b->of->population, i));
    if (b->among && !criterion_run(b->among, i, &b->who, err))
        return false;
    return (!b->from || first_event_run(b->from, segment, b->of->limits, err)) &&
           (!b->to || first_event_run(b->to, segment, b->of->limits, err)) &&
           (!b->last || last_contact_run(b->last, segment, b->of->limits, err)) &&
           limits_rows(b->of->limits, segment_persons(segment)->n, err);
}

static struct number age_of(const struct binned *b, const struct segment_persons *persons,
                            uint32_t person)
{
    struct number number = {FIRST_EVENT_AT, bins_unknown(b->bins), false};
    uint32_t least = bins_class(b->bins, persons->age[person]);

    if (persons->age[person] >= 0 && least == bins_class(b->bins, persons->age_most[person]))
        number.class = least;
    return number;
}

/* Between two numbers: their class, where it is the same. */
static struct number number_between(const struct binned *b, int32_t least, int32_t most)
{
    struct number number = {FIRST_EVENT_AT, bins_class(b->bins, least), false};

    if (number.class != bins_class(b->bins, most))
        number = (struct number){FIRST_EVENT_CANNOT_TELL, bins_unknown(b->bins), false};
    return number;
}

/* From the first event on a day to the next one. */
static struct number days_of(const struct binned *b, uint32_t person, int32_t from)
{
    struct first_event_days to;
    enum first_event_said said = first_event_of(b->to, person, from, &to);

    if (said == FIRST_EVENT_AT)
        return number_between(b, to.least - from, to.most - from);
    if (said == FIRST_EVENT_NONE && b->last)
        return (struct number){
            said, bins_class(b->bins, last_contact_of(b->last, person, from) - from), true};
    return (struct number){said, bins_unknown(b->bins), false};
}

static struct number number_of(const struct binned *b, const struct segment_persons *persons,
                               uint32_t person)
{
    struct number number = {FIRST_EVENT_NONE, bins_unknown(b->bins), false};
    struct first_event_days from, any;

    if (!b->from)
        return age_of(b, persons, person);
    number.said = first_event_of(b->from, person, INT32_MIN, &from);
    if (number.said == FIRST_EVENT_AT && !b->to)
        return number_between(b, from.least == INT32_MIN ? INT32_MIN : bins_month(from.least),
                              bins_month(from.most));
    if (number.said == FIRST_EVENT_AT && from.least == from.most)
        return days_of(b, person, from.least);
    if (b->to && number.said != FIRST_EVENT_NONE)
        number.said = !b->last && first_event_of(b->to, person, INT32_MIN, &any) == FIRST_EVENT_NONE
                          ? FIRST_EVENT_NONE
                          : FIRST_EVENT_CANNOT_TELL;
    return number;
}

/* The first cell has whose number is in the class, the second of whom it cannot be told. */
static void put(const struct number *number, bool yes, bool may, struct breakdown_person *is)
{
    is->part = number->class;
    is->matched = yes & (number->said == FIRST_EVENT_AT);
    is->cannot_tell = may & (number->said != FIRST_EVENT_NONE) & !is->matched;
}

/* Of a curve: the cells of survival_cell. */
static void put_on_curve(const struct binned *b, const struct number *number, bool yes, bool may,
                         struct breakdown_person *is)
{
    bool is_event = yes & (number->said == FIRST_EVENT_AT), is_censored = yes & number->censored;
    bool untold =
        may & !is_event & !is_censored & ((number->said != FIRST_EVENT_NONE) | number->censored);

    is->part = untold ? bins_unknown(b->bins) : number->class;
    is->matched = is_event | untold;
    is->cannot_tell = is_censored;
}

static void walk_segment(const struct binned *b, size_t segment,
                         const struct segment_persons *persons, breakdown_visitor *visitor,
                         void *visitor_of)
{
    for (uint32_t p = 0; p < persons->n; p++) {
        struct breakdown_person is = {.segment = segment, .person = p};
        struct number number = number_of(b, persons, p);
        bool yes = set_has(&b->who.yes, p), may = yes | set_has(&b->who.cannot_tell, p);

        if (b->last)
            put_on_curve(b, &number, yes, may, &is);
        else
            put(&number, yes, may, &is);
        visitor(visitor_of, &is);
    }
}

bool binned_walk(const struct asked_of *of, const struct ast *ast, const struct shape *shape,
                 breakdown_visitor *visitor, void *visitor_of, struct err *err)
{
    assert(of && ast && ast->root && shape && shape->bins && visitor);
    struct binned b = {.of = of, .bins = shape->bins, .arena = arena_new(BINNED_ARENA_BYTES)};
    bool ok = b.arena ? prepare(&b, ast, shape, err) : err_memory(err);

    for (size_t i = 0; ok && i < population_segments(of->population); i++) {
        struct segment *segment = snapshot_segment(of->snapshot, i);

        ok = run(&b, i, segment, err);
        if (ok)
            walk_segment(&b, i, segment_persons(segment), visitor, visitor_of);
    }
    criterion_free(b.among);
    first_event_clear(b.from);
    first_event_clear(b.to);
    last_contact_clear(b.last);
    arena_free(b.arena);
    return ok;
}
