#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The help page of a command, made from its option table: usage lines, purpose, verbs, each option
 * once, details and exit codes. At most 79 columns wide. One thread.
 */
#include <stdio.h>

#include "proto/base/option.h"

#define HELP_RANGE_BYTES (WORDS_TEXT_BYTES + 4)
#define HELP_TEXT_BYTES 1024 /* of an option's text and range; a longer one is cut */

void help_print(const struct option_table *table, FILE *out);
/*
 * What the help adds to an option's text because of its type, such as "; 1 to 7"; "" for nothing.
 */
const char *help_range(const struct option_spec *spec, char room[static HELP_RANGE_BYTES]);
