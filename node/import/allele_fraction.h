#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The share of a sample's reads that have an allele, as callers write it: AF of Mutect2 and VarDict
 * (a decimal an allele, with an exponent where it is small), FREQ of VarScan ("12.5%", of a line
 * with one allele), AD (reads of the reference and of each allele; the share is of their sum).
 * Where FORMAT has several, the first of these is read and no other, so that a value that was
 * spoiled does not become another one. What has another form, number or size is unknown. Any
 * thread.
 */
#include <stdint.h>

#include "node/import/text_span.h"
#include "node/import/vcf_column.h"

/* Which of the fields of FORMAT is read; VCF_FIELDS: it has none. */
enum vcf_field allele_fraction_field(const struct vcf_fields *fields);
/*
 * The code (node/store/fraction.h) of allele alt (0: the first ALT of n_alts), from the value of
 * that field in a sample's column. FRACTION_UNKNOWN where it cannot be read.
 */
uint8_t allele_fraction(enum vcf_field field, struct text_span value, unsigned n_alts,
                        unsigned alt);
