#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference genomes of this node: at most one an assembly, each a file of the node's own, in a
 * form that does not depend on the file it was loaded from (fasta_copy.h).
 *
 *   D/reference/<hash>.fa       named by its BLAKE2b-256
 *   D/reference/<hash>.fa.fai   its index
 *
 * Which hash is an assembly's stands in the store's database. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct terms_load_options;
struct terms_load_result;
struct sqlite3;

struct reference {
    uint8_t assembly; /* VARIANT_GRCH37, VARIANT_GRCH38 */
    uint8_t hash[32];
    uint64_t bytes;
    uint8_t index_hash[32];
};

/* The assembly's reference; *found is false when none is loaded. */
bool reference_read(struct sqlite3 *db, uint8_t assembly, struct reference *reference, bool *found,
                    struct err *err) MUST_CHECK;
/* D/reference/<hash>.fa, and with index its index. dir is D. False when the path is too long. */
bool reference_path(const char *dir, const struct reference *reference, bool index, char *path,
                    size_t room) MUST_CHECK;
/*
 * Loads a FASTA, plain, gzip or xz, as the reference of the assembly that its lengths fit. Where
 * <path>.fai is there and the file is plain, the two must agree. A file that is loaded already is
 * not copied again. options->dir is D.
 */
bool reference_load(struct sqlite3 *db, const char *path, const struct terms_load_options *options,
                    struct terms_load_result *result, struct err *err) MUST_CHECK;
