#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The help page of a command, made of its option table: usage lines, what it does, its verbs, each
 * option once, details and exit codes; 79 columns. One thread.
 */
#include <stdio.h>

#include "proto/base/option.h"

#define HELP_RANGE_BYTES (WORDS_TEXT_BYTES + 4)
#define HELP_TEXT_BYTES 1024 /* of an option's text and range; longer is cut */

void help_print(const struct option_table *table, FILE *out);
/* What is put behind an option's help text by its type, "; 1 to 7"; "" for nothing. */
const char *help_range(const struct option_spec *spec, char room[static HELP_RANGE_BYTES]);
