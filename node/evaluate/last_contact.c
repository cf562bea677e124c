/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/last_contact.h"

#include <assert.h>

#include "node/evaluate/event_criterion.h"
#include "node/evaluate/event_order.h"
#include "node/evaluate/first_event.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"

struct last_contact {
    struct ast_node code; /* code exists */
    struct ast_node *inside;
    struct ast_node event;
    struct ast_node dead; /* deceased = yes */
    struct event_criterion *records;
    struct first_event *death;
    struct kleene ignored;
};

bool last_contact_new(struct snapshot *snapshot, struct arena *arena, struct last_contact **out,
                      struct err *err)
{
    assert(snapshot && arena && out);
    struct last_contact *last = arena_alloc(arena, sizeof(*last));

    if (!last)
        return err_memory(err);
    *last = (struct last_contact){
        .code = {.kind = AST_TEST, .field = FIELD_CODE, .op = OP_EXISTS},
        .event = {.kind = AST_EVENT, .n_children = 1},
        .dead = {.kind = AST_TEST, .field = FIELD_DECEASED, .op = OP_IN},
    };
    last->inside = &last->code;
    last->event.children = &last->inside;
    *out = last;
    return event_criterion_new(snapshot, &last->event, arena, &last->records, err) &&
           first_event_new(snapshot, &last->dead, arena, &last->death, err);
}

bool last_contact_run(struct last_contact *last, struct segment *segment, struct limits *limits,
                      struct err *err)
{
    assert(last && segment);
    struct asked_of of = {.limits = limits};

    return event_criterion_run(last->records, segment, &of, NULL, &last->ignored, err) &&
           first_event_run(last->death, segment, limits, err);
}

int32_t last_contact_of(const struct last_contact *last, uint32_t person, int32_t from_day)
{
    assert(last);
    const struct event_list *list = event_criterion_list(last->records);
    struct first_event_days death;
    int32_t day = from_day;

    for (uint32_t i = list->first[person]; i < list->first[person + 1]; i++)
        if (list->at[i].day > day)
            day = list->at[i].day;
    if (first_event_of(last->death, person, from_day, &death) == FIRST_EVENT_AT)
        day = death.most;
    return day;
}

void last_contact_clear(struct last_contact *last)
{
    if (!last)
        return;
    if (last->records)
        event_criterion_clear(last->records);
    first_event_clear(last->death);
}
