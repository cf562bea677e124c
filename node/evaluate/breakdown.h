#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of a cohort over disjoint dimensions: which part of it each person is in.
 *
 * Every person of the snapshot is told of exactly once, also those of whom the answer is no, so
 * that the work does not follow from who meets the question. What comes out is true and
 * unprotected; see criterion.h for who may include this. One thread.
 */
#include "node/evaluate/criterion.h"
#include "proto/base/err.h"
#include "proto/query/dimension.h"

/* Of one person, each 0 or 1, never both 1: meets the question; it cannot be told. */
typedef void breakdown_visitor(void *of, uint32_t part, bool matched, bool cannot_tell);

bool breakdown_walk(const struct asked_of *of, const struct ast *ast,
                    const struct breakdown *breakdown, breakdown_visitor *visitor, void *visitor_of,
                    struct err *err) MUST_CHECK;
