#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A BCF record as the line that the VCF reader takes: that of htslib's vcf_format(), except that
 * FORMAT and the samples have only the fields that the reader looks at. Where the samples are read
 * from the record (bcf_columns.h), the line ends behind FORMAT and its tab.
 * Borrows everything. Any thread, one record a thread.
 */
#include <htslib/kstring.h>
#include <htslib/vcf.h>
#include <stdbool.h>

#include "proto/base/err.h"

/*
 * Unpacks a record, and takes out of it the fields of FORMAT that are not read. False where it is
 * damaged.
 */
bool bcf_text_unpack(const bcf_hdr_t *header, bcf1_t *record) MUST_CHECK;
/*
 * Append the line of an unpacked record with its line feed; false where the record is damaged or
 * memory is out.
 */
bool bcf_text_add(const bcf_hdr_t *header, bcf1_t *record, kstring_t *line) MUST_CHECK;
bool bcf_text_add_fixed(const bcf_hdr_t *header, bcf1_t *record, kstring_t *line) MUST_CHECK;
