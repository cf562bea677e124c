#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question would have released and whom it would count besides, in plain words: what stands
 * over explain() when a region looks at a question. Any thread.
 */
#include "proto/query/shape.h"

struct bytes;

/* Appends lines: figures of a count, dimensions and classes of a table, or every change. */
void explain_shape(const struct shape *shape, struct bytes *out);
/* Appends a line on the disease that the research is on; nothing for "". */
void explain_disease(const char *disease, struct bytes *out);
