#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What VEP (CSQ), SnpEff (ANN, EFF) and bcftools csq (BCSQ) say about the alleles of a line, by the
 * field order of the file's own header and never by fixed columns.
 *
 * For each alternative allele one row a gene in which a transcript overlaps it: the consequences of
 * the gene's chosen transcript, MANE Select before MANE Plus Clinical before canonical before the
 * most severe, and which of these decided. What lies outside of every gene (upstream, downstream,
 * between genes, regulatory) is one row without a name. ClinVar's words and population frequencies
 * that stand in the annotation come along. An entry belongs to the allele that ALLELE_NUM and its
 * spelling (spelling.h) name; one that may be of several, of none, or that cannot be read is lost
 * to each allele that it may be of, and such an allele is not complete: what is not said of it is
 * not known. Texts belong to the caller and must live as long as the result. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/text_span.h"
#include "node/store/note.h"
#include "proto/base/err.h"

#define VEP_COLUMNS_MAX 512u
#define VEP_GENES_MAX 64u /* of one allele */
#define VEP_ROWS_MAX (VEP_GENES_MAX + 1)

enum vep_column {
    VEP_IGNORED,
    VEP_ALLELE,
    VEP_ALLELE_NUMBER,
    VEP_CONSEQUENCE,
    VEP_SYMBOL,
    VEP_GENE,
    VEP_HGNC_ID,
    VEP_FEATURE,
    VEP_CANONICAL,
    VEP_MANE_SELECT,
    VEP_MANE_PLUS_CLINICAL,
    VEP_MANE,
    VEP_CLINVAR,
    VEP_FREQUENCY,
    VEP_COLUMN_KINDS
};

enum vep_form {
    VEP_FORM_VEP,
    VEP_FORM_ANN,  /* SnpEff 4 and later */
    VEP_FORM_EFF,  /* SnpEff before: Effect(Impact|...) */
    VEP_FORM_BCSQ, /* bcftools csq: entries may lack columns at the end, or point to a record */
};

struct vep_format {
    enum vep_form form;
    bool has_frequency;
    bool has_clinvar;
    uint16_t n_columns;
    uint8_t columns[VEP_COLUMNS_MAX]; /* enum vep_column */
};

/*
 * The columns out of a Description: "... Format: Allele|Consequence|..." (VEP, bcftools csq),
 * "Functional annotations: 'Allele | Annotation | ..." or "Format: 'Effect ( Effect_Impact | ..."
 * (SnpEff). False when it has none of these forms, or names no consequence.
 */
bool vep_format_read(struct vep_format *format, const char *description, size_t length) MUST_CHECK;

struct vep_gene {
    char name[NOTE_GENE_BYTES_MAX + 1]; /* "" outside of every gene */
    /* What entries give beside the name (note.h); the id of HGNC before that of Ensembl. */
    char ids[NOTE_GENE_IDS_BYTES_MAX + 1];
    uint64_t consequences; /* CONSEQUENCE_UNREAD where a term may be missing */
    enum note_picked_by picked_by;
    /* below: while entries are read */
    uint8_t level;        /* of the transcript chosen so far: smaller is better */
    uint8_t unread_level; /* the best of those with terms that are not known */
    bool overlaps;        /* a transcript of it overlaps the variant */
    int rank;             /* of its most severe consequence: smaller is more severe */
    uint64_t common;      /* terms of all of its transcripts */
    uint64_t any;         /* terms of any of them */
};

/* What is said of one alternative allele. */
struct vep_allele {
    bool annotated; /* at least one entry is its own */
    bool lost;      /* an entry that may describe it could not be read */
    bool unplaced;  /* an entry of its own names no gene, or no known consequence in one */
    uint32_t n_genes;
    uint32_t clinvar;
    bool clinvar_faulty;
    int64_t af_nano; /* the highest that is said, -1: none */
    bool af_faulty;
    struct vep_gene genes[VEP_ROWS_MAX];
};

/* True when the annotation is complete: what it does not say of the allele's genes and consequences
 * is known not to be so. */
static inline bool vep_allele_complete(const struct vep_allele *allele)
{
    return allele->annotated && !allele->lost && !allele->unplaced;
}

struct vep_faults {
    uint32_t unknown_terms;
    uint32_t columns;   /* entries that have not the header's number of columns */
    uint32_t unmatched; /* entries that name no allele of the line */
    uint32_t ambiguous; /* entries that may be of several */
    uint32_t gene_names;
    uint32_t genes_too_many;
    uint32_t frequencies;
    uint32_t clinvar;
};

/* REF and the n ALTs of a line. */
struct vep_line {
    struct text_span ref;
    const struct text_span *alts;
    size_t n;
};

void vep_allele_init(struct vep_allele *allele);
/*
 * Take in the value of an annotation field, whole, for the n alleles that vep_allele_init() has
 * cleared. Faults are added up.
 */
void vep_read(const struct vep_format *format, struct text_span value, const struct vep_line *line,
              struct vep_allele *alleles, struct vep_faults *faults);
