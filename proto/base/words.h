#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Closed lists of words: the words that an option or a member of a file may have.
 *
 * The owner of a list provides it as a function, so that errors, help, completion and parsers all
 * use the same table. Pure functions; any thread.
 */
#include <stddef.h>

#include "proto/base/err.h"

#define WORDS_TEXT_BYTES 256 /* room for a whole list in one line */

/* The word of number i, counted from 0; NULL after the last one. */
typedef const char *words_function(size_t i);

/* Finds the number of a word. False when the list does not have it. */
bool words_find(words_function *list, const char *text, size_t *out) MUST_CHECK;
/* Writes "count, breakdown or frequency" into room and returns room. Asserts that it fits. */
const char *words_join(words_function *list, const char *last, char room[static WORDS_TEXT_BYTES]);
