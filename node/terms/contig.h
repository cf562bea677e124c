#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a contig of a file is: a chromosome under any of its names, a sequence that is no part of
 * the chromosomes, or a name that nothing here knows.
 *
 * Names are 1..22 X Y MT, with "chr" in front or without; PLINK's numbers 23 = X, 24 = Y, 25 = the
 * pseudo-autosomal part of X and Y, 26 = MT; RefSeq's NC_0000NN.V and GenBank's CM000663..CM000686,
 * whose version tells the assembly. Sources: NCBI assembly reports of GCF_000001405.25 (GRCh37.p13)
 * and GCF_000001405.26 and later (GRCh38); PLINK 1.9, "chromosome codes". Constant; any thread.
 */
#include <stddef.h>

#include "proto/query/ast.h"

enum contig_kind {
    CONTIG_CHROMOSOME,
    CONTIG_PAR,      /* positions of X, or, below 16,569 bases, perhaps of the mitochondrion */
    CONTIG_UNPLACED, /* alternate, unplaced and decoy sequences, viruses: no place is lost there */
    CONTIG_FOREIGN,  /* a chromosome of another assembly */
    CONTIG_UNKNOWN,
};

struct contig {
    enum contig_kind kind;
    int chromosome;             /* 1..25, of CONTIG_CHROMOSOME */
    enum ast_assembly assembly; /* that the name tells; 0: none */
    bool chr;                   /* named in the manner of UCSC */
    bool foreign_mt;            /* the mitochondrion of hg19, which is not rCRS */
};

struct contig contig_of(const char *name, size_t length);
