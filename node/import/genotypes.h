#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GT fields of a line, read into calls for each alternative allele, and which
 * samples there is a doubt about.
 *
 * Of an allele: two copies hom, one het, one beside a missing one carrier, a haploid call hemi,
 * missing without a copy not called; a sample without the allele gets no call. 1/2 is het for both.
 * Beside GT, FT (the genotype's own filter), DP and GQ are read: a genotype that failed, and a
 * reference on fewer reads or of a lower quality than the limits, is not called. So is one that is
 * of no form, names an allele that the line does not have, or has a number of copies that cannot
 * be: more than two, or one copy of a chromosome of which everybody has two (an allele seen there
 * is kept as a carrier's). It costs the sample, never the line. LGT with LAA is read like GT. The
 * columns of a BCF record (bcf_columns.h) give what their text would. Where it is asked for, the
 * share of the reads that each carrier has of an allele is read too (allele_fraction.h), from text.
 * One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/vcf_line.h"
#include "node/store/gap.h"
#include "proto/base/err.h"

#define GENOTYPES_ALTS_MAX 255u
#define GENOTYPES_PLOIDY_MAX 16u /* copies that a genotype may have */
#define GENOTYPES_DEPTH 1u /* default: a reference call that rests on no read does not count */
#define GENOTYPES_QUALITY 1u
#define GENOTYPES_CLEAN GAP_REASONS

struct genotypes;
struct bcf_columns;

/* Words that count as passed, beside PASS and "."; what a reference call must have. Borrowed. */
struct genotypes_rules {
    const char *const *keep_filters;
    size_t n_keep_filters;
    uint32_t depth;   /* at least; a genotype that does not say it passes */
    uint32_t quality; /* likewise */
};

bool genotypes_open(uint32_t n_samples, const struct genotypes_rules *rules, struct genotypes **out,
                    struct err *err) MUST_CHECK;
void genotypes_close(struct genotypes *genotypes);
/* From here on a reference call must have this much too, where that is more. */
void genotypes_raise(struct genotypes *genotypes, uint32_t depth, uint32_t quality);

enum genotypes_fault {
    GENOTYPES_OK,
    GENOTYPES_COLUMNS, /* not as many samples as the header has */
    GENOTYPES_NO_GT,   /* FORMAT has no GT */
    GENOTYPES_MEMORY,
};

struct genotypes_line {
    struct text_span format;
    struct text_span samples;          /* the columns to the end of the line */
    const struct bcf_columns *columns; /* of all samples, instead of text; or NULL */
    unsigned n_alts;
    bool two_copies; /* of a chromosome of which everybody has two */
    bool lost;       /* the line is not taken: no calls are made, and every carrier is a doubt */
    bool fractions;  /* shares of reads are wanted; columns is then NULL */
};

enum genotypes_fault genotypes_read(struct genotypes *genotypes,
                                    const struct genotypes_line *line) MUST_CHECK;
/* The calls of an allele (0: the first ALT) in the form of stream_site; valid until the next read.
 */
const uint8_t *genotypes_calls(const struct genotypes *genotypes, unsigned alt, size_t *size);

/* Codes (node/store/fraction.h) of those calls, without those of CALL_NONE; size 0: not wanted. */
const uint8_t *genotypes_fractions(const struct genotypes *genotypes, unsigned alt, size_t *size);

/* A sample whose genotype cannot be told. Of a line that is not taken, also a sample that carries
 * an alternative allele. */
struct genotypes_doubt {
    uint32_t sample;
    enum gap_reason reason; /* GENOTYPES_CLEAN: nothing is wrong with the genotype itself */
    bool carries;           /* an alternative allele was seen */
};
/* Of the line read last, samples rising; after GENOTYPES_COLUMNS those before the fault. */
const struct genotypes_doubt *genotypes_doubts(const struct genotypes *genotypes, size_t *n);
/* Samples of that line whose genotype cannot be read. */
uint32_t genotypes_unreadable(const struct genotypes *genotypes);
/* Samples of that line with an alternative allele, and how many of them are not called. */
void genotypes_carriers(const struct genotypes *genotypes, uint32_t *seen, uint32_t *lost);
