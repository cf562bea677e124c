#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A variant as it is seen in one gene: what the tests of one variant( ) are asked of.
 *
 * A variant is seen once in each gene that its annotation names. Where that is not all (it is not
 * annotated, or a name is not known) it is seen once more, open: in each gene of the question that
 * no note names and whose span it meets, and in none of them. So it is never in two genes at once,
 * annotated or not. Values; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/evaluate/target.h"

struct question_genes;
struct site_note;

#define GENE_OTHER (-1) /* none of the genes that the question names */

struct candidate {
    uint64_t vid;
    uint32_t end;          /* the last base of REF; not used where no place is asked for */
    int gene;              /* index into question_genes.keys, or GENE_OTHER */
    bool open;             /* may lie in another gene: none is named, or an unknown one */
    const uint64_t *named; /* open: genes of the question in which it is seen besides, or NULL */
    uint64_t consequences; /* 0: not said; CONSEQUENCE_UNREAD */
    uint32_t clinvar;      /* CLINVAR_READ */
    int64_t af_nano;       /* SITE_AF_UNKNOWN */
    uint8_t fraction;      /* of the call in hand: node/store/fraction.h; 0: not known */
    const struct target *asked; /* this change of the question, seen by nobody; NULL: the vid's */
};

/* Does it lie in the target? */
static inline bool candidate_at(const struct candidate *candidate, const struct target *target)
{
    if (candidate->asked && target->kind == TARGET_CHANGE)
        return target_is_change(target, candidate->asked);
    return target_holds(target, candidate->vid, candidate->end);
}

/* Without a name that a table knows a note may be of any gene that the other notes do not name. */
bool candidate_is_open(const struct site_note *note, bool complete);
/* Sets in named, a bit a gene of the question, which of them the notes of a site name. */
void candidate_named(const struct question_genes *genes, const struct site_note *notes, size_t n,
                     uint64_t *named);
/*
 * The next gene from *gene on that has no bit in named and whose span the open candidate meets:
 * sets its bit, *gene to the gene behind it, and *seen to the candidate as seen there. False: none.
 */
bool candidate_in_span(const struct candidate *open, const struct question_genes *genes,
                       uint64_t *named, size_t *gene, struct candidate *seen);
