/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/first_event.h"

#include <assert.h>

#include "node/evaluate/event_criterion.h"
#include "node/evaluate/event_order.h"
#include "node/snapshot/segment_schema.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"

struct first_event {
    struct ast_node node;
    struct event_criterion *event; /* NULL: death */
    const struct segment_persons *persons;
    struct kleene ignored;
};

bool first_event_new(struct snapshot *snapshot, const struct ast_node *node, struct arena *arena,
                     struct first_event **out, struct err *err)
{
    assert(snapshot && node && arena && out);
    assert(node->kind == AST_EVENT || node->field == FIELD_DECEASED);
    struct first_event *first = arena_alloc(arena, sizeof(*first));

    if (!first)
        return err_memory(err);
    *first = (struct first_event){.node = *node};
    *out = first;
    return node->kind != AST_EVENT ||
           event_criterion_new(snapshot, &first->node, arena, &first->event, err);
}

bool first_event_run(struct first_event *first, struct segment *segment, struct limits *limits,
                     struct err *err)
{
    assert(first && segment);
    struct asked_of of = {.limits = limits};

    first->persons = segment_persons(segment);
    if (first->event)
        return event_criterion_run(first->event, segment, &of, NULL, &first->ignored, err);
    return limits_rows(limits, first->persons->n, err);
}

static enum first_event_said death_of(const struct segment_persons *persons, uint32_t person,
                                      int32_t from_day, struct first_event_days *out)
{
    int32_t birth = persons->birth_date[person], age = persons->age_days[person];
    bool known = birth != PERSON_NO_DATE && age >= 0 && age == persons->age_days_most[person];

    if (persons->deceased[person] == SEGMENT_ALIVE)
        return FIRST_EVENT_NONE;
    if (persons->deceased[person] != SEGMENT_DECEASED || !known)
        return FIRST_EVENT_CANNOT_TELL;
    *out = (struct first_event_days){birth + age, birth + age};
    return birth + age >= from_day ? FIRST_EVENT_AT : FIRST_EVENT_NONE;
}

enum first_event_said first_event_of(const struct first_event *first, uint32_t person,
                                     int32_t from_day, struct first_event_days *out)
{
    assert(first && first->persons && person < first->persons->n && out);
    const struct event_list *list;
    int32_t sure = INT32_MAX, possible = INT32_MAX;

    if (!first->event)
        return death_of(first->persons, person, from_day, out);
    list = event_criterion_list(first->event);
    for (uint32_t i = list->first[person]; i < list->first[person + 1]; i++) {
        const struct event_at *at = &list->at[i];

        if (at->day >= from_day && at->day < possible)
            possible = at->day;
        if (at->day >= from_day && at->sure && at->day < sure)
            sure = at->day;
    }
    if (set_has(&list->open, person)) /* there may be one on any day */
        possible = from_day;
    *out = (struct first_event_days){possible, sure};
    if (sure == INT32_MAX)
        return possible == INT32_MAX ? FIRST_EVENT_NONE : FIRST_EVENT_CANNOT_TELL;
    return FIRST_EVENT_AT;
}

void first_event_clear(struct first_event *first)
{
    if (first && first->event)
        event_criterion_clear(first->event);
}
