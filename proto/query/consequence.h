#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Consequences of variants: terms of the Sequence Ontology, one bit each. Import stores bit
 * numbers, so they never change their meaning; a new term gets a new bit. Constant; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONSEQUENCE_BITS 42
/*
 * An extra bit beside those of the terms: the annotation had something that was not understood, or
 * that leaves open what it is, so a term that the mask lacks cannot be ruled out.
 */
#define CONSEQUENCE_UNREAD (UINT64_C(1) << 62)

/*
 * The bit (0..CONSEQUENCE_BITS-1) of a term as files write it: `length` bytes in any case. A former
 * name gives the bit of today's name, a finer term the bit of the next wider term. -1 for an
 * unknown term.
 */
int consequence_bit(const char *term, size_t length);
/*
 * The bits of a list as VEP and SnpEff write it ("missense_variant&splice_region_variant"; also
 * with , and | between terms). Unknown terms, and places without one, set no bit and are counted in
 * *unknown, which may be NULL. A term that says only that a gene or its coding sequence is changed
 * (sequence_variant, coding_sequence_variant, their synonyms) sets CONSEQUENCE_UNREAD as well.
 */
uint64_t consequence_mask(const char *list, size_t length, size_t *unknown);
/*
 * The rank of the most severe term of a mask; 0 is the most severe of all. CONSEQUENCE_BITS for an
 * empty mask.
 */
int consequence_rank(uint64_t mask);
/*
 * True when a term of the mask says that the variant lies in a transcript. Upstream, downstream,
 * intergenic and regulatory terms do not say so.
 */
bool consequence_in_gene(uint64_t mask);
