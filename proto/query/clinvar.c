/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ClinVar says of a variant, in every spelling that files have used since 2013. One text may
 * contain several statements. Each of them sets its bit, so that a variant filed as
 * "Pathogenic/Likely_pathogenic" matches both words.
 */
#include "proto/query/clinvar.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const struct {
    const char *text; /* lower case, with '_' between words */
    uint32_t bit;
} said[] = {
    {"pathogenic", CLINVAR_PATHOGENIC},
    {"pathogenic_low_penetrance", CLINVAR_PATHOGENIC},
    {"likely_pathogenic", CLINVAR_LIKELY_PATHOGENIC},
    {"likely_pathogenic_low_penetrance", CLINVAR_LIKELY_PATHOGENIC},
    {"probable_pathogenic", CLINVAR_LIKELY_PATHOGENIC},
    {"uncertain_significance", CLINVAR_UNCERTAIN},
    {"uncertain", CLINVAR_UNCERTAIN},
    {"uncertain_risk_allele", CLINVAR_UNCERTAIN},
    {"unknown", CLINVAR_UNCERTAIN},
    {"vus", CLINVAR_UNCERTAIN},
    {"likely_benign", CLINVAR_LIKELY_BENIGN},
    {"probable_non_pathogenic", CLINVAR_LIKELY_BENIGN},
    {"benign", CLINVAR_BENIGN},
    {"non_pathogenic", CLINVAR_BENIGN},
    {"conflicting", CLINVAR_CONFLICTING},
    {"conflicting_interpretations_of_pathogenicity", CLINVAR_CONFLICTING},
    {"conflicting_classifications_of_pathogenicity", CLINVAR_CONFLICTING},
    {"conflicting_interpretations", CLINVAR_CONFLICTING},
    {"conflicting_data_from_submitters", CLINVAR_CONFLICTING},
    {"drug_response", CLINVAR_DRUG_RESPONSE},
    {"confers_sensitivity", CLINVAR_DRUG_RESPONSE},
    {"risk_factor", CLINVAR_RISK_FACTOR},
    {"established_risk_allele", CLINVAR_RISK_FACTOR},
    {"likely_risk_allele", CLINVAR_RISK_FACTOR},
    {"association", CLINVAR_ASSOCIATION},
    {"protective", CLINVAR_PROTECTIVE},
    {"affects", CLINVAR_AFFECTS},
    {"other", CLINVAR_OTHER},
    {"association_not_found", CLINVAR_OTHER},
    {"not_provided", CLINVAR_NOT_PROVIDED},
    {"no_classification_provided", CLINVAR_NOT_PROVIDED},
    {"no_classification_for_the_single_variant", CLINVAR_NOT_PROVIDED},
    {"no_classifications_from_unflagged_records", CLINVAR_NOT_PROVIDED},
    /* the numbers of CLNSIG before 2017 */
    {"0", CLINVAR_UNCERTAIN},
    {"1", CLINVAR_NOT_PROVIDED},
    {"2", CLINVAR_BENIGN},
    {"3", CLINVAR_LIKELY_BENIGN},
    {"4", CLINVAR_LIKELY_PATHOGENIC},
    {"5", CLINVAR_PATHOGENIC},
    {"6", CLINVAR_DRUG_RESPONSE},
    {"7", CLINVAR_OTHER}, /* histocompatibility */
    {"255", CLINVAR_OTHER},
};

#define WORD_MAX 64

static uint32_t bit_of_word(const char *word)
{
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
        if (strcmp(said[i].text, word) == 0)
            return UINT32_C(1) << said[i].bit;
    return 0;
}

/*
 * "_Low-penetrance" after a comma qualifies the word before it and is not a statement of its own.
 */
static bool is_qualifier(const char *word)
{
    return strcmp(word, "low_penetrance") == 0;
}

static uint32_t mask_of_piece(const char *piece, size_t length, size_t *unknown)
{
    char word[WORD_MAX];
    size_t n = 0;
    uint32_t mask;

    for (size_t i = 0; i < length && n + 1 < sizeof(word); i++) {
        char c = (char)tolower((unsigned char)piece[i]);

        if (c == ' ' || c == '-')
            c = '_';
        if (c == '_' && (!n || word[n - 1] == '_'))
            continue;
        word[n++] = c;
    }
    while (n && word[n - 1] == '_')
        n--;
    word[n] = 0;
    if (!length || strcmp(word, ".") == 0 || is_qualifier(word))
        return 0;
    mask = bit_of_word(word);
    *unknown += mask == 0;
    return mask;
}

uint32_t clinvar_mask(const char *text, size_t length, size_t *unknown)
{
    uint32_t mask = 0;
    size_t start = 0;

    for (size_t i = 0; i <= length; i++) {
        if (i < length && text[i] && !strchr("/|,&;", text[i]))
            continue;
        mask |= mask_of_piece(text + start, i - start, unknown);
        *unknown += i == start && length > 0; /* a place without a word */
        start = i + 1;
    }
    return mask;
}
