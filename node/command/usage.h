#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A wrong word on a command line, in one line: which it is, and the nearest right one.
 *
 * Each sets err to ERR_INVALID, exit code 2, and returns false, so that it is a usual last line.
 * The command prints the line. One thread.
 */
#include <getopt.h>

#include "proto/base/err.h"

/*
 * The word is none of these verbs, which NULL ends: the nearest, or all. NULL: no verb was said.
 * What has more than small letters is not repeated: it may be a person's id in the wrong place.
 */
bool usage_verb(const char *word, const char *const *verbs, struct err *err) MUST_CHECK;
/* What getopt_long(), with opterr 0, has just returned '?' for. */
bool usage_option(char **argv, const struct option *known, struct err *err) MUST_CHECK;
