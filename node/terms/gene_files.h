#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gene files, told by their first line:
 *
 *   refFlat (UCSC), 11 columns or the first 6, no header, 0-based half-open: spans, and coding
 *     bases from exons within cdsStart..cdsEnd;
 *   Ensembl's table, tab-separated with a header that has symbol, chr, start, end: spans;
 *   our own TSV with a header symbol, chromosome, start, end and, where known, coding
 *     ("100-200,300-400", 1-based, inclusive) and assembly ("GRCh38"): rows of the other
 *     assembly are left out.
 *
 * Entries that lie on other sequences than chromosomes 1-22, X, Y, MT or have no symbol are counted
 * and left out. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct gene_writer;
struct term_file;

bool gene_files_read(struct term_file *file, struct gene_writer *writer, uint64_t *skipped,
                     struct err *err) MUST_CHECK;
