#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64 (RFC 4648, section 4): the ordinary alphabet, with padding, no line ends. What is not
 * exactly that is refused, so that a text has one reading. Values; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

/* The text of size bytes, its NUL included. */
#define BASE64_TEXT_BYTES(size) (((size) + 2) / 3 * 4 + 1)

/* out holds BASE64_TEXT_BYTES(size); returns out. */
char *base64_write(const uint8_t *data, size_t size, char *out);
/*
 * The bytes of a whole text. Room for three bytes in every four characters always suffices; false
 * when the text is not base64 or its bytes do not fit, and then *size is untouched.
 */
bool base64_read(const char *text, size_t length, uint8_t *out, size_t room,
                 size_t *size) MUST_CHECK;
