#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who carries a variant of which an expression is true, where the expression names no gene, place
 * or change and its frequencies begin and end with bands (proto/query/site_kind.h): found in the
 * kinds that a segment sums its sites up by, without looking at a site. The work follows from the
 * number of kinds. As in variant_criterion.h, persons who cannot be told for want of a test are not
 * in it. One thread.
 */
#include "node/evaluate/expression.h"
#include "node/evaluate/limits.h"

struct by_kind {
    const struct expression *root;
    bool reads_notes; /* expression_reads_notes(root) */
    const struct set *population;
    struct limits *limits;
};

/* segment_has_kinds(). Adds to out. */
bool by_kind_run(const struct by_kind *of, struct segment *segment, struct kleene *out,
                 struct err *err) MUST_CHECK;
