#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A term release as one public file: what a publisher's list says of codes or genes, and nothing
 * that any patient's data decide. The same release makes the same bytes at every node, so a file is
 * named by the BLAKE2b-256 of its bytes.
 *
 * The file is lines of UTF-8, each ended by a line feed, with a TAB between two fields:
 *
 *   rikstal-terms 1
 *   system  hp
 *   release 2024-04-26
 *   T       CODE LABEL CURRENT-OR-OBSOLETE(+ or -) SUCCESSOR PARENTS(separated by blanks)
 *   A       ALIAS CODE            an id that was merged into CODE
 *   Y       CODE SYNONYM          another name of a term
 *   G       HGNC-NUMBER SYMBOL    a gene with its approved symbol
 *   N       NAME HGNC-NUMBER KIND a name of a gene: 1 approved, 2 former, 3 alias, 4 an id
 *   S       UPPER-CASE SYMBOL     a symbol of a gene table
 *   end     NUMBER-OF-ROWS
 *
 * A file with rows of Y, and no other, begins with "rikstal-terms 2"; readers of before refuse it.
 *
 * Rows stand in this order of kinds; rows of T, A, Y, N and S are sorted by their first field (Y, N
 * and S: by the first two) as bytes, rows of G by number. Nothing stands twice. The reader refuses
 * every other file. A file in memory is immutable; any thread may read it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"

#define RELEASE_FILE_BYTES_MAX ((size_t)32 << 20)
#define RELEASE_FILE_SYSTEM_BYTES 32
#define RELEASE_FILE_RELEASE_BYTES 64
#define RELEASE_FILE_HGNC "hgnc"    /* the system of HGNC's table */
#define RELEASE_FILE_GENES "genes:" /* gene tables are "genes:GRCh37" and "genes:GRCh38" */

struct release_file;

/* Copies the bytes. ERR_INVALID, with the line's number, for a file of any other form. */
bool release_file_open(const uint8_t *data, size_t size, struct release_file **out,
                       struct err *err) MUST_CHECK;
void release_file_free(struct release_file *file); /* accepts NULL */
const char *release_file_system(const struct release_file *file);
const char *release_file_release(const struct release_file *file);

/*** terms ***/

struct release_term {
    const char *code;
    const char *label;   /* "" when the release gives none */
    bool obsolete;       /* no longer a term */
    const char *replace; /* the code that replaced it; "" */
    const char *parents; /* separated by blanks */
};

size_t release_file_n_terms(const struct release_file *file);
/* The i-th term in the order of codes. */
struct release_term release_file_nth(const struct release_file *file, size_t i);
/*
 * Finds the current term of a code: the term that an id was merged into, or the successor of an
 * obsolete one, over several steps if needed. An obsolete term without a usable successor finds
 * itself. False when the release lacks the code.
 */
bool release_file_find(const struct release_file *file, const char *code, struct release_term *out);
struct release_synonym {
    const char *code;
    const char *text;
};
size_t release_file_n_synonyms(const struct release_file *file);
/* The i-th synonym in the order of codes. */
struct release_synonym release_file_synonym(const struct release_file *file, size_t i);
/*
 * Does any other term lie below this code? by_prefix: one whose code begins with it; else one that
 * names the code as a parent.
 */
bool release_file_has_below(const struct release_file *file, const char *code, bool by_prefix);

/*** genes ***/

enum release_gene_state { RELEASE_GENE_UNKNOWN, RELEASE_GENE_AMBIGUOUS, RELEASE_GENE_KNOWN };

struct release_gene {
    enum release_gene_state state;
    const char *symbol; /* KNOWN: today's symbol */
    uint32_t hgnc;      /* KNOWN: 0 in a gene table */
    char others[256];   /* AMBIGUOUS: "ABC1, XYZ2", cut if too long */
};

/*
 * Which gene the release means by a name: an approved symbol is its gene's; a former symbol, an
 * alias or an id (of Ensembl, RefSeq, NCBI, or "HGNC:3430") is the gene's that it leads to, and
 * ambiguous when it leads to several. In a gene table a symbol is found in any case.
 */
void release_file_gene(const struct release_file *file, const char *name, struct release_gene *out);
size_t release_file_n_symbols(const struct release_file *file);
/* The i-th symbol of all genes of the file, in no particular order. */
const char *release_file_symbol(const struct release_file *file, size_t i);

/*** writing ***/

/*
 * The first lines; then the rows in their order, counted by the caller; then the end. synonyms: are
 * there rows of kind 'Y'?
 */
void release_file_begin(const char *system, const char *release, bool synonyms, struct bytes *out);
/* label: may be NULL; one that cannot be printed as it is is left out. replace: may be NULL. */
void release_file_add_term(const struct release_term *term, struct bytes *out);
/* False, and nothing is added, when it cannot be printed as it is. */
bool release_file_add_synonym(const char *code, const char *synonym, struct bytes *out);
/* A row of kind 'A', 'G', 'N' or 'S'; third is NULL where the kind has two fields. */
void release_file_add(char kind, const char *first, const char *second, const char *third,
                      struct bytes *out);
void release_file_end(uint64_t rows, struct bytes *out);
