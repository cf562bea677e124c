/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each event of the question becomes a list of days a person; then the order of the lists is looked
 * at. All rows of the codes asked for are read and all persons of the segment visited, so that the
 * work follows from the question and from how much the segment has of these codes, and not from who
 * meets a test.
 *
 * Where a variant is one of the events, the order is looked at three times: of what was found; of
 * what was found or was looked for and not found, which says who was tested where it would count;
 * and as if whoever there is might have it on any day, which says for whom that matters.
 */
#include "node/evaluate/event_criterion.h"

#include <assert.h>
#include <stdlib.h>

#include "node/evaluate/code_lookup.h"
#include "node/evaluate/dated_variant.h"
#include "node/evaluate/event_order.h"
#include "node/snapshot/ages.h"
#include "node/snapshot/snapshot.h"
#include "node/store/person.h"
#include "proto/base/arena.h"
#include "proto/base/number.h"

/*
 * One event: tests of codes, of which one must hold, or a variant; and of its time, which all must
 * hold.
 */
struct event_test {
    struct dated_variant *variant; /* NULL: codes */
    struct code_lookup **codes;
    uint32_t n_codes;
    const struct ast_node **times;
    uint32_t n_times;
};

struct event_criterion {
    const struct ast_node *node;
    struct event_test *tests;
    struct event_list **lists;
    struct event_list **judged; /* of codes the same; of a variant also where it was not found */
    bool has_variant;
    struct event_gap *gaps;
    uint32_t n;
    struct days days; /* of the test in hand */
};

bool event_criterion_is(const struct ast_node *node)
{
    assert(node);
    return node->kind == AST_EVENT || node->kind == AST_RELATION || node->kind == AST_SEQUENCE ||
           node->kind == AST_TIMES;
}

/*** preparing ***/

/* The parts of what stands inside event( ): node itself, or those of an `and`. */
static uint32_t n_parts(const struct ast_node *node)
{
    return node->kind == AST_AND ? node->n_children : 1;
}

static const struct ast_node *part(const struct ast_node *node, uint32_t i)
{
    return node->kind == AST_AND ? node->children[i] : node;
}

static bool is_time(const struct ast_node *node)
{
    return node->kind == AST_TEST && (node->field == FIELD_DATE || node->field == FIELD_AGE);
}

static bool add_codes(struct snapshot *snapshot, const struct ast_node *node, struct arena *arena,
                      struct event_test *test, struct err *err)
{
    uint32_t n = node->kind == AST_OR ? node->n_children : 1;

    test->codes = arena_array(arena, n, sizeof(struct code_lookup *));
    if (!test->codes)
        return err_memory(err);
    for (; test->n_codes < n; test->n_codes++)
        if (!code_lookup_new(snapshot, node->kind == AST_OR ? node->children[test->n_codes] : node,
                             arena, &test->codes[test->n_codes], err))
            return false;
    return true;
}

static bool add_what(struct snapshot *snapshot, const struct ast_node *node, struct arena *arena,
                     struct event_test *test, struct err *err)
{
    if (node->kind == AST_VARIANT)
        return dated_variant_new(snapshot, node, arena, &test->variant, err);
    return add_codes(snapshot, node, arena, test, err);
}

static bool test_new(struct snapshot *snapshot, const struct ast_node *event, struct arena *arena,
                     struct event_test *test, struct err *err)
{
    const struct ast_node *inside = event->children[0];

    test->times = arena_array(arena, n_parts(inside), sizeof(const struct ast_node *));
    if (!test->times)
        return err_memory(err);
    for (uint32_t i = 0; i < n_parts(inside); i++) {
        if (is_time(part(inside, i)))
            test->times[test->n_times++] = part(inside, i);
        else if (!add_what(snapshot, part(inside, i), arena, test, err))
            return false;
    }
    return true;
}

/* Event number i of the question. */
static bool add_event(struct event_criterion *criterion, struct snapshot *snapshot,
                      const struct ast_node *event, struct arena *arena, struct err *err)
{
    uint32_t i = criterion->n;
    struct event_list *judged;

    criterion->lists[i] = judged = arena_alloc(arena, sizeof(struct event_list));
    if (!criterion->lists[i])
        return err_memory(err);
    criterion->judged[i] = criterion->lists[i];
    criterion->n++;
    if (!test_new(snapshot, event, arena, &criterion->tests[i], err))
        return false;
    criterion->gaps[i].gap = event->gap;
    if (!criterion->tests[i].variant)
        return true;
    criterion->has_variant = true;
    judged = arena_alloc(arena, sizeof(*judged));
    if (!judged)
        return err_memory(err);
    criterion->judged[i] = judged;
    return true;
}

