#pragma once
/*
 * A question made ready for one snapshot: for each segment, who of the population meets it and
 * about whom it cannot be told.
 *
 * What comes out is true and unprotected; only this folder's evaluate.c (into sealed cells) and
 * truth.c include this header. A criterion borrows tree, snapshot and population and is run over
 * segments in any order, one at a time. One thread.
 */
#include <stddef.h>

#include "node/evaluate/limits.h"
#include "node/evaluate/population.h"
#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct ast;
struct criterion;
struct snapshot;

/* What a question is asked of. */
struct asked_of {
    struct snapshot *snapshot;
    const struct population *population; /* who may be looked at; never NULL */
    const char *region;                  /* this node's county code; NULL: not known */
    struct limits *limits;
};

bool criterion_new(const struct asked_of *of, const struct ast *ast, struct criterion **out,
                   struct err *err) MUST_CHECK;
/* Accepts NULL. */
void criterion_free(struct criterion *criterion);
/* out lies within the population of this segment. */
bool criterion_run(struct criterion *criterion, size_t segment, struct kleene *out,
                   struct err *err) MUST_CHECK;
