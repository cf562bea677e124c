#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many copies of a place a person has: two on the autosomes and in the pseudo-autosomal regions
 * of X and Y, a number that depends on sex elsewhere on X and Y, and one of the mitochondrial
 * genome.
 *
 * Regions: Genome Reference Consortium, PAR#1 and PAR#2 of GRCh37 and GRCh38. Constant tables; any
 * thread.
 */
#include <stdint.h>

#include "proto/query/ast.h"

enum ploidy {
    PLOIDY_TWO, /* everybody has two copies */
    PLOIDY_X,   /* women have two copies, men one */
    PLOIDY_Y,   /* men have one copy, women none */
    PLOIDY_ONE, /* everybody has one */
};

enum ploidy ploidy_at(enum ast_assembly assembly, uint8_t chromosome, uint32_t position);
/* The place on X that pairs with this one on Y; 0: none does. */
uint32_t ploidy_on_x(enum ast_assembly assembly, uint32_t position_on_y);
