#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands inside variant( ... ): tests that must all hold for one and the same variant, seen in
 * one gene.
 *
 * The unit is a variant together with one gene that its annotation names, because a consequence is
 * a consequence in a gene: "gene = A and consequence in (lof)" is not met by a variant that is
 * synonymous in A and stops the gene beside it. The truth is three-valued and kept for each class
 * of carriers at once, as zygosity depends on the carrier; so does the share of reads, of which the
 * candidate says the one of the call in hand. Negations are
 * pushed down to the tests, and "and" and "or" are at least k of k and at least 1 of k, so that one
 * rule serves all. Lives in the arena; made once for all segments. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/evaluate/candidate.h"
#include "node/evaluate/set.h"
#include "node/evaluate/target.h"
#include "node/evaluate/verdict.h"
#include "proto/base/err.h"

struct arena;
struct ast_node;
struct question_genes;
struct segment;
struct snapshot;

struct expression {
    /* inner */
    uint32_t at_least;
    uint32_t n_children; /* 0: a leaf */
    struct expression **children;
    /* leaf; test NULL: true of every variant, or of none when negated */
    const struct ast_node *test;
    bool negated;
    uint64_t mask;          /* consequence, clinvar, zygosity */
    uint64_t *genes;        /* gene: bit g = symbol g is one of the values */
    struct target *targets; /* gene: one a value; locus, change: exactly one */
    uint32_t *target_genes; /* gene: which of the question's genes each target is */
    size_t n_targets;
    struct set
        *doubted; /* of "not this change": who may have it in other words, as tested is set */
    /* for leaves and inner nodes */
    bool bounded;        /* it can only be true of a variant in a named target */
    bool gene_only;      /* all targets that bound it are genes */
    unsigned spans;      /* assemblies (as bits) on which some target below has a place */
    unsigned genes_span; /* assemblies (as bits) on which every gene below has a place */
    struct set *tested;  /* in the current segment; expression_look() sets it */
};

/* Does any test below look at genes, consequences or ClinVar, which come from annotation? */
bool expression_reads_notes(const struct expression *expression);
/* Does any test below look at the share of reads that a carrier has, which differs by call? */
bool expression_reads_fractions(const struct expression *expression);
/* Does any test below look at where a variant lies? */
bool expression_reads_places(const struct expression *expression);

bool expression_new(struct snapshot *snapshot, const struct ast_node *inner, struct arena *arena,
                    struct question_genes *genes, struct expression **out,
                    struct err *err) MUST_CHECK;

struct verdict expression_truth(const struct expression *expression,
                                const struct candidate *candidate);

/*
 * Sets expression->tested, here and in every part, to the persons of this segment who were tested
 * so well that the answer for them is no unless they carry a variant of which the expression is
 * true, or may have a change that it names in other words (other_words.h).
 */
bool expression_look(struct expression *expression, struct snapshot *snapshot,
                     struct segment *segment, struct err *err) MUST_CHECK;
/* Who is not yes and was not tested cannot be told. Call it after expression_look(). */
void expression_untested(const struct expression *expression, const struct set *population,
                         struct kleene *out);
/*
 * The truth for the carriers of one class, as sets. Where a target cannot be compared with the
 * variant's place, it cannot be told for those who were not tested at the target, and is no for the
 * others. A variant beside a change that is not meant may be a part of it: of those who may have
 * the change in other words it cannot be told. Call it after expression_look().
 */
void expression_sets(const struct expression *expression, const struct candidate *candidate,
                     unsigned class, struct kleene *out);
