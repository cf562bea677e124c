#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Appends text to a byte string: with printf's formats, and in columns whose widths count
 * characters, not bytes.
 */
#include "proto/base/bytes.h"

void put(struct bytes *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends the text, then spaces up to width characters. A negative width puts the spaces first. */
void put_padded(struct bytes *out, const char *text, int width);
/* Writes a whole number with its thousands separated: 1 240. room must hold 32 bytes. */
const char *put_number_text(int64_t value, char room[static 32]);
