#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stretch of a classification whose codes spell their hierarchy: "icd10:C50-C56" (both ends and
 * all that begins with a code between them), a chapter of ICD-10 by its Roman number ("icd10:II"),
 * and all codes of a letter ("icd10:C"). Chapters and letters become stretches, so that a question
 * has one spelling of each. I, V and X are a chapter and a letter and are neither. Chapters: WHO's
 * ICD-10 of 2019, which ICD-10-SE has too. Of icd10 and of the digits of icd9; in the others order
 * of spelling is not the order of the classification. Values; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "proto/query/code.h"

#define CODE_RANGE_END 8 /* bytes of an end: three or four characters */

struct code_range {
    char system[CODE_SYSTEM_MAX];
    char first[CODE_RANGE_END]; /* as struct code has it: "C501" */
    char last[CODE_RANGE_END];  /* of the same length, and after first */
};

/* False when the text is no stretch. */
bool code_range_read(const char *text, size_t length, struct code_range *out)
    __attribute__((warn_unused_result));
/* For "icd10:I", "icd10:V", "icd10:X": the two that may be meant, spelled out. Else NULL. */
const char *code_range_twofold(const char *text, size_t length);
/* "icd10:C50-C56", "icd10:C50.1-C50.5". out must hold CODE_TEXT_MAX bytes. */
void code_range_print(const struct code_range *range, char *out);

/* The fewest beginnings of codes that together are the stretch: "C5", "C60". */
#define CODE_RANGE_PREFIXES 96
struct code_prefixes {
    char at[CODE_RANGE_PREFIXES][CODE_RANGE_END];
    size_t n;
};
void code_range_prefixes(const struct code_range *range, struct code_prefixes *out);
