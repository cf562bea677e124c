#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the gene that a name means: by current symbols, former symbols, aliases and ids.
 *
 * When HGNC's table is loaded, an approved symbol means its gene. Any other name (former symbol,
 * alias, id of Ensembl or RefSeq, HGNC:n) means the one gene that has it, and is ambiguous
 * when several have it. A name that HGNC lacks is known when a loaded gene table has that symbol in
 * any case; the same holds for all names when HGNC is not loaded. When nothing is loaded, each name
 * is a gene of its own. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct sqlite3;
struct gene_names;

#define GENE_NAME_BYTES_MAX 64
#define GENE_KEY_BYTES (GENE_NAME_BYTES_MAX + 2)
#define GENE_NAMES_OTHERS_BYTES 256
/* The first byte of the key of a name that is in no table. */
#define GENE_KEY_UNKNOWN '?'

enum gene_name_state { GENE_NAME_UNKNOWN, GENE_NAME_AMBIGUOUS, GENE_NAME_KNOWN };

struct gene_name {
    enum gene_name_state state;
    /*
     * The same for all names of a gene: "HGNC:3430", or "ERBB2" when HGNC lacks the gene. For an
     * unknown name '?' and the name in upper case; for an ambiguous one "*".
     */
    char key[GENE_KEY_BYTES];
    char symbol[GENE_KEY_BYTES];          /* today's symbol; the given name if unknown */
    char others[GENE_NAMES_OTHERS_BYTES]; /* ambiguous: "ABC1, XYZ2", cut if too long */
    int64_t hgnc;                         /* 0: none */
};

/* Borrows the database, which holds the terms. */
bool gene_names_open(struct sqlite3 *db, struct gene_names **out, struct err *err) MUST_CHECK;
/* Accepts NULL. */
void gene_names_close(struct gene_names *names);
/* names may be NULL: nothing is loaded. */
bool gene_names_find(struct gene_names *names, const char *name, struct gene_name *out,
                     struct err *err) MUST_CHECK;
/*
 * What an annotation means that names a gene by a name and, beside it, by ids with ',' between: the
 * gene of the ids that HGNC's table knows, where the name is one of its names (former ones and
 * aliases too) or nobody's. Ambiguous where the known ids are of several genes, or the name is
 * another gene's, and for ids "*" (more than were kept). Without a known id the name decides alone.
 */
bool gene_names_find_said(struct gene_names *names, const char *name, const char *ids,
                          struct gene_name *out, struct err *err) MUST_CHECK;
/*
 * The symbol that the gene table of an assembly has for the gene, under any of its names (the
 * approved one is tried first); "" when the table has none or several.
 */
bool gene_names_in_table(struct gene_names *names, const struct gene_name *gene, uint8_t assembly,
                         char symbol[static GENE_KEY_BYTES], struct err *err) MUST_CHECK;
