#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often variants are in a cohort: for each variant, how many persons of the cohort have which
 * genotype, and how many were not assessed.
 *
 * A person is counted once a variant: ref (tested, not a carrier), het, hom, hemi, ref_haploid,
 * carrier (one copy of the allele seen, zygosity unknown), or not assessed. Not assessed are
 * persons of the cohort who were not tested at the position, and persons for whom it cannot be told
 * whether they belong to the cohort. So AN and AC count only what was seen: AC = het + 2 hom + hemi
 * + carrier, AN = 2 (ref + het + hom) + hemi + ref_haploid + carrier.
 *
 * What a call means on X, Y and MT is decided by copies.h, as for zygosity. Women at a place on Y
 * are not assessed, nor are persons there of unknown sex who are not carriers.
 *
 * What comes out is true and unprotected; see criterion.h for who may include this. One thread.
 */
#include <stdint.h>

#include "node/evaluate/criterion.h"
#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct ast_value;
struct frequency;

struct genotype_counts {
    uint64_t ref;
    uint64_t het;
    uint64_t hom;
    uint64_t hemi;
    uint64_t ref_haploid;
    uint64_t carrier; /* one copy seen, zygosity unknown */
    uint64_t not_assessed;
};

/* Finds the persons of the cohort. Borrows what `of` borrows. */
bool frequency_new(const struct asked_of *of, const struct ast *cohort, struct frequency **out,
                   struct err *err) MUST_CHECK;
/* Accepts NULL. */
void frequency_free(struct frequency *frequency);

/*
 * Counts for one change (VALUE_CHANGE). For a change that nobody here carries, only ref and not
 * assessed can be above 0.
 */
bool frequency_change(struct frequency *frequency, const struct ast_value *value,
                      struct genotype_counts *out, struct err *err) MUST_CHECK;

/* Persons of one segment by genotype, each of the cohort, and whose cohort is unclear, in one set.
 */
struct genotype_persons {
    struct set ref;
    struct set het;
    struct set hom;
    struct set hemi;
    struct set ref_haploid;
    struct set carrier; /* one copy seen, zygosity unknown */
    struct set not_assessed;
};
typedef void frequency_persons_visitor(void *of, size_t segment,
                                       const struct genotype_persons *persons);
/* Who they are whom frequency_change() counts, one segment after the other. */
bool frequency_persons(struct frequency *frequency, const struct ast_value *value,
                       frequency_persons_visitor *visitor, void *visitor_of,
                       struct err *err) MUST_CHECK;

/* Called for each variant, in order of vid. False ends the walk with the visitor's error. */
typedef bool frequency_visitor(void *of, uint64_t vid, const struct genotype_counts *genotypes,
                               struct err *err);
/* Visits every variant with lo <= vid < hi that some file judged. */
bool frequency_walk(struct frequency *frequency, uint64_t lo, uint64_t hi,
                    frequency_visitor *visitor, void *visitor_of, struct err *err) MUST_CHECK;
