#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which alternative alleles of a line a word of its annotation may name.
 *
 * VEP takes the first base off where the alleles of a line differ in length and all begin alike,
 * --minimal trims every allele by itself, SnpEff and others write ALT as it stands. One line is
 * written in one of these ways; which one is not said, so every way in which all words of the line
 * name an allele is taken as possible, and a word may name whatever it names in a possible way.
 * More than one allele: the word is ambiguous. Texts are borrowed; one thread.
 */
#include <stddef.h>

#include "node/import/text_span.h"
#include "proto/base/err.h"

enum {
    SPELLING_VEP = 1,
    SPELLING_FULL = 2,
    SPELLING_MINIMAL = 4,
    SPELLING_ALL = 7,
};

struct spelling {
    struct text_span ref;
    const struct text_span *alts;
    size_t n;
    size_t cut;        /* bases that VEP takes off the front of each: 0 or 1 */
    unsigned ways;     /* ways of spelling that this line may use */
    unsigned possible; /* those of them in which every word met so far names an allele */
};

void spelling_begin(struct spelling *spelling, struct text_span ref, const struct text_span *alts,
                    size_t n, unsigned ways);
/* To be called with every word of the line, before the first spelling_names(). */
void spelling_meet(struct spelling *spelling, struct text_span word);
/* Sets named[i] for the n alleles; returns how many the word may name. */
size_t spelling_names(const struct spelling *spelling, struct text_span word, bool *named);
/* May the word name this allele, in whatever way? */
bool spelling_fits(const struct spelling *spelling, struct text_span word, size_t allele);
