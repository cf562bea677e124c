/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the public file of a term release: it is refused, or its codes and symbols can be
 * looked up.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "proto/terms/release_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LOOKED_AT_MOST 200

static void find_terms(const struct release_file *file)
{
    for (size_t i = 0; i < release_file_n_terms(file) && i < LOOKED_AT_MOST; i++) {
        struct release_term term = release_file_nth(file, i), found;

        (void)release_file_has_below(file, term.code, true);
        (void)release_file_has_below(file, term.code, false);
        if (release_file_find(file, term.code, &found))
            assert(found.code && found.label && found.replace && found.parents);
    }
}

static void find_genes(const struct release_file *file)
{
    struct release_gene gene;

    for (size_t i = 0; i < release_file_n_symbols(file) && i < LOOKED_AT_MOST; i++) {
        release_file_gene(file, release_file_symbol(file, i), &gene);
        assert(gene.state != RELEASE_GENE_KNOWN || gene.symbol);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct release_file *file = NULL;
    struct err err;

    if (!release_file_open(data, size, &file, &err)) {
        assert(err.code == ERR_INVALID);
        return 0;
    }
    assert(strlen(release_file_system(file)) < RELEASE_FILE_SYSTEM_BYTES);
    assert(strlen(release_file_release(file)) < RELEASE_FILE_RELEASE_BYTES);
    find_terms(file);
    find_genes(file);
    release_file_free(file);
    return 0;
}
