#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A structural variant: its type, where it begins and ends, how long it is and how many copies
 * there are, each as far as its file says it.
 *
 * Where a file gives an interval of confidence, a place is from `first` to `last`. It is kept as a
 * long allele (variant.h) at its chromosome and start_first, whose reference is "N" and whose ALT
 * is structural_write()'s text; so two calls are one variant where all of it is the same. Positions
 * are 1-based, and of what is changed: of a deletion the first and the last base that is missing;
 * of an insertion the base before it, twice. Values; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/base/err.h"

#define STRUCTURAL_REF "N"
#define STRUCTURAL_TEXT_BYTES 80
#define STRUCTURAL_LENGTH_OPEN UINT32_MAX /* of length_most: any */
#define STRUCTURAL_COPIES_MAX 999
#define STRUCTURAL_COPIES_UNKNOWN UINT16_MAX
#define STRUCTURAL_TYPES_MAX 16

struct structural {
    uint8_t type; /* proto/query/sv_type.h */
    uint16_t copies;
    uint32_t start_first;
    uint32_t start_last;
    uint32_t end_first;
    uint32_t end_last;
    uint32_t length_least; /* in bases */
    uint32_t length_most;
};

/* Is every number in its range, and no last before its first? */
bool structural_valid(const struct structural *variant);
/* Spells a valid one, all but start_first. */
void structural_write(const struct structural *variant, char text[static STRUCTURAL_TEXT_BYTES]);
/* Reads it back; false for every other text. */
bool structural_read(uint32_t start_first, const char *text, struct structural *out) MUST_CHECK;
