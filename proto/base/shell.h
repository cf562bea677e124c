#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Candidates for the last word of a command line, made from option tables: commands, verbs,
 * options, the words that an option accepts, and the output of a table's own `complete`.
 *
 * The scripts for bash and zsh call `PROGRAM __complete -- WORD...`, which calls this. Where a
 * file's name may stand, nothing is printed. One thread.
 */
#include "proto/base/program.h"

/*
 * argv[0] is "__complete"; its last word is the one being typed. Prints one candidate a line on
 * stdout.
 */
int shell_complete(const struct program *program, int argc, char **argv);
