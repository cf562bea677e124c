#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One REF and one ALT brought to the form that every node agrees on: upper case, trimmed so that
 * each keeps at least one base and they share no more than that one, and, where a reference is at
 * hand, shifted to the left as far as it goes (Tan, Abecasis and Kang 2015, as bcftools norm does).
 *
 * Without a reference only the trimming is done: a file that was not left-aligned then names an
 * insertion or deletion in a repeat differently from one that was. Buffers are the caller's.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct fasta;

#define ALLELE_BASES_MAX 65535u
#define ALLELE_SHIFT_MAX 10000u /* bases to the left */

/* An alternative allele as VCF writes it. */
enum allele_class {
    ALLELE_BASES, /* A C G T N, any case */
    ALLELE_SYMBOLIC,
    ALLELE_ANY, /* <NON_REF> and <*>: whatever else may be there */
    ALLELE_BREAKEND,
    ALLELE_STAR,
    ALLELE_NONE, /* "." */
    ALLELE_BAD,
};
enum allele_class allele_class(const char *text, size_t length);

struct allele {
    unsigned chromosome;
    uint32_t position;
    char *ref; /* room for ALLELE_BASES_MAX + 1, with a NUL */
    char *alt;
    size_t ref_length;
    size_t alt_length;
};

enum allele_fault {
    ALLELE_OK,
    ALLELE_SAME,      /* REF and ALT are the same */
    ALLELE_LONG,      /* beyond ALLELE_BASES_MAX */
    ALLELE_SHIFT,     /* would move more than ALLELE_SHIFT_MAX */
    ALLELE_REFERENCE, /* REF is not what the reference has there */
};

/*
 * Fill allele from texts of class ALLELE_BASES and normalise it; fasta may be NULL, and may lack
 * the chromosome: that is as if there were none.
 */
enum allele_fault allele_set(struct allele *allele, const char *ref, size_t ref_length,
                             const char *alt, size_t alt_length) MUST_CHECK;
/* After normalising: variant_may_shift(). */
bool allele_may_shift(const struct allele *allele);
/*
 * By how many bases a normalised insertion or deletion can be moved to the right and stay the same;
 * 0 for all else. At most ALLELE_SHIFT_MAX.
 */
uint32_t allele_reach(const struct allele *allele, struct fasta *fasta);
enum allele_fault allele_normalise(struct allele *allele, struct fasta *fasta) MUST_CHECK;
