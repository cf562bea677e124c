/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of the naive model: events in time. Every way of choosing events is tried, one after the other.
 * Of an event of which nothing is known, only the days between which it must lie are carried on.
 */
#include <string.h>

#include "proto/base/date.h"
#include "proto/base/number.h"
#include "proto/query/ast.h"
#include "tests/unit/evaluate/naive.h"

/* A record with a day that meets the tests of codes of one event. */
struct record {
    int32_t day;
    enum value time; /* its date and age */
};

struct records {
    struct record at[64];
    int n;
    bool open; /* there may be more */
};

/* Whole units from a day to another, counted one at a time. */
static int64_t units_between(int32_t from, int32_t to, enum ast_time time)
{
    int y, m, d, ty, tm, td;
    int64_t months;

    if (time == TIME_DAYS)
        return to - from;
    date_to_civil(from, &y, &m, &d);
    date_to_civil(to, &ty, &tm, &td);
    months = 12 * (ty - y) + tm - m - (td < d);
    return time == TIME_MONTHS ? months : months / 12;
}

static enum value age_then(const struct world_person *p, const struct ast_node *test, int32_t day)
{
    bool all = true, any = false;
    int32_t birth = date_from_civil(p->birth_year, 1, 1);
    int32_t last = date_from_civil(p->birth_year, 12, 31);

    if (!p->birth_year || birth > day)
        return CANNOT_TELL;
    for (; birth <= last && birth <= day; birth++) {
        int64_t nano = units_between(birth, day, test->time) * NUMBER_NANO;
        bool in = nano >= test->low_nano && nano <= test->high_nano;

        all &= in;
        any |= in;
    }
    return all ? YES : any ? CANNOT_TELL : NO;
}

static enum value time_of(const struct world_person *p, const struct ast_node *inside, int32_t day)
{
    enum value value = YES;

    for (uint32_t i = 0; inside->kind == AST_AND && i < inside->n_children; i++) {
        const struct ast_node *test = inside->children[i];
        enum value one = YES;

        if (test->kind == AST_TEST && test->field == FIELD_DATE)
            one = day * NUMBER_NANO >= test->low_nano && day * NUMBER_NANO <= test->high_nano ? YES
                                                                                              : NO;
        if (test->kind == AST_TEST && test->field == FIELD_AGE)
            one = age_then(p, test, day);
        value = one < value ? one : value;
    }
    return value;
}

static void take(const struct world_person *p, const struct ast_node *inside, const int32_t days[2],
                 struct records *records)
{
    records->open |= !days[0];
    for (int i = 0; i < 2; i++)
        if (days[i])
            records->at[records->n++] = (struct record){days[i], time_of(p, inside, days[i])};
}

/* Of one test of codes. */
static void take_test(const struct world *world, const struct world_person *p,
                      const struct ast_node *inside, const struct ast_node *test,
                      struct records *records)
{
    for (int c = 0; c < 4; c++)
        if (p->icd >> c & 1 && naive_record(test, EVENT_DIAGNOSIS, "icd10", world_icd[c]))
            take(p, inside, p->icd_days[c], records);
    for (int c = 0; c < 3; c++)
        if (p->atc >> c & 1 && naive_record(test, EVENT_TREATMENT, "atc", world_atc[c]))
            take(p, inside, p->atc_days[c], records);
    records->open |= naive_may_have_more(world, p, test);
}

/* The variant( ) of an event; NULL: it is of codes. */
static const struct ast_node *variant_of(const struct ast_node *event)
{
    const struct ast_node *inside = event->children[0];

    if (inside->kind == AST_VARIANT)
        return inside;
    for (uint32_t i = 0; inside->kind == AST_AND && i < inside->n_children; i++)
        if (inside->children[i]->kind == AST_VARIANT)
            return inside->children[i];
    return NULL;
}

/*
 * The days of the person's samples of tumours. Where it was found, or may have been; or (judged)
 * where it was certainly found or certainly not.
 */
static struct records samples_of(const struct world *world, size_t person,
                                 const struct ast_node *event, bool judged)
{
    static struct world view;
    struct records records = {.n = 0};

    for (size_t f = 0; f < world->n_files; f++) {
        const struct world_file *file = &world->files[f];
        int32_t day = world_taken(file, person);
        enum value value, time;

        if (!file->somatic || !file->has_person[person])
            continue;
        if (day == PERSON_NO_DATE) {
            records.open |= !judged;
            continue;
        }
        world_view_day(world, person, day, &view);
        value = naive_variant(&view, person, variant_of(event)->children[0]);
        time = time_of(&world->persons[person], event->children[0], day);
        if (judged && value != CANNOT_TELL && time == YES)
            records.at[records.n++] = (struct record){day, YES};
        else if (!judged && value != NO)
            records.at[records.n++] = (struct record){day, value < time ? value : time};
    }
    return records;
}

static struct records records_of(const struct world *world, const struct world_person *p,
                                 const struct ast_node *event)
{
    const struct ast_node *inside = event->children[0], *codes = inside;
    struct records records = {.n = 0};

    for (uint32_t i = 0; inside->kind == AST_AND && i < inside->n_children; i++)
        if (inside->children[i]->field != FIELD_DATE && inside->children[i]->field != FIELD_AGE)
            codes = inside->children[i];
        else if (inside->children[i]->kind == AST_OR)
            codes = inside->children[i];
    if (codes->kind == AST_OR)
        for (uint32_t i = 0; i < codes->n_children; i++)
            take_test(world, p, inside, codes->children[i], &records);
    else
        take_test(world, p, inside, codes, &records);
    return records;
}

