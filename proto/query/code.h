#pragma once
/*
 * A coded concept: SYSTEM:CODE, in the one spelling in which import stores it and a question asks
 * for it. Source of the forms: HPO, ICD-10-SE, OMIM, Orphanet, MONDO. Values; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#define CODE_SYSTEM_MAX 32
#define CODE_CODE_MAX 128

/*
 * system is lower case, with synonyms resolved ("ORPHANET" and "orpha" are "orpha", "MIM" is
 * "omim", "ICD10SE" and "icd-10-se" are "icd10"). code keeps the prefix for hp ("HP:0001250"), is
 * upper case without the dot for icd10 ("C501"), digits for omim, orpha and mondo, upper case for
 * atc, and as given for a system that is not known here.
 */
struct code {
    char system[CODE_SYSTEM_MAX];
    char code[CODE_CODE_MAX];
};

/* From "HP:0001250", "icd10:C50.1", "OMIM:613707"; without a colon: icd10 when it has that form.
 * False when the text has not the form of its system. */
bool code_parse(const char *text, size_t length, struct code *code)
    __attribute__((warn_unused_result));
/* The same from its two parts, as FHIR, phenopackets and CSV columns give them. */
bool code_make(const char *system, const char *code, struct code *out)
    __attribute__((warn_unused_result));
/* As a question prints it: "HP:0001250", "icd10:C50.1", "omim:613707". out holds CODE_TEXT_MAX. */
#define CODE_TEXT_MAX (CODE_SYSTEM_MAX + CODE_CODE_MAX + 2)
void code_print(const struct code *code, char *out);
/* The form that the code of a known system must have, in words; NULL for an unknown system. */
const char *code_form(const char *system);