bool event_criterion_new(struct snapshot *snapshot, const struct ast_node *node,
                         struct arena *arena, struct event_criterion **out, struct err *err)
{
    assert(event_criterion_is(node) && out);
    struct event_criterion *criterion = arena_alloc(arena, sizeof(*criterion));
    uint32_t n = node->kind == AST_EVENT ? 1 : node->n_children;

    if (!criterion)
        return err_memory(err);
    criterion->node = node;
    criterion->tests = arena_array(arena, n, sizeof(*criterion->tests));
    criterion->lists = arena_array(arena, n, sizeof(struct event_list *));
    criterion->gaps = arena_array(arena, n, sizeof(*criterion->gaps));
    criterion->judged = arena_array(arena, n, sizeof(struct event_list *));
    if (!criterion->tests || !criterion->lists || !criterion->judged || !criterion->gaps)
        return err_memory(err);
    while (criterion->n < n)
        if (!add_event(criterion, snapshot,
                       node->kind == AST_EVENT ? node : node->children[criterion->n], arena, err))
            return false;
    *out = criterion;
    return true;
}

void event_criterion_clear(struct event_criterion *criterion)
{
    assert(criterion);
    for (uint32_t i = 0; i < criterion->n; i++) {
        event_list_clear(criterion->lists[i]);
        event_list_clear(criterion->judged[i]);
        dated_variant_clear(criterion->tests[i].variant);
    }
    days_clear(&criterion->days);
}

/*** one event ***/

/* Of an event: is it one that is asked for? */
enum time_fit { TIME_OUT, TIME_MAY_BE, TIME_IN };

static enum time_fit date_fit(const struct ast_node *test, int32_t day)
{
    return day * NUMBER_NANO >= test->low_nano && day * NUMBER_NANO <= test->high_nano ? TIME_IN
                                                                                       : TIME_OUT;
}

static int64_t in_unit(const struct age *age, enum ast_time time)
{
    return time == TIME_YEARS ? age->years : time == TIME_MONTHS ? age->months : age->days;
}

static enum time_fit age_fit(const struct ast_node *test, const struct ages *ages)
{
    int64_t least = in_unit(&ages->least, test->time) * NUMBER_NANO;
    int64_t most = in_unit(&ages->most, test->time) * NUMBER_NANO;

    if (least < 0)
        return TIME_MAY_BE;
    if (least > test->high_nano || most < test->low_nano)
        return TIME_OUT;
    return least >= test->low_nano && most <= test->high_nano ? TIME_IN : TIME_MAY_BE;
}

static enum time_fit fit_of(const struct event_test *test, const struct segment_persons *persons,
                            const struct day_row *row)
{
    if (!test->n_times)
        return TIME_IN;

    struct birth birth = {persons->birth_date[row->person], persons->birth_year[row->person],
                          PERSON_NO_AGE, 0, PERSON_NO_DATE};
    enum time_fit fit = TIME_IN;

    for (uint32_t i = 0; i < test->n_times; i++) {
        enum time_fit one = TIME_IN;

        if (test->times[i]->field == FIELD_DATE) {
            one = date_fit(test->times[i], row->day);
        } else {
            struct ages ages = ages_of(&birth, row->day);

            one = age_fit(test->times[i], &ages);
        }
        fit = one < fit ? one : fit;
    }
    return fit;
}

/* The days of samples are collected here. */
struct sample_rows {
    const struct event_test *test;
    const struct segment_persons *persons;
    struct event_list *found;
    struct event_list *judged;
};

static bool take_sample(void *owner, uint32_t person, int32_t day, enum dated_said said,
                        struct err *err)
{
    struct sample_rows *rows = owner;
    struct day_row row = {day, (uint16_t)person, false};
    enum time_fit fit = fit_of(rows->test, rows->persons, &row);
    struct event_at at = {day, (uint16_t)person, fit == TIME_IN && said == DATED_FOUND, 0};

    if (fit == TIME_OUT)
        return true;
    if (said != DATED_ABSENT && !event_list_add(rows->found, at, err))
        return false;
    at.sure = true;
    return fit != TIME_IN || said == DATED_MAY_BE || event_list_add(rows->judged, at, err);
}