/* Is `day` as far behind `from` as the gap says? */
static bool is_behind(int32_t from, int32_t day, const struct ast_gap *gap, bool same_day)
{
    int64_t apart = units_between(from, day, gap->time);
    bool on_last = day > from && units_between(from, day - 1, gap->time) < apart;

    switch (gap->form) {
    case GAP_NONE:
        return day > from || (same_day && day == from);
    case GAP_WITHIN:
        return (day > from || (same_day && day == from)) &&
               (apart < (int64_t)gap->last || (apart == (int64_t)gap->last && on_last));
    case GAP_LEAST:
        return day >= from && apart >= (int64_t)gap->first;
    case GAP_BETWEEN:
        return day >= from && apart >= (int64_t)gap->first &&
               (apart < (int64_t)gap->last ||
                (apart == (int64_t)gap->last && (on_last || day == from)));
    }
    return false;
}

#define FAR 4000

/* The first and the last day that lie behind one of first..last; any day where that is any. */
static void behind(int32_t *first, int32_t *last, const struct ast_gap *gap, bool same_day)
{
    int32_t to = *last;

    if (*first != INT32_MIN) {
        int32_t day = *first;

        while (!is_behind(*first, day, gap, same_day))
            day++;
        *first = day;
    }
    if (*last == INT32_MAX)
        return;
    for (int32_t day = *last; day < *last + FAR; day++)
        if (is_behind(*last, day, gap, same_day))
            to = day;
    *last = gap->form == GAP_NONE || gap->form == GAP_LEAST ? INT32_MAX : to;
}

struct steps {
    const struct records *at;
    const struct ast_gap *gaps; /* gaps[i] is between i - 1 and i */
    uint32_t n;
    bool same_day;
};

/* From step i on, the events before it being over with one on first..last. */
static enum value chain(const struct steps *steps, uint32_t i, int32_t first, int32_t last)
{
    enum value value = NO;

    if (i == steps->n)
        return YES;
    if (i > 0)
        behind(&first, &last, &steps->gaps[i], steps->same_day);
    for (int r = 0; r < steps->at[i].n; r++) {
        const struct record *record = &steps->at[i].at[r];
        enum value rest;

        if (record->day < first || record->day > last)
            continue;
        rest = chain(steps, i + 1, record->day, record->day);
        rest = rest < record->time ? rest : record->time;
        value = rest > value ? rest : value;
    }
    if (value == NO && steps->at[i].open && chain(steps, i + 1, first, last) != NO)
        return CANNOT_TELL;
    return value;
}

static enum value relation(const struct records *first, const struct records *second,
                           const struct ast_node *node)
{
    struct records steps[2] = {*first, *second};
    struct ast_gap gaps[2] = {{.form = GAP_NONE}, node->gap};
    struct steps both = {steps, gaps, 2, node->side == SIDE_OF};

    return chain(&both, 0, INT32_MIN, INT32_MAX);
}

/* How many different days from `from` on, that count, lie within the gap. */
static uint32_t days_from(const struct records *records, int32_t from, const struct ast_gap *gap,
                          enum value least)
{
    uint32_t n = 0;

    for (int r = 0; r < records->n; r++) {
        const struct record *record = &records->at[r];
        bool again = false;

        for (int q = 0; q < r; q++)
            again |= records->at[q].day == record->day && records->at[q].time >= least;
        n += !again && record->time >= least && record->day >= from &&
             is_behind(from, record->day, gap, true);
    }
    return n;
}

static enum value repeated(const struct records *records, const struct ast_node *node)
{
    enum value value = records->open ? CANNOT_TELL : NO;

    for (int r = 0; r < records->n; r++) {
        int32_t day = records->at[r].day;

        if (records->at[r].time == YES &&
            days_from(records, day, &node->gap, YES) >= node->at_least)
            return YES;
        if (records->at[r].time != NO &&
            days_from(records, day, &node->gap, CANNOT_TELL) >= node->at_least)
            value = CANNOT_TELL;
    }
    return value;
}

/* What is said of these records, event after event. */
static enum value in_order(const struct records *steps, const struct ast_node *node)
{
    struct ast_gap gaps[8];
    struct steps all = {steps, gaps, node->n_children, false}; /* of event( ), one */
    enum value value = NO, other;

    for (uint32_t i = 0; i < node->n_children; i++)
        gaps[i] = node->children[i]->gap;
    if (node->kind == AST_TIMES)
        return repeated(&steps[0], node);
    if (node->kind == AST_SEQUENCE || node->kind == AST_EVENT)
        return chain(&all, 0, INT32_MIN, INT32_MAX);
    if (node->side != SIDE_AFTER)
        value = relation(&steps[0], &steps[1], node);
    if (node->side == SIDE_BEFORE)
        return value;
    other = relation(&steps[1], &steps[0], node);
    return other > value ? other : value;
}

enum value naive_events(const struct world *world, size_t person, const struct ast_node *node)
{
    const struct world_person *p = &world->persons[person];
    struct records steps[8], judged[8], any[8];
    enum value value;

    for (uint32_t i = 0; i < node->n_children; i++) {
        const struct ast_node *event = node->kind == AST_EVENT ? node : node->children[i];
        bool sampled = variant_of(event) != NULL;

        steps[i] = sampled ? samples_of(world, person, event, false) : records_of(world, p, event);
        judged[i] = sampled ? samples_of(world, person, event, true) : steps[i];
        any[i] = steps[i];
        any[i].open |= sampled;
    }
    value = in_order(steps, node);
    /* It would have been seen: or nobody looked on a day that counts, and there is such a day. */
    if (value != NO || in_order(judged, node) == YES)
        return value;
    return in_order(any, node) == NO ? NO : CANNOT_TELL;
}
