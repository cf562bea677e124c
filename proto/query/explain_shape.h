#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the answer to a question would contain, and which persons it would count beyond the
 * ordinary, in plain words. A region sees it above the text of explain(). Any thread.
 */
#include "proto/query/shape.h"

struct bytes;

/*
 * Appends lines: the figures of a count, the dimensions and classes of a table, every change, or
 * every step. A step's name is free text of the asker, so its criterion of the question `root`
 * stands beside it; NULL: the question is not known here.
 */
void explain_shape(const struct shape *shape, const struct ast_node *root, struct bytes *out);
/* Appends a line about the disease that the research is on; nothing when disease is "". */
void explain_shape_disease(const char *disease, struct bytes *out);
