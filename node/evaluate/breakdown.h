#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of a cohort by dimensions: which part of the table each person belongs to.
 *
 * The visitor is called exactly once for each person of the snapshot, also for those who do not
 * meet the question, so that the work does not depend on who meets it. The results are true and
 * unprotected; see criterion.h for who may include this. One thread.
 */
#include "node/evaluate/criterion.h"
#include "proto/base/err.h"
#include "proto/query/dimension.h"

/*
 * For one person: meets the question; or it cannot be told whether. Each is 0 or 1, never both 1.
 */
typedef void breakdown_visitor(void *of, uint32_t part, bool matched, bool cannot_tell);

bool breakdown_walk(const struct asked_of *of, const struct ast *ast,
                    const struct dimension_table *breakdown, breakdown_visitor *visitor,
                    void *visitor_of, struct err *err) MUST_CHECK;
