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

/* One person: meets the question; or it cannot be told whether. Never both. */
struct breakdown_person {
    size_t segment;
    uint32_t person;
    uint32_t part;
    bool matched;
    bool cannot_tell;
};
typedef void breakdown_visitor(void *of, const struct breakdown_person *is);

bool breakdown_walk(const struct asked_of *of, const struct ast *ast,
                    const struct dimension_table *breakdown, breakdown_visitor *visitor,
                    void *visitor_of, struct err *err) MUST_CHECK;
