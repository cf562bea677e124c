#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gene symbol as it is typed: HGNC symbols are upper case but for "orf" (C9orf72), so a symbol
 * that is typed bare is folded to that spelling; one in quotes is taken as it is. Any thread.
 */
#include <stdbool.h>

/* In place. */
void gene_fold(char *symbol);
/* Printable ASCII without spaces and quotes, and not empty. */
bool gene_is_symbol(const char *text);
/* Would gene_fold() leave it as it is? */
bool gene_is_folded(const char *symbol);
