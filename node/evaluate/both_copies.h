#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * two hits( ) of one gene: who has variants that satisfy all tests inside on both copies of it.
 *
 * Yes: one such variant on both copies (called homozygous), or two that are known to lie on
 * different copies. Two different bases in place of the same one are; of any other two it is not
 * known. Cannot tell: not yes, and the person may have two: carries two of which it is not known
 * that they lie on one copy, has one of which the zygosity is not known, was not called where there
 * could be one, or was not tested in the gene. No: everybody else; whoever has one copy of the gene
 * alone (copies.h), and was tested, is one, as a hemizygous call is no two hits. A variant that may
 * satisfy the tests counts as one that cannot be told. The rule and its reasons:
 * decisions/005-two-hits.md. The work is fixed. One thread.
 */
#include <stdbool.h>

#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct expression;
struct limits;
struct question_genes;
struct segment;
struct snapshot;

struct both_copies {
    struct expression *root;
    struct snapshot *snapshot;
    const struct question_genes *genes; /* one */
    const struct set *population;
    struct limits *limits;
};

/* The result may hold persons outside the population. */
bool both_copies_run(const struct both_copies *of, struct segment *segment, struct kleene *out,
                     struct err *err) MUST_CHECK;
