#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often variants are in a cohort: for each variant, how many persons of the cohort have which
 * genotype, and how many were not assessed.
 *
 * A person is counted once a variant: ref (tested, not a carrier), het, hom, hemi, ref_haploid, or
 * not assessed. Not assessed are those of the cohort who were not tested at the position, carriers
 * of unknown zygosity (their genotype cannot be told), and persons of whom it cannot be told
 * whether they belong to the cohort. So AN and AC come from assessed persons only: AC = het + 2 hom
 * + hemi, AN = 2 (ref + het + hom) + hemi + ref_haploid.
 *
 * On X and Y outside the pseudo-autosomal regions and on MT (proto/query/ploidy.h), who has one
 * copy is ref_haploid or hemi; het is no genotype of theirs and not assessed, hom is the one copy
 * called as two. A woman at Y, and whoever's sex is not known and is no carrier, is not assessed.
 *
 * What comes out is true and unprotected; see criterion.h for who may include this. One thread.
 */
#include <stdint.h>

#include "node/evaluate/criterion.h"
#include "proto/base/err.h"

struct ast_value;
struct frequency;

struct genotypes {
    uint64_t ref;
    uint64_t het;
    uint64_t hom;
    uint64_t hemi;
    uint64_t ref_haploid;
    uint64_t not_assessed;
};

/* The cohort is found here; it borrows what of borrows. */
bool frequency_new(const struct asked_of *of, const struct ast *cohort, struct frequency **out,
                   struct err *err) MUST_CHECK;
/* Accepts NULL. */
void frequency_free(struct frequency *frequency);

/* One change (VALUE_CHANGE). A change that nobody here was seen with has ref and not assessed only.
 */
bool frequency_change(struct frequency *frequency, const struct ast_value *change,
                      struct genotypes *out, struct err *err) MUST_CHECK;

/* Told of each variant, in order of vid; false ends the walk with the visitor's error. */
typedef bool frequency_visitor(void *of, uint64_t vid, const struct genotypes *genotypes,
                               struct err *err);
/* Every variant that some file judged in lo <= vid < hi. */
bool frequency_walk(struct frequency *frequency, uint64_t lo, uint64_t hi,
                    frequency_visitor *visitor, void *visitor_of, struct err *err) MUST_CHECK;
