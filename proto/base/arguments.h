#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the command line of a call by its option table (option.h): the options go into a struct of
 * the command, the other words into struct arguments. One thread.
 */
#include <stddef.h>

#include "proto/base/option.h"

/* The words of a line that are not options. */
struct arguments {
    size_t verb; /* the verb's index in the table's words; 0 for a command without verbs */
    size_t n;    /* number of words after the verb */
    char **word; /* points into argv, which is reordered so that these words come first */
};

/*
 * Reads the line into the struct at `into`, which must already hold the defaults. When it returns
 * false, the caller exits with *exit_code: either --help was printed on stdout, or one line on
 * stderr says what is wrong (EXIT_USAGE). That line repeats no word that may be a person's id.
 */
bool arguments_read(const struct option_table *table, int argc, char **argv, void *into,
                    struct arguments *arguments, int *exit_code) MUST_CHECK;

/* Prints on stderr what is wrong with a line of this command. Returns the exit code. */
int arguments_failed(const struct option_table *table, const struct err *err);
