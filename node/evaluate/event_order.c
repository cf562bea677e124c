/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/event_order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/date.h"

#define SURE 1u
#define MAYBE 2u

void event_list_clear(struct event_list *list)
{
    assert(list);
    free(list->at);
    list->at = NULL;
    list->n = list->room = 0;
}

bool event_list_add(struct event_list *list, struct event_at event, struct err *err)
{
    assert(list && event.person < SET_PERSONS_MAX);
    if (list->n == list->room) {
        size_t room = list->room ? 2 * list->room : 1024;
        struct event_at *grown = realloc(list->at, room * sizeof(*grown));

        if (!grown)
            return err_memory(err);
        list->at = grown;
        list->room = room;
    }
    list->at[list->n++] = event;
    return true;
}

static int by_day(const void *left, const void *right)
{
    const struct event_at *a = left, *b = right;

    return (a->day > b->day) - (a->day < b->day);
}

/* Those of one code are in order already. */
static bool in_order(const struct event_at *at, size_t n)
{
    bool in = true;

    for (size_t i = 1; i < n; i++)
        in &= at[i - 1].day <= at[i].day;
    return in;
}

/* A day once: it is sure where one of its events is. */
static size_t leave_each_once(struct event_at *at, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (kept && at[kept - 1].day == at[i].day)
            at[kept - 1].sure |= at[i].sure;
        else
            at[kept++] = at[i];
    }
    return kept;
}

bool event_list_settle(struct event_list *list, uint32_t n_persons, struct err *err)
{
    assert(list && n_persons <= SET_PERSONS_MAX);
    struct event_at *sorted = malloc((list->n + 1) * sizeof(*sorted));
    uint32_t kept = 0;

    if (!sorted)
        return err_memory(err);
    memset(list->first, 0, sizeof(list->first));
    for (size_t i = 0; i < list->n; i++)
        list->first[list->at[i].person + 1]++;
    for (uint32_t p = 0; p < SET_PERSONS_MAX; p++)
        list->first[p + 1] += list->first[p];
    for (size_t i = list->n; i-- > 0;) /* from behind: first[p + 1] moves down to first[p] */
        sorted[--list->first[list->at[i].person + 1]] = list->at[i];
    for (uint32_t p = 0; p < SET_PERSONS_MAX; p++) {
        uint32_t from = list->first[p + 1]; /* where the events of p begin now */
        uint32_t to = p + 1 < SET_PERSONS_MAX ? list->first[p + 2] : (uint32_t)list->n;

        if (!in_order(sorted + from, to - from))
            qsort(sorted + from, to - from, sizeof(*sorted), by_day);
        list->first[p] = kept;
        memmove(sorted + kept, sorted + from, (to - from) * sizeof(*sorted));
        kept += (uint32_t)leave_each_once(sorted + kept, to - from);
    }
    list->first[SET_PERSONS_MAX] = kept;
    free(list->at);
    list->at = sorted;
    list->room = list->n + 1;
    list->n = kept;
    return true;
}

/* ---- days -------------------------------------------------------------------------------------
 */

/* A stretch of days; both ends are in it. */
struct day_span {
    int64_t first;
    int64_t last;
};

static const struct day_span any_day = {INT32_MIN, INT32_MAX};

static int64_t later(int64_t day, const struct ast_gap *gap, uint32_t n)
{
    if (day <= INT32_MIN || day >= INT32_MAX)
        return day; /* any day */
    switch (gap->time) {
    case TIME_YEARS:
        return date_add_months((int32_t)day, 12 * (int)n);
    case TIME_MONTHS:
        return date_add_months((int32_t)day, (int)n);
    case TIME_DAYS:
        break;
    }
    return day + n;
}

/* Where the next event may be, after one in this stretch. */
static struct day_span after(struct day_span from, const struct event_gap *gap)
{
    const struct ast_gap *said = &gap->gap;
    bool within = said->form == GAP_NONE || said->form == GAP_WITHIN;
    bool open = said->form == GAP_NONE || said->form == GAP_LEAST;
    struct day_span to = any_day;

    if (from.first > INT32_MIN)
        to.first = within ? from.first + !gap->same_day : later(from.first, said, said->first);
    if (from.last < INT32_MAX && !open)
        to.last = later(from.last, said, said->last);
    return to;
}

/* ---- a chain ----------------------------------------------------------------------------------
 */

/* The events of one person in one list. */
struct slice {
    struct event_at *at;
    size_t n;
    bool open;
};

static struct slice slice_of(const struct event_list *list, uint32_t person)
{
    uint32_t from = list->first[person];

    return (struct slice){list->at + from, list->first[person + 1] - from,
                          set_has(&list->open, person)};
}

