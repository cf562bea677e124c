#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ClinVar's statements about a variant, one bit each. Import stores bit numbers, so they never
 * change their meaning. Constant; any thread.
 */
#include <stddef.h>
#include <stdint.h>

enum clinvar_bit {
    CLINVAR_PATHOGENIC,
    CLINVAR_LIKELY_PATHOGENIC,
    CLINVAR_UNCERTAIN,
    CLINVAR_LIKELY_BENIGN,
    CLINVAR_BENIGN,
    CLINVAR_CONFLICTING,
    CLINVAR_DRUG_RESPONSE,
    CLINVAR_RISK_FACTOR,
    CLINVAR_ASSOCIATION,
    CLINVAR_PROTECTIVE,
    CLINVAR_AFFECTS,
    CLINVAR_NOT_PROVIDED,
    CLINVAR_OTHER,
    CLINVAR_BITS,
};

/*
 * The bits of a significance as files write it: texts of CLNSIG and CLIN_SIG of any age and case
 * ("Pathogenic/Likely_pathogenic", "Conflicting_classifications_of_pathogenicity|risk_factor"), and
 * the numbers of CLNSIG before 2017 ("5|0", "255"). Unknown words, and places without one
 * ("Benign|"), set no bit and are counted in *unknown. An empty text and "." give 0.
 */
uint32_t clinvar_mask(const char *text, size_t length, size_t *unknown);
/*
 * An extra bit beside those: ClinVar was looked up and all of its statements were understood, so
 * ClinVar does not say a word whose bit is missing.
 */
#define CLINVAR_READ (UINT32_C(1) << 31)
/*
 * Another, in notes of the store: something was said that could not be read, so another file's
 * CLINVAR_READ does not hold. Neither of the two: nothing was said.
 */
#define CLINVAR_UNREAD (UINT32_C(1) << 30)
