#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text into a byte string: printf's formats, and columns that count characters, not bytes.
 */
#include "proto/base/bytes.h"

void put(struct bytes *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text and spaces up to width characters; a negative width puts the spaces in front. */
void put_padded(struct bytes *out, const char *text, int width);
/* A whole number with its thousands apart: 1 240. room holds 32 bytes. */
const char *number_text(int64_t value, char room[static 32]);
