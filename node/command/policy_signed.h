#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs of `rikstal-node policy` that have to do with signatures: sign, install and check. They
 * have options of their own; policy.c calls them.
 */
#include <stdbool.h>

/* What `policy --help` says of them: usage lines, verbs, options. */
extern const char policy_signed_usage[];
extern const char policy_signed_help[];

/* Is it one of the three? */
bool policy_signed_verb(const char *verb);
/* argv[0] is the verb; an exit code. */
int policy_signed_command(int argc, char **argv);
