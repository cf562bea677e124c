/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/candidate.h"

#include <assert.h>
#include <string.h>

#include "node/evaluate/question_genes.h"
#include "node/snapshot/snapshot.h"
#include "node/terms/gene_names.h"
#include "proto/query/vocabulary.h"

bool candidate_is_open(const struct site_note *note, bool complete)
{
    assert(note);
    if (*note->gene)
        return *note->gene == GENE_KEY_UNKNOWN;
    return consequence_in_gene(note->consequences) ||
           (!complete && note->consequences & CONSEQUENCE_UNREAD);
}

void candidate_named(const struct question_genes *genes, const struct site_note *notes, size_t n,
                     uint64_t *named)
{
    assert(genes && named);
    memset(named, 0, (genes->n / 64 + 1) * sizeof(*named));
    for (size_t i = 0; i < n; i++) {
        int gene = question_genes_find(genes, notes[i].gene);

        if (gene >= 0)
            named[gene / 64] |= UINT64_C(1) << (gene % 64);
    }
}

bool candidate_in_span(const struct candidate *open, const struct question_genes *genes,
                       uint64_t *named, size_t *gene, struct candidate *seen)
{
    assert(open->open && genes && named);
    while (*gene < genes->n) {
        size_t g = (*gene)++;

        if (named[g / 64] >> (g % 64) & 1 ||
            !target_holds(&genes->targets[g], open->vid, open->end))
            continue;
        named[g / 64] |= UINT64_C(1) << (g % 64);
        *seen = *open;
        seen->gene = (int)g;
        seen->open = false;
        seen->named = NULL;
        return true;
    }
    return false;
}
