#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A coded concept, SYSTEM:CODE, in the one spelling that import stores and questions use.
 * code_system.h has the closed table of systems and the forms of their codes. Values; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#define CODE_SYSTEM_MAX 32
#define CODE_CODE_MAX 128

/*
 * `system` is a name of the table ("ORPHANET" becomes "orpha", "ICD-10-SE" becomes "icd10"). `code`
 * keeps the prefix for hp ("HP:0001250"), is upper case without the dot for ICD systems ("C501"),
 * and has the only spelling of its system otherwise ("558", "L01XK01", "8500/3").
 */
struct code {
    char system[CODE_SYSTEM_MAX];
    char code[CODE_CODE_MAX];
};

enum code_fault {
    CODE_OK,
    CODE_NO_SYSTEM, /* the table does not have the system */
    CODE_NO_FORM,   /* the code does not have the form of its system */
};

/* From "HP:0001250", "icd10:C50.1", "http://snomed.info/sct|254837009"; without ':': icd10. */
enum code_fault code_read(const char *text, size_t length, struct code *code)
    __attribute__((warn_unused_result));
/* The same for a system and a code given apart, as in FHIR, phenopackets and CSV columns. */
enum code_fault code_take(const char *system, const char *code, struct code *out)
    __attribute__((warn_unused_result));
/* The same for callers that do not need the reason. */
bool code_parse(const char *text, size_t length, struct code *code)
    __attribute__((warn_unused_result));
bool code_make(const char *system, const char *code, struct code *out)
    __attribute__((warn_unused_result));
/*
 * Writes the code as a question prints it: "HP:0001250", "icd10:C50.1", "omim:613707". out must
 * hold CODE_TEXT_MAX bytes.
 */
#define CODE_TEXT_MAX (CODE_SYSTEM_MAX + CODE_CODE_MAX + 2)
void code_print(const struct code *code, char *out);
/*
 * Guesses what a text that is no code was meant to be: the letter O typed for a zero, I or l for a
 * one, a comma for the dot. Writes it into out as code_print() does. False when the result is no
 * code either.
 */
bool code_repair(const char *text, size_t length, char *out);
/* The form of the system's codes, in words. NULL for an unknown system. */
const char *code_shape(const char *system);
