#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which gene a name means: symbols of today, former ones, aliases, ids.
 *
 * With HGNC's table loaded, an approved symbol is its gene's; any other name (former symbol, alias,
 * id of Ensembl, RefSeq or NCBI, HGNC:n) is the gene's that it leads to, and nobody's where it
 * leads to several. What HGNC does not have, and every name where it is not loaded, is known when a
 * loaded gene table has that symbol, in whatever case. Where nothing is loaded at all, each name is
 * a gene of its own. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct sqlite3;
struct gene_names;

#define GENE_NAME_BYTES_MAX 64
#define GENE_KEY_BYTES (GENE_NAME_BYTES_MAX + 2)
#define GENE_NAMES_OTHERS_BYTES 256
/* The first byte of the key of a name that no table knows. */
#define GENE_KEY_UNKNOWN '?'

enum gene_name_state { GENE_NAME_UNKNOWN, GENE_NAME_AMBIGUOUS, GENE_NAME_KNOWN };

struct gene_name {
    enum gene_name_state state;
    /* The same for all names of a gene: "HGNC:3430", or "ERBB2" where HGNC does not have it.
     * Unknown: '?' and the name in upper case; ambiguous: "*". */
    char key[GENE_KEY_BYTES];
    char symbol[GENE_KEY_BYTES];          /* today's; as given where none is known */
    char others[GENE_NAMES_OTHERS_BYTES]; /* ambiguous: "ABC1, XYZ2", cut where there are more */
    int64_t hgnc;                         /* 0: none */
};

/* Borrows the database with the terms. */
bool gene_names_open(struct sqlite3 *db, struct gene_names **out, struct err *err) MUST_CHECK;
/* Accepts NULL. */
void gene_names_close(struct gene_names *names);
/* names NULL: nothing is loaded. */
bool gene_names_find(struct gene_names *names, const char *name, struct gene_name *out,
                     struct err *err) MUST_CHECK;
/*
 * The symbol that the gene table of an assembly has for the gene, by whichever of its names (the
 * approved one first); "" where it has none, or several.
 */
bool gene_names_in_table(struct gene_names *names, const struct gene_name *gene, uint8_t assembly,
                         char symbol[static GENE_KEY_BYTES], struct err *err) MUST_CHECK;
