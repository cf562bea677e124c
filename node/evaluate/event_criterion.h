#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question says of events in time: event( ), a relation of two, sequence( ), and "at least n
 * times ( )". Prepared once, run for each segment.
 *
 * The events of a person that have one of the codes and a day are looked at; a record without a
 * day, one that was refused, and whatever the region does not deliver leave it open whether there
 * are more (event_order.h). A variant of a tumour is an event on the day of its sample; "no" is
 * then of whom a sample that was tested was taken where one would count. An age at an event is that
 * of ages.h on its day. The result may hold persons outside the population. Lives in the arena; one
 * thread.
 */
#include "node/evaluate/asked_of.h"
#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct arena;
struct ast_node;
struct event_criterion;
struct event_list;
struct segment;
struct snapshot;

/* Is a node of this kind one of these? */
bool event_criterion_is(const struct ast_node *node);
bool event_criterion_new(struct snapshot *snapshot, const struct ast_node *node,
                         struct arena *arena, struct event_criterion **out,
                         struct err *err) MUST_CHECK;
/* Is one of the events a variant? */
bool event_criterion_has_variant(const struct event_criterion *criterion);
/*
 * within: of whom variants are asked. Of a question without any, of which nothing but the limits
 * are read, it may be NULL.
 */
bool event_criterion_run(struct event_criterion *criterion, struct segment *segment,
                         const struct asked_of *of, const struct set *within, struct kleene *out,
                         struct err *err) MUST_CHECK;
/* Of an AST_EVENT that was run: its events in that segment. */
const struct event_list *event_criterion_list(const struct event_criterion *criterion);
/* Frees what does not live in the arena. */
void event_criterion_clear(struct event_criterion *criterion);
