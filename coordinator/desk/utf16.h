#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places in a text: the parser counts bytes of UTF-8, a browser counts units of UTF-16, where å is
 * one unit and two bytes. Bytes that are no UTF-8 count as a unit each. Pure; any thread.
 */
#include <stddef.h>

/* Units before this byte; a byte within a character counts as its beginning. */
size_t utf16_units(const char *text, size_t length, size_t byte);
/* The byte at which so many units have passed; the length when the text is shorter. */
size_t utf16_byte(const char *text, size_t length, size_t units);
