#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads HGNC's complete set (TSV with a header; www.genenames.org, "hgnc_complete_set") into the
 * tables of genes and their names.
 *
 * Columns are found by the header's names, in any order: hgnc_id, symbol, and, when they are there,
 * status, prev_symbol, alias_symbol, ensembl_gene_id, refseq_accession, entrez_id. Lists are
 * separated by '|', with or without quotes. Withdrawn entries are counted and left out. A new table
 * replaces the old one in one transaction. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct sqlite3;
struct term_file;
struct term_release;

#define HGNC_NAMES_MAX 2000000u /* of one file */

/* The caller sets release->release; system, n_terms and loaded_s are filled in here. */
bool hgnc_read(struct term_file *file, struct sqlite3 *db, struct term_release *release,
               uint64_t *skipped, struct err *err) MUST_CHECK;
