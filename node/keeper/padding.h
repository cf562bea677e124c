#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of one size. What leaves is filled with zeros to a multiple of 256 bytes that follows
 * from the question alone (how many cells it has), so that under TLS the length tells neither
 * figures nor how the question ended (reference: privacy, section 4.5). Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

#define PADDING_UNIT 256
#define PADDING_ROOM 1536 /* for all of an answer but its cells: texts, hashes, term releases */

/* Bytes of a packed answer of so many cells; more, in whole units, where its public texts need it.
 */
size_t padding_size(uint32_t n_cells);
/* Set answer->padding; the answer is otherwise complete, and declared cells count even in a
 * refusal. */
bool padding_fill(Rikstal__V1__Answer *answer, uint32_t n_cells, struct arena *arena,
                  struct err *err) MUST_CHECK;
