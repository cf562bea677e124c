#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form of signed answers in state.db: without loss, and without the space of their padding.
 *
 * An answer is padded with zeros to a size that depends on its question alone, and a repeat of it
 * differs only in the question's hash and the signature. So runs of zeros are left out, and a
 * repeat is stored as its difference (exclusive or) from the first answer of the same size.
 *
 * Format: varint size of the answer; then, until all its bytes are given: varint n, n bytes
 * unchanged, varint n zeros.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"

/*
 * Appends the packed form of data to out. base is NULL or as long as data. When memory is out,
 * out->failed is set.
 */
void packing_write(const uint8_t *data, size_t size, const uint8_t *base, struct bytes *out);
/*
 * Appends the answer that was packed. base is NULL or has base_size bytes, and then the answer must
 * have that size too. ERR_INTERNAL when the packed bytes are damaged or the answer would be too
 * long.
 */
bool packing_read(const uint8_t *packed, size_t packed_size, const uint8_t *base, size_t base_size,
                  struct bytes *out, struct err *err) MUST_CHECK;
