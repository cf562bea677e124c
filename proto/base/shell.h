#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a shell may put in the place of the last word of a line, made of option tables: commands,
 * verbs, options, the words that an option takes, and what a table completes by itself.
 *
 * The scripts of bash and zsh call `PROGRAM __complete -- WORD...`, which comes here; nothing is
 * printed where a file's name may stand. One thread.
 */
#include "proto/base/command.h"

/* argv[0] is "__complete", its last word is the one that is begun. On stdout, one a line. */
int shell_complete(const struct program *program, int argc, char **argv);
