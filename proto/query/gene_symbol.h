#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gene symbols as people type them. HGNC symbols are upper case except for "orf" (C9orf72), so a
 * symbol without quotes is changed to that spelling; a symbol in quotes is used unchanged. Any
 * thread.
 */
#include <stdbool.h>

/* Changes the symbol in place. */
void gene_symbol_fold(char *symbol);
/* True for printable ASCII without spaces and quotes that is not empty. */
bool gene_symbol_is_one(const char *text);
/* True when gene_symbol_fold() would not change it. */
bool gene_symbol_is_folded(const char *symbol);
