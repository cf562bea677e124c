#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program as a table of commands. Texts and tables are the program's own and constant.
 *
 * A command prints data on stdout, progress and messages on stderr, answers --help itself and
 * returns an exit code of err.h, which becomes EXIT_FAILED when stdout could not be written.
 */
#include <stddef.h>

#include "proto/base/option.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
    const char *summary;               /* NULL: not for people */
    /* What its line may be. NULL: the command is another program's, to which `run` hands on
     * whatever it is called with, "__complete" and the like too; or it is not for people. */
    const struct option_table *table;
};

struct program {
    const char *name;
    const char *summary; /* in a few words, for the man page */
    const char *about;   /* what it is, below the usage line */
    const char *more;    /* below the commands: exit codes, configuration */
    const struct command *commands;
    size_t n_commands;
};
