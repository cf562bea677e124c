#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64 (RFC 4648, section 4): the ordinary alphabet, with padding, without line ends. Any other
 * spelling is refused, so that every byte string has exactly one text. Values; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

/* Bytes of the text for `size` bytes, its NUL included. */
#define BASE64_TEXT_BYTES(size) (((size) + 2) / 3 * 4 + 1)

/* out must hold BASE64_TEXT_BYTES(size) bytes. Returns out. */
char *base64_write(const uint8_t *data, size_t size, char *out);
/*
 * Decodes a whole text. Three bytes of room for every four characters always suffice. Returns
 * false, with *size unchanged, when the text is not base64 or its bytes do not fit.
 */
bool base64_read(const char *text, size_t length, uint8_t *out, size_t room,
                 size_t *size) MUST_CHECK;
