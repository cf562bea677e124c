#pragma once
/*
 * The bits of a note: Sequence Ontology consequences (the 41 terms of Ensembl VEP, from most to
 * least severe) and ClinVar's words. Stored numbers: a term keeps its bit for ever, new ones are
 * appended.
 *
 * Source: Ensembl VEP "Calculated variant consequences", release 113; ClinVar "Representation of
 * classifications". Any thread.
 */
#include <stdint.h>

#define CONSEQUENCES 41

/* The bit (0..40) of an SO term, or -1. Lower is more severe. */
int consequence_bit(const char *term);
/* The term of a bit; NULL above the last. */
const char *consequence_term(unsigned bit);
/* A mask of several, separated by '&' (VEP) or ','; unknown terms are left out and counted. */
uint64_t consequence_mask(const char *terms, unsigned *unknown);

enum clinvar_bit {
    CLINVAR_PATHOGENIC,
    CLINVAR_LIKELY_PATHOGENIC,
    CLINVAR_UNCERTAIN,
    CLINVAR_LIKELY_BENIGN,
    CLINVAR_BENIGN,
    CLINVAR_CONFLICTING,
    CLINVAR_RISK_FACTOR,
    CLINVAR_DRUG_RESPONSE,
    CLINVAR_ASSOCIATION,
    CLINVAR_PROTECTIVE,
    CLINVAR_AFFECTS,
    CLINVAR_OTHER,
    CLINVAR_NOT_PROVIDED,
    CLINVAR_BITS,
};

/* The stable word: "pathogenic", "likely_pathogenic", "uncertain_significance", … NULL above. */
const char *clinvar_word(unsigned bit);
/* The bit of a word as above (case and '_' or ' ' do not matter), or -1. */
int clinvar_bit(const char *word);
/* A mask of several, separated by '&', '|', '/' or ','; unknown words are left out and counted. */
uint32_t clinvar_mask(const char *words, unsigned *unknown);
