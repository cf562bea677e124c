#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bases of a reference genome from an indexed FASTA: FILE and FILE.fai (samtools faidx), both given
 * as open descriptors, because the process that reads them can open nothing.
 *
 * Bases come upper case. A block of bases is kept, so that neighbours cost one read. One thread.
 * Source of the index format: samtools faidx(5): NAME LENGTH OFFSET LINEBASES LINEWIDTH.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct fasta;

#define FASTA_INDEX_BYTES_MAX (4u * 1024 * 1024)

/* Borrows fd; reads the whole of index_fd. Refuses a compressed FASTA. */
bool fasta_open(int fd, int index_fd, struct fasta **out, struct err *err) MUST_CHECK;
void fasta_close(struct fasta *fasta);

/* Bases of the chromosome (1..25, under any of its names), 0 when the file does not have it. */
uint32_t fasta_length(const struct fasta *fasta, unsigned chromosome);
enum fasta_match {
    FASTA_AGREES,
    FASTA_DIFFERS, /* in a base, or past the end of the chromosome */
    FASTA_SILENT,  /* nothing to compare: the file lacks the chromosome, or has no A C G T there */
};
/*
 * Bases of a record, in either case, compared with the reference from a position on. N in the
 * record, and N and the few ambiguity codes in the reference, agree with everything.
 */
enum fasta_match fasta_compare(struct fasta *fasta, unsigned chromosome, uint32_t position,
                               const char *bases, size_t n);
/* The base at a position (1-based); 0 outside the chromosome and where the file cannot be read. */
char fasta_base(struct fasta *fasta, unsigned chromosome, uint32_t position);
