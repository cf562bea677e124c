#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question would cost, how precise it would be, and who may answer, from the question and
 * public facts alone: no region is asked. A region's policy is not published and decides only when
 * it is asked; what is told is what can be known before. A desk_handler; any thread.
 */
#include "coordinator/analyst/asking.h"
#include "coordinator/desk/desk_inside.h"
#include "coordinator/desk/form.h"

struct protocol;

desk_handler quote_post;

/*
 * Reads the form's text, protocol or events: sets compose.text and compose.protocol, and the tree.
 * False when `found` has mistakes or, of what has no place in one text, err says what is wrong.
 */
bool quote_parse(struct form *form, struct arena *arena, struct protocol *protocol, struct ast *ast,
                 struct diagnostics *found, struct err *err) MUST_CHECK;
/* The problem of a quote_parse() that failed. */
void quote_refuse(struct exchange_response *response, const struct diagnostics *found,
                  const struct err *err);
