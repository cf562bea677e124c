#pragma once
/*
 * What VEP (CSQ) and SnpEff (ANN) say about the alleles of a line, by the field order of the file's
 * own header and never by fixed columns.
 *
 * For each alternative allele one row a gene: the consequences of its chosen transcript, MANE
 * Select before MANE Plus Clinical before canonical before the most severe, and which of these
 * decided. ClinVar's words and population frequencies that stand in the annotation come along.
 * Entries are matched to alleles by ALLELE_NUM, else by VEP's trimmed spelling, the full one, or
 * the minimal one. Texts belong to the caller and must live as long as the result. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/store/note.h"
#include "proto/base/err.h"

#define VEP_COLUMNS_MAX 512u
#define VEP_GENES_MAX 64u /* of one allele */

enum vep_column {
    VEP_IGNORED,
    VEP_ALLELE,
    VEP_ALLELE_NUMBER,
    VEP_CONSEQUENCE,
    VEP_SYMBOL,
    VEP_GENE,
    VEP_CANONICAL,
    VEP_MANE_SELECT,
    VEP_MANE_PLUS_CLINICAL,
    VEP_CLINVAR,
    VEP_FREQUENCY,
    VEP_COLUMN_KINDS
};

struct vep_format {
    bool snpeff;
    bool has_frequency;
    uint16_t n_columns;
    uint8_t columns[VEP_COLUMNS_MAX]; /* enum vep_column */
};

/*
 * The columns out of a Description: "... Format: Allele|Consequence|..." (VEP) or "Functional
 * annotations: 'Allele | Annotation | ..." (SnpEff). False when it has neither form, or names no
 * consequence.
 */
bool vep_format_read(struct vep_format *format, const char *description, size_t length) MUST_CHECK;

struct vep_gene {
    const char *name; /* not ended by a NUL */
    uint8_t length;   /* 0: between genes, or a regulatory feature */
    uint8_t level;    /* of the transcript chosen so far: smaller is better */
    int rank;         /* of its most severe consequence: smaller is more severe */
    uint64_t consequences;
    enum note_picked_by picked_by;
};

/* What is said of one alternative allele. */
struct vep_allele {
    const char *alt; /* as the line has it */
    size_t length;
    bool annotated; /* at least one entry names it */
    uint32_t n_genes;
    uint32_t clinvar;
    int64_t af_nano; /* -1 not said */
    struct vep_gene genes[VEP_GENES_MAX];
};

struct vep_faults {
    uint32_t unknown_terms;
    uint32_t columns;   /* entries that have not the header's number of columns */
    uint32_t unmatched; /* entries that name no allele of the line */
    uint32_t gene_names;
    uint32_t genes_too_many;
    uint32_t frequencies;
};

/* Set alt and length of the alleles, of which there are n, and clear the rest, before the first. */
void vep_allele_init(struct vep_allele *allele, const char *alt, size_t length);
/* Take in the value of a CSQ or ANN field. Faults are added up. */
void vep_read(const struct vep_format *format, const char *text, size_t size, const char *ref,
              size_t ref_length, struct vep_allele *alleles, size_t n, struct vep_faults *faults);