/* Where the event that ends n gaps may be, the first of them beginning at this one. */
static struct day_span behind(const struct slice *from, size_t i, const struct event_gap *gaps,
                              size_t n)
{
    struct day_span at = any_day;

    if (i == from->n)
        return at;
    at = (struct day_span){from->at[i].day, from->at[i].day};
    for (size_t g = 0; g < n; g++)
        at = after(at, &gaps[g]);
    return at;
}

/*
 * Marks the events of `to` that lie behind a reached one of `from`, gaps[0] .. gaps[n - 1] being
 * between them; more than one gap: events of unknown days are. Both ends of where the next event
 * may be only move forward with a day, so each event comes near enough once and goes once.
 */
static void reach(const struct slice *from, const struct slice *to, const struct event_gap *gaps,
                  size_t n)
{
    struct day_span come = behind(from, 0, gaps, n), go = come;
    size_t lo = 0, hi = 0, sure = 0, maybe = 0; /* lo .. hi - 1 are near enough */

    for (size_t i = 0; i < to->n; i++) {
        for (; hi < from->n && come.first <= to->at[i].day; come = behind(from, ++hi, gaps, n)) {
            sure += (from->at[hi].reached & SURE) != 0;
            maybe += (from->at[hi].reached & MAYBE) != 0;
        }
        for (; lo < hi && go.last < to->at[i].day; go = behind(from, ++lo, gaps, n)) {
            sure -= (from->at[lo].reached & SURE) != 0;
            maybe -= (from->at[lo].reached & MAYBE) != 0;
        }
        if (sure && n == 1 && to->at[i].sure)
            to->at[i].reached |= SURE;
        if (maybe)
            to->at[i].reached |= MAYBE;
    }
}

static unsigned reached_of(const struct slice *slice)
{
    unsigned marks = 0;

    for (size_t i = 0; i < slice->n; i++)
        marks |= slice->at[i].reached;
    return marks;
}

/* What is said of one person: SURE, MAYBE. */
static unsigned chain_of(struct event_list *const *lists, const struct event_gap *gaps, size_t n,
                         uint32_t person)
{
    bool all_open = true; /* of the lists up to here */
    unsigned marks = 0;

    for (size_t step = 0; step < n; step++) {
        struct slice to = slice_of(lists[step], person);

        for (size_t i = 0; i < to.n; i++)
            to.at[i].reached = step == 0 && to.at[i].sure ? SURE | MAYBE : all_open ? MAYBE : 0;
        for (size_t back = step; back-- > 0;) {
            struct slice from = slice_of(lists[back], person);

            reach(&from, &to, &gaps[back + 1], step - back);
            if (!from.open)
                break;
        }
        all_open &= to.open;
        marks = reached_of(&to) | (to.open ? marks & MAYBE : 0) | (all_open ? MAYBE : 0);
    }
    return marks;
}

static void put(struct kleene *out, uint32_t person, unsigned marks)
{
    if (marks & SURE)
        set_put(&out->yes, person);
    else if (marks & MAYBE)
        set_put(&out->cannot_tell, person);
}

void event_order_chain(struct event_list *const *lists, const struct event_gap *gaps, size_t n,
                       uint32_t n_persons, struct kleene *out)
{
    assert(lists && gaps && n > 0 && out);
    for (uint32_t person = 0; person < n_persons; person++)
        put(out, person, chain_of(lists, gaps, n, person));
    set_minus(&out->cannot_tell, &out->yes);
}

/* ---- times ------------------------------------------------------------------------------------
 */

/* Do n days of those that count lie within the gap? */
static bool has_times(const struct slice *slice, uint32_t n, const struct event_gap *gap, bool sure)
{
    size_t end = 0, in = 0;
    bool has = false;

    for (size_t i = 0; i < slice->n; i++) {
        struct day_span at = {slice->at[i].day, slice->at[i].day};
        bool counts = !sure || slice->at[i].sure;

        at = after(at, gap);
        for (; end < slice->n && slice->at[end].day <= at.last; end++)
            in += !sure || slice->at[end].sure;
        has |= counts && in >= n;
        in -= counts;
    }
    return has;
}

void event_order_times(const struct event_list *list, uint32_t n, const struct ast_gap *gap,
                       uint32_t n_persons, struct kleene *out)
{
    assert(list && gap && out && n > 0);
    struct event_gap span = {*gap, true};

    for (uint32_t person = 0; person < n_persons; person++) {
        struct slice slice = slice_of(list, person);
        bool sure = has_times(&slice, n, &span, true);
        bool may = has_times(&slice, n, &span, false) | slice.open;

        put(out, person, (sure ? SURE : 0) | (may ? MAYBE : 0));
    }
}
