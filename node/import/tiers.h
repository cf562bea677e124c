#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strelka's somatic calls have no genotypes, but the reads of two tiers that support each allele:
 * AU, CU, GU and TU of a single base, TAR and TIR of an indel. The rule here: a sample whose first
 * tier has a read of the ALT is written 0/1, one whose first tier has reads of the reference alone
 * 0/0, each with these reads as AD, and one without reads, or of no such form, "./.". Lines of
 * several alleles are not told apart: ./. for all. Owns a buffer; one thread.
 */
#include <stdbool.h>

#include "node/import/vcf_line.h"
#include "proto/base/bytes.h"

/* Has FORMAT these fields and no GT? */
bool tiers_has(struct text_span format);
/* The FORMAT of what tiers_spell() writes. */
#define TIERS_FORMAT "GT:AD"
/*
 * Writes the genotypes of the line's samples into `out` as columns of TIERS_FORMAT. n_alts: of
 * the line. False when memory is out.
 */
bool tiers_spell(const struct vcf_line *line, unsigned n_alts, struct bytes *out);
