#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the genotypes' reader, for its files: genotypes.c (text, and what is to be
 * thought of a call), genotypes_bcf.c (the columns of a BCF record) and genotypes_read.c (which of
 * the two a line has).
 */
#include "node/import/genotypes.h"
#include "node/import/vcf_column.h"

#define GENOTYPES_MISSING (-1) /* an allele that was not called */

struct genotypes_alt {
    uint8_t *data; /* room for a call of every sample; NULL until wanted */
    size_t size;
    int64_t previous;
    uint8_t *fractions; /* room for every sample; NULL until wanted */
    size_t n_fractions;
};

/* Lines of one file mostly have one FORMAT: as long as this, it is looked up once. */
#define GENOTYPES_FORMAT_KEPT 64u

struct genotypes {
    struct genotypes_rules rules;
    uint32_t n_samples;
    struct genotypes_alt alts[GENOTYPES_ALTS_MAX];
    struct genotypes_doubt *doubts; /* room for one of every sample */
    size_t n_doubts;
    uint32_t carriers;
    uint32_t carriers_lost;
    uint32_t unreadable;                /* samples whose GT could not be read */
    enum vcf_field share;               /* which field says the shares of the sample in hand */
    struct text_span shares;            /* what it says */
    struct vcf_fields fields;           /* of the line in hand */
    char format[GENOTYPES_FORMAT_KEPT]; /* the FORMAT that they are of */
    size_t format_length;               /* 0: it was not kept */
    unsigned format_wanted;             /* which fields were looked for */
};

/* One sample's GT. */
struct genotypes_call {
    int alleles[GENOTYPES_PLOIDY_MAX];
    unsigned n;
    bool only_reference;
    bool half; /* a copy is missing */
    bool carries;
};

/* What the fields beside GT say. */
struct genotypes_beside {
    bool failed; /* FT */
    bool low;    /* DP or GQ; of a reference call */
};

/* Adds a copy to fewer than GENOTYPES_PLOIDY_MAX. */
void genotypes_add_copy(struct genotypes_call *call, int allele);
bool genotypes_passed(const struct genotypes_rules *rules, struct text_span filter);
/* Keeps what can be kept of a sample's call, and notes a doubt. To be called in rising order of
 * samples. */
void genotypes_judge(struct genotypes *genotypes, const struct genotypes_line *line,
                     uint32_t sample, const struct genotypes_call *call, bool readable,
                     const struct genotypes_beside *beside);
/* Makes room for the line's alleles and forgets the line before. False when memory is out. */
bool genotypes_prepare(struct genotypes *genotypes, const struct genotypes_line *line);
enum genotypes_fault genotypes_read_text(struct genotypes *genotypes,
                                         const struct genotypes_line *line);
void genotypes_read_columns(struct genotypes *genotypes, const struct genotypes_line *line);
