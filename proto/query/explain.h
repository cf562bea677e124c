#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The question in plain words, as it will be evaluated: what an analyst reads before asking and a
 * region before allowing. It says what a short text hides: "no record of", "tested", "one and the
 * same variant", "or a code below it". Any thread.
 */
#include "proto/query/ast.h"

struct bytes;

enum language { LANGUAGE_ENGLISH, LANGUAGE_SWEDISH };

/* Appends lines, each with its line end, two spaces a level. */
void explain(const struct ast *ast, enum language language, struct bytes *out);
