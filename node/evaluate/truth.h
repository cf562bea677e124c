#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * True numbers, not sealed: for `rikstal-node count`, with which a region's own staff look at their
 * own data on their own machine, and for tests. No part of keeper or link may include this
 * (tests/tidy). One thread.
 */
#include <stdint.h>

#include "node/evaluate/asked_of.h"
#include "proto/base/err.h"

struct ast;

struct true_count {
    uint64_t matched;
    uint64_t undetermined;
    uint64_t persons; /* the population */
};

bool truth_count(const struct asked_of *of, const struct ast *ast, struct true_count *out,
                 struct err *err) MUST_CHECK;
