#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads a term file into the tables, completely or not at all: HPO (OBO or obographs JSON), ICD-10
 * and ATC (CSV), HGNC, genes (refFlat, Ensembl's table, our own TSV).
 *
 * The format is found from the content, never from the file's name. Files may be compressed by gzip
 * or xz. A file whose bytes are loaded already is not read again. One thread.
 */
#include "node/terms/terms.h"

/* What the operator tells about the file. */
struct terms_load_options {
    uint8_t assembly;    /* for a gene file: VARIANT_GRCH37/38; 0: not given */
    const char *release; /* for files that do not name their release; NULL: the file's hash */
    const char *dir;     /* the node's folder, for a reference */
    /* of a reference: bytes of the file that are done; NULL: quiet */
    void (*progress)(void *of, uint64_t done, uint64_t total);
    void *progress_of;
};

struct terms_load_result {
    struct term_release release;
    bool known;       /* these bytes are loaded already: nothing was done */
    uint64_t skipped; /* entries left out: other ontologies, unplaced contigs, repeats */
};

/* system: "hpo", a system of codes.h in any spelling, "genes", "hgnc", or "fasta" (reference.h). */
bool terms_load(struct sqlite3 *db, const char *system, const char *path,
                const struct terms_load_options *options, struct terms_load_result *result,
                struct err *err) MUST_CHECK;
