#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HGNC's complete set (TSV with a header; www.genenames.org, "hgnc_complete_set") into the tables
 * of genes and their names.
 *
 * Read by the header's names, in any order: hgnc_id, symbol, and, where they are there, status,
 * prev_symbol, alias_symbol, ensembl_gene_id, refseq_accession, entrez_id. Lists are separated by
 * '|', in quotes or not. Withdrawn entries are counted and left out. A table replaces the one
 * before in one transaction. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct sqlite3;
struct term_file;
struct term_release;

#define HGNC_NAMES_MAX 2000000u /* of one file */

/* release->release is set by the caller; system, n_terms and loaded_s are filled in. */
bool hgnc_read(struct term_file *file, struct sqlite3 *db, struct term_release *release,
               uint64_t *skipped, struct err *err) MUST_CHECK;
