#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A coded concept: SYSTEM:CODE, in the one spelling in which import stores it and a question asks
 * for it. Systems and the forms of their codes: code_system.h, a closed table. Values; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#define CODE_SYSTEM_MAX 32
#define CODE_CODE_MAX 128

/*
 * system is a name of the table ("ORPHANET" is "orpha", "ICD-10-SE" is "icd10"). code keeps the
 * prefix for hp ("HP:0001250"), is upper case without the dot for the systems of ICD ("C501"),
 * and else in the only spelling of its system ("558", "L01XK01", "8500/3").
 */
struct code {
    char system[CODE_SYSTEM_MAX];
    char code[CODE_CODE_MAX];
};

enum code_fault {
    CODE_OK,
    CODE_NO_SYSTEM, /* the system is none of the table */
    CODE_NO_FORM,   /* the code has not the form of its system */
};

/* From "HP:0001250", "icd10:C50.1", "http://snomed.info/sct|254837009"; without ':': icd10. */
enum code_fault code_read(const char *text, size_t length, struct code *code)
    __attribute__((warn_unused_result));
/* The same from its two parts, as FHIR, phenopackets and CSV columns give them. */
enum code_fault code_take(const char *system, const char *code, struct code *out)
    __attribute__((warn_unused_result));
/* The same, for those who need no reason. */
bool code_parse(const char *text, size_t length, struct code *code)
    __attribute__((warn_unused_result));
bool code_make(const char *system, const char *code, struct code *out)
    __attribute__((warn_unused_result));
/* As a question prints it: "HP:0001250", "icd10:C50.1", "omim:613707". out holds CODE_TEXT_MAX. */
#define CODE_TEXT_MAX (CODE_SYSTEM_MAX + CODE_CODE_MAX + 2)
void code_print(const struct code *code, char *out);
/* What a text without form may have meant: the letter O for a zero, I or l for a one, a comma for
 * the dot. Written into out as code_print() does; false when that is no code either. */
bool code_repair(const char *text, size_t length, char *out);
/* The form that the code of a system must have, in words; NULL for an unknown system. */
const char *code_form(const char *system);
