#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reference blocks of a gVCF: which stretches each sample was looked at well enough to say that it
 * has the reference there. What lies between them becomes gaps, on the fly.
 *
 * A file is a gVCF from its first block on: a line whose ALT is <NON_REF>, <*>, or "." with an END.
 * Then the sample's own blocks, and its called variants, are all that it was judged at. A block
 * counts when its FILTER and FT passed, its genotype is the reference, its depth (MIN_DP, INFO
 * MinDP, DP, INFO DP of a single sample, the first that is there) and its quality (GQX, GQ, RGQ,
 * SQ) reach the limits; without a quality (bcftools) its depth must reach BLOCKS_DEPTH_ALONE.
 * Formats: GATK, DeepVariant, DRAGEN, Strelka2, bcftools. Memory is a few words a sample. One
 * thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "node/import/loss.h"
#include "node/import/vcf_line.h"
#include "proto/base/err.h"

#define BLOCKS_DEPTH 10u /* defaults */
#define BLOCKS_QUALITY 20u
#define BLOCKS_DEPTH_ALONE 20u

struct blocks;

struct blocks_rules {
    const char *const *keep_filters; /* borrowed */
    size_t n_keep_filters;
    uint32_t depth;
    uint32_t quality;
};

/* Borrows loss. */
bool blocks_open(struct loss *loss, uint32_t n_samples, const struct blocks_rules *rules,
                 struct blocks **out, struct err *err) MUST_CHECK;
void blocks_close(struct blocks *blocks);

/* True when this line is a block. A single base with ALT "." is a block only after the file was
 * seen to be a gVCF. */
bool blocks_is(const struct blocks *blocks, const struct vcf_line *line);
bool blocks_seen(const struct blocks *blocks);
/*
 * A block, or a variant's line that was taken, of a gVCF. Lines come in order of position; a new
 * chromosome ends the one before. *called: some sample has a genotype.
 */
bool blocks_line(struct blocks *blocks, const struct vcf_line *line, const struct loss_place *place,
                 bool block, bool *called, struct err *err) MUST_CHECK;
/*
 * Ends the last chromosome. *chromosomes: those that the file speaks of, a bit each, 0 when no
 * block came; where all of 1..22 and X are among them, it is the whole genome, and the others are
 * gaps.
 */
bool blocks_finish(struct blocks *blocks, uint32_t *chromosomes, struct err *err) MUST_CHECK;
