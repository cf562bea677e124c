#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The question in plain words, as it will be evaluated. Analysts read it before they ask, regions
 * before they allow. It states what a short text leaves implicit: "no record of", "tested", "one
 * and the same variant", "or a code below it". Any thread.
 */
#include "proto/query/ast.h"

struct bytes;

enum language { LANGUAGE_ENGLISH, LANGUAGE_SWEDISH };

/* Appends lines, each with its line end, indented by two spaces a level. */
void explain(const struct ast *ast, enum language language, struct bytes *out);
