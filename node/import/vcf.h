#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VCF, VCF.gz and BCF into the stream: header, samples, variants, calls, annotation.
 *
 * A unit is one alternative allele of one line (a line without any is one unit). It is offered, or
 * filtered with its reason (FILTER column, symbolic, breakend, star, reference only, other contig,
 * duplicate), or rejected with its code. Lines must be sorted within a chromosome and chromosomes
 * must not come back; what breaks that, like a broken header, refuses the whole file.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/blocks.h"
#include "node/import/genotypes.h"
#include "node/import/header.h"
#include "node/import/lines.h"
#include "node/import/run.h"
#include "node/import/sample_origin.h"
#include "proto/query/ast.h"

#define VCF_FILTERS_MAX 64u
#define VCF_NO_INPUT (-1)

struct vcf_options {
    enum ast_assembly assembly; /* 0: as the file says */
    uint32_t samples_max;
    uint64_t inflation_max;
    const char *const *keep_filters; /* FILTER words that count as passed */
    size_t n_keep_filters;
    uint32_t depth;          /* of a reference call, at least; GENOTYPES_DEPTH */
    uint32_t quality;        /* likewise; GENOTYPES_QUALITY */
    uint32_t block_depth;    /* of a reference block; BLOCKS_DEPTH */
    uint32_t block_quality;  /* likewise; BLOCKS_QUALITY */
    const char *assay;       /* part of a sample's key; NULL: none */
    enum sample_type origin; /* of columns that nothing else tells; 0: not said */
    bool beside; /* the file adds to other files of the same samples, and replaces none */
    /* Positions among the run's inputs; the VCF is input 0. VCF_NO_INPUT: not given. */
    int persons;
    int bed;
    int fasta;
    int fasta_index;
    /* Of loaded references, by enum ast_assembly; the index is the next input. 0: none. */
    int references[3];
};

/* What holds where the command line does not say otherwise. */
#define VCF_OPTIONS_DEFAULT                                                                        \
    {                                                                                              \
        .samples_max = HEADER_SAMPLES_MAX, .inflation_max = LINES_INFLATION_MAX,                   \
        .depth = GENOTYPES_DEPTH, .quality = GENOTYPES_QUALITY, .block_depth = BLOCKS_DEPTH,       \
        .block_quality = BLOCKS_QUALITY                                                            \
    }

/* What of the options changes the result, as part of an import's identity. */
void vcf_describe(const struct vcf_options *options, char *text, size_t size);
/* Not vcf_read(), which is a function of htslib. */
bool vcf_import(struct run_job *job, struct err *err) MUST_CHECK;
