#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes one question of the events of a timeline, or of exposure and outcome, and of those among
 * whom it is asked (proto/query/shape.h): their `and`, with a step for each role.
 */
#include "proto/base/err.h"
#include "proto/query/measure.h"

struct arena;
struct protocol;

/* As the analyst writes them; NULL: not given. An event may be written without event( ). */
struct roles {
    const char *from;
    const char *to;
    const char *exposure; /* of an association: any criterion */
    const char *outcome;
    const char *among; /* "" likewise: everybody */
};

bool roles_given(const struct roles *roles);
/* ERR_INVALID when the measure has no such roles. */
bool roles_suit(const struct roles *roles, enum measure_kind measure, struct err *err) MUST_CHECK;
/*
 * Prints every mistake on stderr, with the parser's explanation. Without any of the first four the
 * protocol has no steps, and its question is the criterion of those among whom it is asked.
 */
bool roles_compose(const struct roles *roles, struct arena *arena, struct protocol *out,
                   struct err *err) MUST_CHECK;
