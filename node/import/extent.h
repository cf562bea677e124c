#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stretch of genome that a VCF line speaks of: from POS to the last base of REF, and of a
 * symbolic allele to its END or by its SVLEN, widened by CIPOS and CIEND; and the mates that
 * breakends name. A symbolic allele whose end is not told reaches to the end of the chromosome.
 * Any thread.
 */
#include <stdint.h>

#include "node/import/vcf_line.h"
#include "proto/query/ast.h"

/* A value of INFO as it stands; false when the line has no such key. A flag has an empty value. */
bool extent_info(const struct vcf_line *line, const char *key, struct text_span *value);

struct extent {
    uint32_t start;
    uint32_t end;
};
/* position: of the line, within the chromosome; length: the chromosome's. */
struct extent extent_of(const struct vcf_line *line, uint32_t position, uint32_t length);
/* Where the text of a breakend says that the other end is; false when it says nothing of one. */
bool extent_mate(struct text_span alt, struct text_span *contig, uint32_t *position);
/* Where INFO CHR2 says that the other end is; false when it is not there. */
bool extent_other(const struct vcf_line *line, struct text_span *contig, uint32_t *position);
