#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of a cohort over disjoint dimensions: which part of it each person is in.
 *
 * Every person of the population who meets the question, or of whom it cannot be told, is told of
 * exactly once. What comes out is true and unprotected; see criterion.h for who may include this.
 * One thread.
 */
#include "node/evaluate/criterion.h"
#include "proto/base/err.h"
#include "proto/query/dimension.h"

/* matched: meets the question; else it cannot be told. */
typedef void breakdown_visitor(void *of, uint32_t part, bool matched);

bool breakdown_walk(const struct asked_of *of, const struct ast *ast,
                    const struct breakdown *breakdown, breakdown_visitor *visitor, void *visitor_of,
                    struct err *err) MUST_CHECK;
