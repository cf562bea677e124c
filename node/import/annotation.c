/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/annotation.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/population_af.h"
#include "node/import/vep.h"
#include "proto/base/unzeroed.h"
#include "proto/query/vocabulary.h"

#define DECODED_BYTES 4096u /* of a value with percent-encoded bytes */

/* What fields of INFO outside the annotation say of one allele. */
struct info_said {
    uint32_t clinvar;
    bool clinvar_given;
    bool clinvar_faulty;
    bool af_given;
    bool af_faulty;
    int64_t af_nano; /* -1 */
};

struct annotation {
    const struct header *header;
    struct vep_line line;
    struct vep_allele *alleles;
    struct info_said *said;
    unsigned room;
    struct text_span value; /* of the annotation that is read */
    unsigned times;         /* that the line has it */
    struct vep_faults faults;
    uint32_t twice;
    uint32_t frequency_twice;
    uint32_t clinvar_twice;
    const struct info_key *met[HEADER_KEYS_MAX]; /* of frequency and ClinVar, in this line */
    unsigned n_met;
    uint32_t clinvar_counts; /* values that are not one an allele */
    uint32_t unread;         /* a bit each of header_annotations: met in this line */
    uint32_t unread_told;    /* in this file */
    unsigned warned;         /* kinds of warning given so far */
    struct note notes[VEP_ROWS_MAX];
};

bool annotation_open(const struct header *header, struct annotation **out, struct err *err)
{
    assert(header && out);
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
    free(annotation->said);
    free(annotation);
}

static bool make_room(struct annotation *annotation, unsigned n)
{
    struct vep_allele *alleles = realloc(annotation->alleles, n * sizeof(*alleles));
    struct info_said *said = realloc(annotation->said, n * sizeof(*said));

    annotation->alleles = alleles ? alleles : annotation->alleles;
    annotation->said = said ? said : annotation->said;
    if (!alleles || !said)
        return false;
    annotation->room = n;
    return true;
}

bool annotation_begin(struct annotation *annotation, struct text_span ref,
                      const struct text_span *alts, unsigned n_alts)
{
    assert(annotation);
    if (n_alts > annotation->room && !make_room(annotation, n_alts))
        return false;
    for (unsigned i = 0; i < n_alts; i++) {
        vep_allele_init(&annotation->alleles[i]);
        annotation->said[i] = (struct info_said){.af_nano = -1};
    }
    annotation->line = (struct vep_line){ref, alts, n_alts};
    annotation->times = 0;
    annotation->faults = (struct vep_faults){0};
    annotation->twice = annotation->clinvar_counts = annotation->unread = 0;
    annotation->frequency_twice = annotation->clinvar_twice = annotation->n_met = 0;
    annotation->warned = 0;
    return true;
}

/* ---- whose a value is ---------------------------------------------------------------------------
 */

/* True at the comma that ends a value. The comma of ",_low_penetrance" is part of ClinVar's word.
 */
static bool ends_value(struct text_span values, size_t at)
{
    return values.text[at] == ',' && !(at + 1 < values.length && values.text[at + 1] == '_');
}

static size_t count_values(struct text_span values)
{
    size_t n = 1;

    for (size_t i = 0; i < values.length; i++)
        n += ends_value(values, i);
    return n;
}

static struct text_span value_at(struct text_span values, size_t which)
{
    size_t start = 0, end = 0;

    for (;; end++) {
        if (end < values.length && !ends_value(values, end))
            continue;
        if (!which--)
            return (struct text_span){values.text + start, end - start};
        start = end + 1;
    }
}

/* Sets *out to the values that are the i-th allele's. False when their number fits no rule. */
static bool choose_values(const struct info_key *key, struct text_span values, size_t i, size_t n,
                          struct text_span *out)
{
    size_t count = count_values(values);

    *out = values;
    if (values.length == 1 && *values.text == '.')
        return true;
    switch (key->count) {
    case INFO_COUNT_ANY:
        if (n == 1)
            return true;
        break;
    case INFO_COUNT_ALTS:
        break;
    case INFO_COUNT_ALLELES:
        if (count == n + 1)
            *out = value_at(values, i + 1);
        return count == n + 1;
    case INFO_COUNT_GENOTYPES:
        return false;
    }
    if (count == n)
        *out = value_at(values, i);
    return count == n;
}

/* Sets *out to the values of the i-th of n alternative alleles: "." when the field says that there
 * is none. False when the field has no value for it.
 */
