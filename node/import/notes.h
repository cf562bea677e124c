#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What two lines of a file say about one and the same variant, as one list of notes.
 *
 * Genes of both count. Where the lines differ about a gene, or where one of them was not read
 * whole, a consequence that both do not say cannot be told; ClinVar counts as read where both lines
 * read it. Texts are borrowed from the two lists. Any thread.
 */
#include <stddef.h>

#include "node/store/note.h"

/* Returns how many notes it wrote. out has room for max notes; when there are more, the rest is
 * left out, and the written notes are marked as not complete. */
size_t notes_merge(const struct note *a, size_t n_a, const struct note *b, size_t n_b,
                   struct note *out, size_t max);
