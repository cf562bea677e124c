#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of the language: every field, operator, unit, word and code system, with
 * examples that can be asked, from the tables that parser and completion read. `rikstal language`
 * prints it, and deploy/language.md is it. Any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "proto/query/ast.h"

struct bytes;

/* In Markdown. */
void language_page(struct bytes *out);

/* The lines of one field: what it is, its operators, values and example. False for no field. */
bool language_page_field(const char *name, struct bytes *out) __attribute__((warn_unused_result));

/* A question with the field; indexed by enum ast_field, FIELD_COUNT of them. */
extern const char *const language_examples[];
/* Questions with what is no field: groups, and, or, not, sets; ended by NULL. */
struct language_construct {
    const char *question;
    const char *english;
    const char *swedish;
};
extern const struct language_construct language_constructs[];
