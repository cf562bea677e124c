#pragma once
/*
 * An expression that, for the variants of one gene, is a plain "and" of a consequence, a ClinVar
 * word, a frequency and zygosities: what most questions on a gene are. It says of a row of the gene
 * what expression_truth() says of it as a candidate, without walking a tree, in nanoseconds.
 *
 * yes and possible are the classes of carriers for whom it holds, and may hold, where the row's
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

/* False when it has another form. gene: an index into the question's genes. */
bool plain_of(const struct expression *expression, int gene, struct plain *out);

/* Classes for whom it is true of this row, and for whom it is true or cannot be told. */
static inline struct truth plain_truth(const struct plain *plain, const struct gene_row *row)
{
    bool consequence = plain->any_consequence || row->consequences & plain->consequences;
    bool clinvar = plain->any_clinvar || row->clinvar & plain->clinvar;
    bool af = plain->any_af || (row->af_nano >= plain->af_low && row->af_nano <= plain->af_high);
    bool possible = (consequence || !row->consequences) &&
                    (clinvar || (!row->clinvar && !row->consequences)) &&
                    (af || row->af_nano == SITE_AF_UNKNOWN);

    return (struct truth){consequence && clinvar && af ? plain->yes : 0,
                          possible ? plain->possible : 0, false};
}
