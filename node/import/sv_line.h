#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a VCF line with one ALT says of a structural variant: type, place, interval of confidence
 * and length (node/store/structural.h).
 *
 * The type is ALT's symbol or SVTYPE, which must agree. END counts where CHR2 is absent or the
 * line's own chromosome, else POS and SVLEN tell the end; where both are given they agree within a
 * tenth. CIPOS and CIEND widen the places. The length is SVLEN where the line is precise, else what
 * the places leave open. ALT in bases is structural by its SVTYPE, or by 50 bases more or fewer
 * than REF; a duplication in bases may have its copies on either side of POS. What does not fit is
 * not read, and so cannot be told. (reference: formats, 5.2; VCF 4.3, 3 and 5.4) Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "node/import/vcf_line.h"
#include "node/store/structural.h"

/* May a line whose only ALT is spelled in bases be one: is it long enough, or names it a type? */
bool sv_line_told(const struct vcf_line *line);
/* position: of the line, within the chromosome; length: the chromosome's. */
bool sv_line_read(const struct vcf_line *line, uint32_t position, uint32_t length,
                  struct structural *out) MUST_CHECK;
