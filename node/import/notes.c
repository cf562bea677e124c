/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/notes.h"

#include <assert.h>
#include <string.h>

#include "proto/query/vocabulary.h"

static bool is_complete(const struct note *notes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!notes[i].complete)
            return false;
    return n > 0;
}

static struct note *find(struct note *notes, size_t n, const char *gene)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(notes[i].gene, gene) == 0)
            return &notes[i];
    return NULL;
}

static uint64_t both(const struct note *a, const struct note *b)
{
    if (!*a->gene)
        return a->consequences | b->consequences;
    if (a->consequences == b->consequences)
        return a->consequences;
    return (a->consequences & b->consequences) | CONSEQUENCE_UNREAD;
}

/* The ids of either; of two that differ nobody knows which holds. */
static const char *ids_of_both(const struct note *a, const struct note *b)
{
    if (!b->gene_ids || !*b->gene_ids)
        return a->gene_ids;
    if (!a->gene_ids || !*a->gene_ids || strcmp(a->gene_ids, b->gene_ids) == 0)
        return b->gene_ids;
    return NOTE_GENE_IDS_MANY;
}

/* ClinVar speaks of the variant: all notes of a list say the same. */
static uint32_t clinvar_of(const struct note *notes, size_t n)
{
    return n ? notes->clinvar : 0;
}

size_t notes_merge(const struct note *a, size_t n_a, const struct note *b, size_t n_b,
                   struct note *out, size_t max)
{
    assert(out);
    uint32_t on_a = clinvar_of(a, n_a), on_b = clinvar_of(b, n_b);
    uint32_t clinvar = ((on_a | on_b) & ~CLINVAR_READ) | (on_a & on_b & CLINVAR_READ);
    bool complete = is_complete(a, n_a) && is_complete(b, n_b);
    size_t n = 0;

    for (size_t i = 0; i < n_a && n < max; i++)
        out[n++] = a[i];
    for (size_t i = 0; i < n_b; i++) {
        struct note *same = find(out, n, b[i].gene);

        if (same) {
            same->consequences = both(same, &b[i]);
            same->gene_ids = ids_of_both(same, &b[i]);
        } else if (n < max) {
            out[n++] = b[i];
        } else {
            complete = false;
        }
    }
    for (size_t i = 0; i < n; i++) {
        out[i].clinvar = clinvar;
        out[i].complete = complete;
        if (!complete && *out[i].gene)
            out[i].consequences = CONSEQUENCE_UNREAD;
    }
    return n;
}
