#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Closed lists of words: what may stand behind an option or in a member of a file.
 *
 * Whoever owns a list gives it as a function, so that errors, help, completion and parsers read one
 * table. Pure; any thread.
 */
#include <stddef.h>

#include "proto/base/err.h"

#define WORDS_TEXT_BYTES 256 /* of a list in one line */

/* The word of number i, counted from 0; NULL past the last one. */
typedef const char *words_function(size_t i);

/* Which word this is. False when it is none of the list. */
bool words_find(words_function *list, const char *text, size_t *out) MUST_CHECK;
/* "count, breakdown or frequency", with " or " as last; room is returned. Asserts that it fits. */
const char *words_join(words_function *list, const char *last, char room[static WORDS_TEXT_BYTES]);
