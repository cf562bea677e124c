#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A FASTA of whatever form into the one form that this node keeps: the chromosomes 1..22 X Y MT
 * under these names, in the order of the file, upper case, 60 bases a line; and its index.
 *
 * A chromosome may have any name that contig.h knows. Other sequences, and the mitochondrion of
 * hg19, are left out and counted. A letter that is no base, a chromosome that comes twice, and one
 * whose length is not that of the assembly of the others are refused by name. The file is read as a
 * stream, in constant memory. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"

struct term_file;

#define FASTA_COPY_CHROMOSOMES 25
#define FASTA_COPY_INDEX_BYTES 2048 /* room for an index */

struct fasta_copy {
    uint32_t lengths[FASTA_COPY_CHROMOSOMES + 1]; /* 0: the file does not have it */
    unsigned n;                                   /* chromosomes */
    uint64_t skipped;                             /* other sequences */
    enum ast_assembly assembly;
    uint8_t hash[32]; /* BLAKE2b-256 of what was written */
    uint64_t bytes;
    char index[FASTA_COPY_INDEX_BYTES]; /* text of the index, ends with NUL */
};

/* Told now and then: bytes of the file on disk that are done, of how many. */
typedef void fasta_copy_progress(void *of, uint64_t done, uint64_t total);

struct fasta_copy_options {
    enum ast_assembly wanted; /* 0: whichever the lengths fit */
    fasta_copy_progress *progress;
    void *progress_of;
};

/* Writes to the open file `to`, which is not synced. */
bool fasta_copy(struct term_file *from, int to, const struct fasta_copy_options *options,
                struct fasta_copy *copy, struct err *err) MUST_CHECK;