static bool values_of(const struct info_key *key, struct text_span values, size_t i, size_t n,
                      struct text_span *out)
{
    return choose_values(key, values, i, n, out) && out->length > 0;
}

static void take_frequency(struct annotation *annotation, const struct info_key *key,
                           struct text_span value)
{
    for (size_t i = 0; i < annotation->line.n; i++) {
        struct info_said *said = &annotation->said[i];
        struct text_span own;
        bool faulty = !values_of(key, value, i, annotation->line.n, &own);
        int64_t af = faulty ? -1 : population_af_read(own.text, own.length, -1, 0, &faulty);

        annotation->faults.frequencies += faulty;
        said->af_given = true;
        said->af_faulty |= faulty;
        if (af > said->af_nano)
            said->af_nano = af;
    }
}

static void take_clinvar(struct annotation *annotation, const struct info_key *key,
                         struct text_span value)
{
    for (size_t i = 0; i < annotation->line.n; i++) {
        struct info_said *said = &annotation->said[i];
        UNZEROED char room[DECODED_BYTES];
        struct text_span own;
        size_t unknown = 0;

        said->clinvar_given = true;
        if (!values_of(key, value, i, annotation->line.n, &own)) {
            annotation->clinvar_counts++;
            said->clinvar_faulty = true;
            continue;
        }
        own = text_span_decode(own, room, sizeof(room));
        said->clinvar |= clinvar_mask(own.text, own.length, &unknown);
        said->clinvar_faulty |= unknown > 0;
        annotation->faults.clinvar += (uint32_t)unknown;
    }
}

/* A field that stands twice in a line says nothing certain: the two may be of different runs. Which
 * of the two is right nobody knows, so not even the words of the first one are believed. */
static bool met_before(struct annotation *annotation, const struct info_key *key)
{
    for (unsigned i = 0; i < annotation->n_met; i++)
        if (annotation->met[i] == key)
            return true;
    assert(annotation->n_met < HEADER_KEYS_MAX);
    annotation->met[annotation->n_met++] = key;
    return false;
}

static void doubt(struct annotation *annotation, bool clinvar)
{
    annotation->clinvar_twice += clinvar;
    annotation->frequency_twice += !clinvar;
    for (size_t i = 0; i < annotation->line.n; i++) {
        annotation->said[i].clinvar_faulty |= clinvar;
        if (clinvar)
            annotation->said[i].clinvar = 0;
        annotation->said[i].af_faulty |= !clinvar;
    }
}

void annotation_take(struct annotation *annotation, const struct info_key *key,
                     struct text_span value)
{
    bool is_clinvar = key->role == INFO_CLINVAR;

    if ((is_clinvar || key->role == INFO_FREQUENCY) && met_before(annotation, key)) {
        doubt(annotation, is_clinvar);
        return;
    }
    switch (key->role) {
    case INFO_ANNOTATION:
        annotation->value = value;
        annotation->times++;
        return;
    case INFO_UNREAD:
        annotation->unread |= 1u << key->annotation;
        return;
    case INFO_CLINVAR:
        take_clinvar(annotation, key, value);
        return;
    case INFO_FREQUENCY:
        take_frequency(annotation, key, value);
        return;
    }
}

/*
 * An annotation field that stands twice in a line is not read, because the two may come from
 * different runs of the annotator. What it says of frequency and ClinVar is lost with it.
 */
void annotation_end(struct annotation *annotation)
{
    assert(annotation);
    if (annotation->times == 1)
        vep_read(&annotation->header->format, annotation->value, &annotation->line,
                 annotation->alleles, &annotation->faults);
    annotation->twice = annotation->times > 1;
    for (size_t i = 0; annotation->twice && i < annotation->line.n; i++)
        annotation->alleles[i].lost = true;
}

/* ---- what is said of an allele ------------------------------------------------------------------
 */

/*
 * ClinVar is known for an allele when the annotation has a column for it and an entry for the
 * allele, or, without such a column, when a field of INFO gives it. It is not known when any of
 * these could not be read.
 */
static uint32_t clinvar_of(const struct annotation *annotation, unsigned alt)
{
    const struct vep_allele *allele = &annotation->alleles[alt];
    const struct info_said *said = &annotation->said[alt];
    bool looked_up =
        annotation->header->format.has_clinvar ? allele->annotated : said->clinvar_given;
    bool faulty = allele->clinvar_faulty || allele->lost || said->clinvar_faulty;

    return allele->clinvar | said->clinvar |
           (faulty      ? CLINVAR_UNREAD
            : looked_up ? CLINVAR_READ
                        : 0);
}

