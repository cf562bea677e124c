#include "node/import/annotation.h"

#include <stdlib.h>
#include <string.h>

#include "node/import/frequency.h"
#include "node/import/vep.h"
#include "proto/query/vocabulary.h"

struct annotation {
    const struct header *header;
    struct text_span ref;
    struct vep_allele *alleles;
    unsigned room;
    unsigned n;
    struct text_span csq;
    struct text_span ann;
    uint32_t clinvar; /* of the line: of all its alleles */
    struct vep_faults faults;
    unsigned warned; /* kinds of warning given so far */
    struct note notes[VEP_GENES_MAX];
    char names[VEP_GENES_MAX][NOTE_GENE_BYTES_MAX];
};

bool annotation_open(const struct header *header, struct annotation **out, struct err *err)
{
    struct annotation *annotation = calloc(1, sizeof(*annotation));

    if (!annotation)
        return err_memory(err);
    annotation->header = header;
    *out = annotation;
    return true;
}

void annotation_close(struct annotation *annotation)
{
    if (!annotation)
        return;
    free(annotation->alleles);
    free(annotation);
}

bool annotation_begin(struct annotation *annotation, struct text_span ref,
                      const struct text_span *alts, unsigned n_alts)
{
    if (n_alts > annotation->room) {
        struct vep_allele *alleles = realloc(annotation->alleles, n_alts * sizeof(*alleles));

        if (!alleles)
            return false;
        annotation->alleles = alleles;
        annotation->room = n_alts;
    }
    for (unsigned i = 0; i < n_alts; i++)
        vep_allele_init(&annotation->alleles[i], alts[i].text, alts[i].length);
    annotation->n = n_alts;
    annotation->ref = ref;
    annotation->csq = annotation->ann = (struct text_span){0};
    annotation->clinvar = 0;
    annotation->faults = (struct vep_faults){0};
    annotation->warned = 0;
    return true;
}

static void take_frequency(struct annotation *annotation, const struct info_key *key,
                           struct text_span value)
{
    for (unsigned i = 0; i < annotation->n; i++) {
        bool faulty = false;
        int64_t af = frequency_read(value.text, value.length, key->per_alt ? (int)i : -1,
                                    (int)annotation->n, &faulty);

        annotation->faults.frequencies += faulty;
        if (af > annotation->alleles[i].af_nano)
            annotation->alleles[i].af_nano = af;
    }
}

void annotation_take(struct annotation *annotation, const struct info_key *key,
                     struct text_span value)
{
    switch (key->role) {
    case INFO_CSQ:
        annotation->csq = value;
        return;
    case INFO_ANN:
        annotation->ann = value;
        return;
    case INFO_CLINVAR:
        annotation->clinvar |= clinvar_mask(value.text, value.length);
        return;
    case INFO_FREQUENCY:
        take_frequency(annotation, key, value);
        return;
    }
}

void annotation_end(struct annotation *annotation)
{
    const struct header *header = annotation->header;
    struct text_span value = annotation->csq.length ? annotation->csq : annotation->ann;
    const struct vep_format *format = annotation->csq.length ? &header->csq : &header->ann;

    if (value.length)
        vep_read(format, value.text, value.length, annotation->ref.text, annotation->ref.length,
                 annotation->alleles, annotation->n, &annotation->faults);
}

/* A variant of which only ClinVar speaks gets a row without a gene. */
void annotation_site(struct annotation *annotation, unsigned alt, struct stream_site *site)
{
    const struct vep_allele *allele = &annotation->alleles[alt];
    uint32_t clinvar = allele->clinvar | annotation->clinvar;
    uint32_t n = 0;

    for (; n < allele->n_genes; n++) {
        const struct vep_gene *gene = &allele->genes[n];

        if (gene->length)
            memcpy(annotation->names[n], gene->name, gene->length);
        annotation->names[n][gene->length] = 0;
        annotation->notes[n] = (struct note){.gene = annotation->names[n],
                                             .consequences = gene->consequences,
                                             .clinvar = clinvar,
                                             .picked_by = gene->picked_by};
    }
    if (!n && clinvar)
        annotation->notes[n++] =
            (struct note){.gene = "", .clinvar = clinvar, .picked_by = NOTE_WORST};
    site->notes = annotation->notes;
    site->n_notes = n;
    /* Not said is not 0 here: the callset says whether the file declares frequencies at all. */
    site->af_nano = allele->af_nano >= 0 ? allele->af_nano : STREAM_NO_AF;
}

bool annotation_warning_next(struct annotation *annotation, struct annotation_warning *warning)
{
    const struct vep_faults *faults = &annotation->faults;
    const struct {
        uint32_t count;
        struct annotation_warning warning;
    } kinds[] = {
        {faults->unknown_terms, {REJECT_CSQ_TERM_UNKNOWN, "INFO/Consequence"}},
        {faults->columns, {REJECT_CSQ_COLUMNS, "INFO/CSQ"}},
        {faults->unmatched, {REJECT_CSQ_ALLELE_UNMATCHED, "INFO/Allele"}},
        {faults->gene_names, {REJECT_CSQ_GENE_NAME, "INFO/SYMBOL"}},
        {faults->genes_too_many, {REJECT_CSQ_GENES_TOO_MANY, "INFO/SYMBOL"}},
        {faults->frequencies, {REJECT_AF_RANGE, "INFO/AF"}},
    };

    while (annotation->warned < sizeof(kinds) / sizeof(kinds[0])) {
        unsigned i = annotation->warned++;

        if (!kinds[i].count)
            continue;
        *warning = kinds[i].warning;
        return true;
    }
    return false;
}
