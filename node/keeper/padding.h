#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gives answers equal sizes. An answer is filled with zeros to a multiple of 256 bytes that depends
 * only on how many cells the question has. So under TLS the length tells neither the figures nor
 * how the question ended (reference: privacy, section 4.5). Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

#define PADDING_UNIT 256
#define PADDING_ROOM 1536 /* all of an answer but its cells: texts, hashes, term releases */

/*
 * Size in bytes of a packed answer with n_cells cells. It grows by whole units when the public
 * texts need more room.
 */
size_t padding_size(uint32_t n_cells);
/*
 * Sets answer->padding. All other fields must be complete. A refusal is padded as an answer with
 * n_cells cells would be.
 */
bool padding_fill(Rikstal__V1__Answer *answer, uint32_t n_cells, struct arena *arena,
                  struct err *err) MUST_CHECK;
