#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One sample's column of a VCF line, taken apart: the fields of FORMAT that are read, where FORMAT
 * has them. Nothing is copied; spans live as long as the line. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/import/vcf_line.h"

enum vcf_field {
    FIELD_GT,
    FIELD_FT,
    FIELD_DP,
    FIELD_GQ,
    FIELD_LGT, /* genotypes in the sample's own alleles, which LAA lists (VCF 4.5) */
    FIELD_LAA,
    FIELD_MIN_DP,
    FIELD_GQX,      /* Strelka's quality of a block */
    FIELD_SQ,       /* DRAGEN's, of a mitochondrial one */
    FIELD_RGQ,      /* GATK's, of a place without an alternative allele */
    FIELD_READS_AF, /* AF: the share of the reads (allele_fraction.h) */
    FIELD_FREQ,
    FIELD_AD,
    FIELD_LEN, /* of a sample's own block (VCF 4.5) */
    FIELD_CN,  /* copies of a structural variant's stretch */
    VCF_FIELDS
};
#define VCF_FIELD_PLACES 64 /* of FORMAT; what stands behind is not read */

struct vcf_fields {
    uint8_t at[VCF_FIELD_PLACES]; /* which field stands there; VCF_FIELDS: none that is read */
    int last;                     /* the last place that is read; -1: none */
    bool has[VCF_FIELDS];
    bool twice; /* one of them stands there twice: it cannot be said which one counts */
};

/* wanted: bits of enum vcf_field. */
void vcf_fields_find(const char *format, size_t length, unsigned wanted, struct vcf_fields *fields);
/*
 * The values of the column that begins at p; those that it does not have are {NULL, 0}. Returns its
 * end: at the tab, or at `end`.
 */
const char *vcf_column_split(const struct vcf_fields *fields, const char *p, const char *end,
                             struct text_span values[static VCF_FIELDS]);
/* A number of 0 or more, cut to a whole one; false for ".", for none, and for what is no number. */
bool vcf_column_number(struct text_span span, uint32_t *value);
