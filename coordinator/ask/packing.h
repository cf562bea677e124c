#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed answers as state.db keeps them: every byte comes back, and their padding takes no room.
 *
 * An answer is padded with zeros to a size that follows from its question alone, and a repeat of it
 * differs in the question's hash and the signature. So runs of zeros are left out, and a repeat is
 * kept as its difference (exclusive or) from the first one of the same size.
 *
 * Format: varint size of the answer; then, until that many bytes are told: varint n, n bytes as
 * they are, varint n zeros.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"

/* Appends data to out, packed; base is NULL or as long as data. out->failed: no memory. */
void packing_write(const uint8_t *data, size_t size, const uint8_t *base, struct bytes *out);
/*
 * Appends what was packed. base is NULL or has base_size bytes, which the answer must have too.
 * ERR_INTERNAL when it is damaged or longer than an answer may be.
 */
bool packing_read(const uint8_t *packed, size_t packed_size, const uint8_t *base, size_t base_size,
                  struct bytes *out, struct err *err) MUST_CHECK;
