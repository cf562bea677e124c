#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program as a table of commands: `NAME COMMAND [OPTION...]`, --help and --version.
 *
 * A command prints data on stdout, progress and messages on stderr, answers --help itself and
 * returns an exit code of err.h, which becomes EXIT_FAILED when stdout could not be written. A
 * standard stream that was closed is none that a file or socket of the program takes the place of.
 * Texts and tables are the program's own and constant. Called once, by main().
 */
#include <stddef.h>

#include "proto/base/err.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
    const char *summary;               /* NULL: not for people */
};

struct program {
    const char *name;
    const char *about; /* what it is, below the usage line */
    const char *more;  /* below the commands: exit codes, configuration */
    const struct command *commands;
    size_t n_commands;
};

int program_main(const struct program *program, int argc, char **argv);

/* What an option takes as a whole number, all of the text: ERR_INVALID outside least to most. */
bool option_number(const char *option, const char *text, long least, long most, long *out,
                   struct err *err) MUST_CHECK;
