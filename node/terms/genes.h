#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Genes of one assembly: where they lie and which of their bases code for protein.
 *
 * A gene is a symbol. It may have several spans (two loci with one name, the pseudoautosomal
 * regions); its coding bases are the union over all transcripts in the loaded file; without
 * transcripts it has none. Spans and coding intervals are sorted, do not overlap, 1-based and
 * inclusive. A table in memory is immutable; any thread may read.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct sqlite3;
struct term_release;

#define GENE_SYMBOL_BYTES_MAX 64
#define GENE_POSITION_MAX ((UINT32_C(1) << 28) - 1)
#define GENE_PIECES_MAX ((size_t)1 << 24) /* intervals of one file, before merging */

struct gene_interval {
    uint8_t chromosome; /* 1..22, 23 = X, 24 = Y, 25 = MT */
    uint32_t start;
    uint32_t end;
};

struct gene {
    const char *symbol;
    size_t n_spans; /* at least 1 */
    const struct gene_interval *spans;
    size_t n_coding; /* 0: not known */
    const struct gene_interval *coding;
};

struct gene_table;

/*
 * assembly is VARIANT_GRCH37 or VARIANT_GRCH38. *out is NULL when no genes of that assembly are
 * loaded.
 */
bool gene_table_load(struct sqlite3 *db, uint8_t assembly, struct gene_table **out,
                     struct err *err) MUST_CHECK;
void gene_table_free(struct gene_table *table);
/* NULL when the table has no such symbol. */
const struct gene *gene_table_find(const struct gene_table *table, const char *symbol);

/*** writing, for the readers of gene files ***/

struct gene_writer;

/*
 * Collects in memory and writes nothing before gene_writer_commit(). Overlapping intervals are
 * merged, so a reader may add the span and coding bases of every transcript.
 */
bool gene_writer_open(struct sqlite3 *db, uint8_t assembly, struct gene_writer **out,
                      struct err *err) MUST_CHECK;
uint8_t gene_writer_assembly(const struct gene_writer *writer);
bool gene_writer_span(struct gene_writer *writer, const char *symbol,
                      const struct gene_interval *span, struct err *err) MUST_CHECK;
bool gene_writer_coding(struct gene_writer *writer, const char *symbol,
                        const struct gene_interval *coding, struct err *err) MUST_CHECK;
/*
 * Replaces the assembly's genes in one transaction. Fills in release->system, n_terms and loaded_s.
 */
bool gene_writer_commit(struct gene_writer *writer, struct term_release *release,
                        struct err *err) MUST_CHECK;
void gene_writer_close(struct gene_writer *writer);
