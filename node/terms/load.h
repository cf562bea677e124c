#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Term files into the tables, whole or not at all: HPO (OBO or obographs JSON), ICD-10 and ATC
 * (CSV), HGNC, genes (refFlat, Ensembl's table, our own TSV).
 *
 * The format is told by what is in the file, never by its name. Files may be gzip or xz. A file
 * that was loaded already (same bytes) is not read again. One thread.
 */
#include "node/terms/terms.h"

/* What the operator says about the file. */
struct load_options {
    uint8_t assembly;    /* of a gene file: VARIANT_GRCH37/38; 0 when not said */
    const char *release; /* for files that do not say theirs; NULL: made from the file's hash */
};

struct load_result {
    struct term_release release;
    bool known;       /* nothing to do: these bytes are loaded */
    uint64_t skipped; /* entries that are not ours: other ontologies, unplaced contigs, repeats */
};

/* system: "hpo", a system of codes.h in any spelling, or "genes". */
bool terms_load(struct sqlite3 *db, const char *system, const char *path,
                const struct load_options *options, struct load_result *result,
                struct err *err) MUST_CHECK;
