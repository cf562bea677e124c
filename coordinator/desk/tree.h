#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The question's tree as JSON (schemas/desk.json, Ast), for a builder, and back to text.
 *
 * A tree that comes back is only written as text, every value in quotes; the parser then reads it,
 * so that there is one set of rules. Pure; any thread.
 */
#include <cjson/cJSON.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/query/ast.h"

/* text: of which it was parsed, for places. NULL when memory is out. */
cJSON *tree_json(const struct ast *ast, const char *text);
/* ERR_INVALID, with the member, for what is no tree; its meaning is not checked. */
bool tree_text(const cJSON *tree, struct bytes *out, struct err *err) MUST_CHECK;