static bool fill_variant(struct event_criterion *criterion, uint32_t i, struct segment *segment,
                         const struct asked_of *of, const struct set *within, struct err *err)
{
    const struct event_test *test = &criterion->tests[i];
    const struct segment_persons *persons = segment_persons(segment);
    struct sample_rows rows = {test, persons, criterion->lists[i], criterion->judged[i]};
    struct dated_taker to = {take_sample, &rows};

    rows.found->n = rows.judged->n = 0;
    set_clear(&rows.found->open);
    set_clear(&rows.judged->open);
    dated_variant_undated(segment, &rows.found->open);
    return dated_variant_run(test->variant, segment, of, within, &to, err) &&
           event_list_settle(rows.found, persons->n, err) &&
           event_list_settle(rows.judged, persons->n, err);
}

static bool fill(struct event_criterion *criterion, uint32_t i, struct segment *segment,
                 struct limits *limits, struct err *err)
{
    const struct segment_persons *persons = segment_persons(segment);
    const struct event_test *test = &criterion->tests[i];
    struct event_list *list = criterion->lists[i];

    list->n = 0;
    set_clear(&list->open);
    criterion->days.n = 0;
    for (uint32_t c = 0; c < test->n_codes; c++)
        if (!code_lookup_days(test->codes[c], segment, &criterion->days, &list->open, err))
            return false;
    if (!limits_rows(limits, persons->n, err))
        return false;
    for (size_t r = 0; r < criterion->days.n; r++) {
        const struct day_row *row = &criterion->days.rows[r];
        enum time_fit fit = fit_of(test, persons, row);

        if (fit != TIME_OUT &&
            !event_list_add(
                list, (struct event_at){row->day, row->person, fit == TIME_IN && !row->doubt, 0},
                err))
            return false;
    }
    return event_list_settle(list, persons->n, err);
}

/*** all of them ***/

static void run_relation(const struct event_criterion *criterion, struct event_list *const *lists,
                         uint32_t n_persons, struct kleene *out)
{
    const struct ast_node *node = criterion->node;
    struct event_list *forward[] = {lists[0], lists[1]};
    struct event_list *backward[] = {lists[1], lists[0]};
    struct event_gap gaps[2] = {{.gap = {.form = GAP_NONE}}, {node->gap, node->side == SIDE_OF}};

    if (node->side != SIDE_AFTER)
        event_order_chain(forward, gaps, 2, n_persons, out);
    if (node->side != SIDE_BEFORE)
        event_order_chain(backward, gaps, 2, n_persons, out);
}

static void run_order(const struct event_criterion *criterion, struct event_list *const *lists,
                      uint32_t n_persons, struct kleene *out)
{
    kleene_none(out);
    if (criterion->node->kind == AST_RELATION)
        run_relation(criterion, lists, n_persons, out);
    else if (criterion->node->kind == AST_TIMES)
        event_order_times(lists[0], criterion->node->at_least, &criterion->node->gap, n_persons,
                          out);
    else
        event_order_chain(lists, criterion->gaps, criterion->n, n_persons, out);
}

/* Who is no without having been tested where the variant would count cannot be told. */
static void doubt_untested(const struct event_criterion *criterion, const struct set *within,
                           uint32_t n_persons, struct kleene *out)
{
    struct kleene judged, any;

    run_order(criterion, criterion->judged, n_persons, &judged);
    for (uint32_t i = 0; i < criterion->n; i++)
        if (criterion->tests[i].variant)
            criterion->lists[i]->open = *within;
    run_order(criterion, criterion->lists, n_persons, &any);
    set_or(&any.cannot_tell, &any.yes);
    set_minus(&any.cannot_tell, &judged.yes);
    set_or(&out->cannot_tell, &any.cannot_tell);
    set_minus(&out->cannot_tell, &out->yes);
}

bool event_criterion_run(struct event_criterion *criterion, struct segment *segment,
                         const struct asked_of *of, const struct set *within, struct kleene *out,
                         struct err *err)
{
    assert(criterion && of && out && (within || !criterion->has_variant));
    uint32_t n_persons = segment_persons(segment)->n;

    for (uint32_t i = 0; i < criterion->n; i++)
        if (criterion->tests[i].variant ? !fill_variant(criterion, i, segment, of, within, err)
                                        : !fill(criterion, i, segment, of->limits, err))
            return false;
    run_order(criterion, criterion->lists, n_persons, out);
    if (criterion->has_variant)
        doubt_untested(criterion, within, n_persons, out);
    return true;
}

bool event_criterion_has_variant(const struct event_criterion *criterion)
{
    assert(criterion);
    return criterion->has_variant;
}

const struct event_list *event_criterion_list(const struct event_criterion *criterion)
{
    assert(criterion && criterion->node->kind == AST_EVENT);
    return criterion->lists[0];
}
