#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of a call, read by its option table (option.h): options into a struct of the
 * command, and the other words. One thread.
 */
#include <stddef.h>

#include "proto/base/option.h"

/* What a line has besides its options. */
struct arguments {
    size_t verb; /* its place in the table's words; 0 without verbs */
    size_t n;    /* words behind the verb */
    char **word; /* the front of argv is reordered for them */
};

/*
 * Reads the line into the struct that `into` points to, whose defaults stand. False: exit with
 * *exit_code; --help was printed on stdout, or what is wrong in one line on stderr (EXIT_USAGE),
 * which repeats no word that may be a person's id.
 */
bool arguments_read(const struct option_table *table, int argc, char **argv, void *into,
                    struct arguments *arguments, int *exit_code) MUST_CHECK;

/* Says what is wrong with a line of this command, on stderr, and gives the exit code. */
int arguments_failed(const struct option_table *table, const struct err *err);