static int64_t af_of(const struct annotation *annotation, unsigned alt)
{
    const struct vep_allele *allele = &annotation->alleles[alt];
    const struct info_said *said = &annotation->said[alt];
    bool looked_up = annotation->header->format.has_frequency ? allele->annotated : said->af_given;
    int64_t highest = allele->af_nano > said->af_nano ? allele->af_nano : said->af_nano;

    if (!looked_up || allele->af_faulty || allele->lost || said->af_faulty)
        return STREAM_NO_AF;
    return highest < 0 ? 0 : highest;
}

/* A variant of which only ClinVar speaks gets a row without a gene. */
void annotation_site(struct annotation *annotation, unsigned alt, struct stream_site *site)
{
    const struct vep_allele *allele = &annotation->alleles[alt];
    bool complete = vep_allele_complete(allele);
    uint32_t clinvar = clinvar_of(annotation, alt);
    uint32_t n = 0;

    for (; n < allele->n_genes; n++)
        annotation->notes[n] = (struct note){.gene = allele->genes[n].name,
                                             .gene_ids = allele->genes[n].ids,
                                             .consequences = allele->genes[n].consequences,
                                             .clinvar = clinvar,
                                             .picked_by = allele->genes[n].picked_by,
                                             .complete = complete};
    assert(n || !complete);
    if (!n && clinvar)
        annotation->notes[n++] =
            (struct note){.gene = "", .clinvar = clinvar, .picked_by = NOTE_WORST};
    site->notes = annotation->notes;
    site->n_notes = n;
    site->af_nano = af_of(annotation, alt);
}

static const char *const unread_fields[HEADER_ANNOTATIONS] = {"INFO/CSQ", "INFO/vep", "INFO/ANN",
                                                              "INFO/BCSQ", "INFO/EFF"};

/* Gives the next annotation field that the line has and that is not read. Each is given once a
 * file. */
static bool next_unread(struct annotation *annotation, struct annotation_warning *warning)
{
    uint32_t left = annotation->unread & ~annotation->unread_told;
    unsigned which;

    if (!left)
        return false;
    which = (unsigned)__builtin_ctz(left);
    annotation->unread_told |= 1u << which;
    *warning = (struct annotation_warning){REJECT_ANNOTATION_UNREAD, unread_fields[which]};
    return true;
}

bool annotation_warning_next(struct annotation *annotation, struct annotation_warning *warning)
{
    assert(annotation);
    static const struct {
        size_t count; /* where in struct annotation */
        struct annotation_warning warning;
    } kinds[] = {
        {offsetof(struct annotation, faults.unknown_terms),
         {REJECT_CSQ_TERM_UNKNOWN, "INFO/Consequence"}},
        {offsetof(struct annotation, faults.columns), {REJECT_CSQ_COLUMNS, "INFO/CSQ"}},
        {offsetof(struct annotation, faults.unmatched),
         {REJECT_CSQ_ALLELE_UNMATCHED, "INFO/Allele"}},
        {offsetof(struct annotation, faults.ambiguous),
         {REJECT_CSQ_ALLELE_AMBIGUOUS, "INFO/Allele"}},
        {offsetof(struct annotation, twice), {REJECT_CSQ_TWICE, "INFO/CSQ"}},
        {offsetof(struct annotation, frequency_twice), {REJECT_CSQ_TWICE, "INFO/AF"}},
        {offsetof(struct annotation, clinvar_twice), {REJECT_CSQ_TWICE, "INFO/CLNSIG"}},
        {offsetof(struct annotation, faults.gene_names), {REJECT_CSQ_GENE_NAME, "INFO/SYMBOL"}},
        {offsetof(struct annotation, faults.genes_too_many),
         {REJECT_CSQ_GENES_TOO_MANY, "INFO/SYMBOL"}},
        {offsetof(struct annotation, faults.frequencies), {REJECT_AF_RANGE, "INFO/AF"}},
        {offsetof(struct annotation, faults.clinvar), {REJECT_CLINVAR_UNKNOWN, "INFO/CLNSIG"}},
        {offsetof(struct annotation, clinvar_counts), {REJECT_INFO_COUNT, "INFO/CLNSIG"}},
    };

    while (annotation->warned < sizeof(kinds) / sizeof(kinds[0])) {
        unsigned i = annotation->warned++;

        if (!*(const uint32_t *)((const char *)annotation + kinds[i].count))
            continue;
        *warning = kinds[i].warning;
        return true;
    }
    return next_unread(annotation, warning);
}
