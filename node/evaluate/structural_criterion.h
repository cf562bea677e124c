#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * variant( ... ) about structural variants: the persons who carry one that satisfies every test
 * inside.
 *
 * Yes: the person carries such a variant. Cannot tell: none of the person's variants says yes, and
 * one may satisfy the tests, or a place where such a variant could lie was not judged in the person
 * for every type that it could have (decisions/003-structural.md). Its work is that of all
 * structural variants of the segment, whatever is asked. One thread.
 */
#include "node/evaluate/asked_of.h"
#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct expression;
struct segment;
struct snapshot;

struct structural_criterion {
    struct expression *root; /* what stands inside */
    struct snapshot *snapshot;
    const struct set *population;
    struct limits *limits;
};

/* segment: a segment_structural(). */
bool structural_criterion_run(const struct structural_criterion *of, struct segment *segment,
                              struct kleene *out, struct err *err) MUST_CHECK;
