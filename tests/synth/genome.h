#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The synthetic genome: a few dozen genes at their GRCh38 spans, and in each of them the same
 * pattern of invented variants, from frequent and harmless to rare and truncating. Positions are
 * 1-based. Nothing here describes a real person; labels are invented.
 */
#include <stdint.h>

#include "tests/synth/dice.h"

#define GENES 42
#define PANEL_GENES 20 /* the first ones are on the panel */
#define VARIANTS_PER_GENE 24
#define VARIANTS (GENES * VARIANTS_PER_GENE)

struct gene {
    const char *symbol;
    const char *chromosome;
    uint32_t start;
    uint32_t end;
};

struct variant {
    const struct gene *gene;
    uint32_t position;
    char ref[8];
    char alt[8];
    const char *consequence; /* SO term */
    const char *clinical;    /* ClinVar word, or "" */
    uint32_t per_million;    /* of alleles */
    uint8_t truncating;
    uint8_t missense_or_worse;
};

extern const struct gene genes[GENES];

/* Fill variants, in the order of the genes; the same for the same dice. */
void genome_make(struct dice *dice, struct variant variants[VARIANTS]);
/* The index of a gene by its symbol; asserts that it is there. */
int gene_index(const char *symbol);
