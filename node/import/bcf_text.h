#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A BCF record as the line that the VCF reader takes, so that one judgement of a genotype serves
 * text and BCF. The line is that of htslib's vcf_format(), except that FORMAT and the samples have
 * only the fields that the reader looks at. Nearly all of a large file is "0|0" and "0/0": where GT
 * alone is left, groups of samples are compared with that in the record and written at once.
 * Borrows everything. Any thread, one record a thread.
 */
#include <htslib/kstring.h>
#include <htslib/vcf.h>
#include <stdbool.h>

/*
 * Appends the line with its line feed; false where the record is damaged or memory is out. What is
 * not read is taken out of the record.
 */
__attribute__((warn_unused_result)) bool bcf_text_add(const bcf_hdr_t *header, bcf1_t *record,
                                                      kstring_t *line);
