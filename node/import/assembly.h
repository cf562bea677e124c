#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which reference assembly a file uses: from the lengths of its contigs and from what its header
 * says, all of which must agree. GRCh37 and GRCh38 are never mixed, and never guessed.
 *
 * Evidence is the length of a contig 1..22 X Y, an accession's version, a name that stands as a
 * word in a contig's assembly=, in ##reference, ##assembly or the assembly= of ##VEP, the lengths
 * of the reference of --fasta, and REF of the records where a reference is loaded (trial.h). A path
 * or a file's name is none, because people name files as they like. Lengths that real headers write
 * for "not known" (1, 2^31-1) are none. Values only; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/terms/contig.h"
#include "proto/base/err.h"
#include "proto/query/ast.h"

#define ASSEMBLY_UNKNOWN ((enum ast_assembly)0)

/* Records whose REF was compared with a reference, and those of them that differ from it. */
struct assembly_bases {
    uint64_t compared;
    uint64_t differ;
};

/*
 * When more than this share of the records differs from the reference, the file is of another
 * assembly, or broken. In real files of the right assembly no record differs, or a few whose REF
 * the caller took from a patched sequence; of the wrong assembly, two thirds to three quarters
 * differ.
 */
#define ASSEMBLY_DIFFER_PERCENT 1u
/* Fewer compared records than this prove nothing, because a record agrees with the wrong assembly
 * by chance in one case of three or four.
 */
#define ASSEMBLY_COMPARED_LEAST 20u

struct assembly_evidence {
    uint64_t line37; /* number of a header line that says GRCh37; 0: none does */
    uint64_t line38;
    uint64_t line_other; /* a line with a contig length that neither assembly has */
    bool fasta37;        /* the reference of --fasta has its lengths */
    bool fasta38;
    struct assembly_bases bases37; /* by the loaded references; compared is 0 where there is none */
    struct assembly_bases bases38;
    bool rcrs;       /* a mitochondrial contig of the 16569 bases of rCRS */
    bool foreign_mt; /* a mitochondrial contig that is not the rCRS of 16569 bases */
};

/* A contig's length; 0 when it is not given. */
void assembly_contig(struct assembly_evidence *evidence, uint64_t line, const struct contig *contig,
                     uint64_t length);
/* The length of a chromosome in the reference; 0 when it does not have it. */
void assembly_fasta(struct assembly_evidence *evidence, int chromosome, uint64_t length);
/* A text that may name an assembly: "GRCh38", "hg19", "hs37d5"; a path or file's name says nothing.
 */
void assembly_text(struct assembly_evidence *evidence, uint64_t line, const char *text,
                   size_t length);
/* False when too many of the records compared with the reference of this assembly differ. */
bool assembly_judge(const struct assembly_evidence *evidence, enum ast_assembly assembly,
                    struct err *err) MUST_CHECK;
/* Is there anything but REF of the records that decides? */
bool assembly_is_told(const struct assembly_evidence *evidence);
/* wanted: what the operator said, or ASSEMBLY_UNKNOWN. Refuses disagreement and ignorance. */
bool assembly_decide(const struct assembly_evidence *evidence, enum ast_assembly wanted,
                     enum ast_assembly *assembly, struct err *err) MUST_CHECK;
