#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GT fields of a line, read from its text into calls for each alternative allele.
 *
 * Of an allele: two copies hom, one het, one beside a missing one carrier, a haploid call hemi,
 * missing without a copy not called; a sample without the allele gets no call. 1/2 is het for both.
 * More than two copies of a place: hom when all are the allele, otherwise carrier. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define GENOTYPES_ALTS_MAX 255u
#define GENOTYPES_PLOIDY_MAX 16u

struct genotypes;

bool genotypes_open(uint32_t n_samples, struct genotypes **out, struct err *err) MUST_CHECK;
void genotypes_close(struct genotypes *genotypes);

enum genotypes_fault {
    GENOTYPES_OK,
    GENOTYPES_COLUMNS, /* not as many samples as the header has */
    GENOTYPES_NO_GT,   /* FORMAT has no GT */
    GENOTYPES_FORM,    /* not of the form of a GT, or an allele that the line does not have */
    GENOTYPES_MEMORY,
};

/* format without its tab; text: the sample columns to the end of the line. */
enum genotypes_fault genotypes_read(struct genotypes *genotypes, const char *format,
                                    size_t format_length, const char *text, size_t size,
                                    unsigned n_alts) MUST_CHECK;
/* The calls of an allele (0: the first ALT), as stream_site wants them; until the next read. */
const uint8_t *genotypes_calls(const struct genotypes *genotypes, unsigned alt, size_t *size);
