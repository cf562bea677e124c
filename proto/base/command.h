#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One command of a program. Texts and tables are the program's own and constant.
 *
 * A command prints data on stdout, progress and messages on stderr, and answers --help itself. It
 * returns an exit code of err.h, which becomes EXIT_FAILED when stdout could not be written.
 */
#include <stddef.h>

#include "proto/base/option.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
    const char *summary;               /* NULL: for other programs, not listed */
    /* The options of its line. NULL when `run` passes all its arguments, "__complete" included, on
     * to another program, or when the command is for other programs. */
    const struct option_table *table;
};
