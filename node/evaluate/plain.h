#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An expression that, for the variants of one gene, is a plain "and" of a consequence, a ClinVar
 * word, a frequency and zygosities: what most questions on a gene are. It says of a variant of the
 * gene what expression_truth() says of it as a candidate, without walking a tree, in a nanosecond.
 *
 * yes and possible are the classes of carriers for whom it holds, and may hold, where the variant's
 * tests do; possible is 0 when it is no for the whole gene. Values; any thread.
 */
#include "node/evaluate/expression.h"
#include "node/snapshot/snapshot.h"

struct plain {
    unsigned yes;
    unsigned possible;
    bool any_consequence;
    bool any_clinvar;
    bool any_af;
    uint64_t consequences;
    uint64_t clinvar;
    int64_t af_low;
    int64_t af_high;
};

/* False when the expression has another form. gene: an index into the question's genes. */
bool plain_of(const struct expression *expression, int gene, struct plain *out);

/*
 * The variants of a gene, chosen in two lists. `sure`: the expression holds for carriers of the
 * classes `yes`, and may hold for those of `possible`. The second list: it may hold for carriers of
 * `possible`. Each list has room for all variants of the gene.
 */
struct plain_choice {
    uint64_t *sure;
    size_t n_sure;
    uint64_t *unsure;
    size_t n_unsure;
};
void plain_choose(const struct plain *plain, const struct gene_sites *sites,
                  struct plain_choice *out);
/* Is it true of some zygosities alone, and lies the gene where a call does not tell them by itself?
 */
bool plain_by_copies(const struct plain *plain, const struct gene_sites *sites);
