#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes and stretches as people and programs write them: chr17:43044295:G:A, 17-43044295-G-A,
 * 17_43044295_G/A, NC_000017.11:g.43044295G>A (a substitution), hg38:17-43044295-G-A; chr17:1-9,
 * 17:43,044,295-43,125,483, NC_000017.11:1-9.
 *
 * Each is turned into the spellings of place.h that it may mean: one where the assembly is named,
 * or is told by the version of the accession; else one for each assembly in which the chromosome is
 * long enough. Sources: the contigs of the Genome Reference Consortium; HGVS nomenclature. Pure;
 * any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "proto/query/ast.h"

#define PLACE_TYPED_BYTES (AST_STRING_MAX + 64)

struct place_typed {
    char text[2][PLACE_TYPED_BYTES]; /* GRCh38 first */
    unsigned n;                      /* 0: it is no such spelling */
};

void place_typed(const char *text, size_t length, bool change, struct place_typed *out);
/*
 * What a text names that is no place but is often given as one: "rs80357906",
 * "NM_007294.4:c.68del", "p.Val600Glu". NULL for anything else.
 */
const char *place_typed_other(const char *text, size_t length);
