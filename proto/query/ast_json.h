#pragma once
/*
 * The tree as JSON, for the builder and other readers; version AST_JSON_VERSION of its form.
 * Numbers are decimal strings, so that no reader rounds them. Any thread.
 *
 *   {"kind": "and", "of": [ ... ]}             also "or", "not", "at_least" (with "n"), "variant"
 *   {"kind": "test", "field": "gene", "op": "in", "values": [{"text": "BRCA1"}]}
 *   {"kind": "test", "field": "age", "op": "range", "low": "18", "high": null}
 *   {"kind": "all"}
 */
#include <cjson/cJSON.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"

#define AST_JSON_VERSION 1

/* The caller frees it (cJSON_Delete). NULL when memory is out. */
cJSON *ast_json(const struct ast *ast);
