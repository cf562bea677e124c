#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which reference assembly a file uses: from the lengths of its contigs and from what its header
 * says, all of which must agree. GRCh37 and GRCh38 are never mixed, and never guessed.
 *
 * Evidence is the length of a contig 1..22 X Y, an accession's version, a name in a contig's
 * assembly=, in ##reference or ##assembly (of a path its last part alone, where the name stands as
 * a word), the assembly= of ##VEP, and the lengths of the reference that the file is compared with.
 * Lengths that real headers write for "not known" (1, 2^31-1) are none. Values only; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/contig.h"
#include "proto/base/err.h"
#include "proto/query/ast.h"

#define ASSEMBLY_UNKNOWN ((enum ast_assembly)0)

struct assembly_evidence {
    uint64_t line37; /* a header line that speaks for it, 0: none */
    uint64_t line38;
    uint64_t line_other; /* a contig length of neither */
    bool fasta37;        /* the reference of --fasta has its lengths */
    bool fasta38;
    bool rcrs;       /* a mitochondrial contig of the 16569 bases of rCRS */
    bool foreign_mt; /* a mitochondrial contig that is not the rCRS of 16569 bases */
};

/* A contig's length; 0 when it is not given. */
void assembly_contig(struct assembly_evidence *evidence, uint64_t line, const struct contig *contig,
                     uint64_t length);
/* The length of a chromosome in the reference; 0 when it does not have it. */
void assembly_fasta(struct assembly_evidence *evidence, int chromosome, uint64_t length);
/* A text that may name an assembly: "GRCh38", "hg19", "hs37d5", a path to a FASTA. */
void assembly_text(struct assembly_evidence *evidence, uint64_t line, const char *text,
                   size_t length);
/* wanted: what the operator said, or ASSEMBLY_UNKNOWN. Refuses disagreement and ignorance. */
bool assembly_decide(const struct assembly_evidence *evidence, enum ast_assembly wanted,
                     enum ast_assembly *assembly, struct err *err) MUST_CHECK;
