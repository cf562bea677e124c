#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal, the analyst's command: a file for each command, a row each in the table of main.c.
 *
 * argv[0] is the command's name. Data on stdout, progress and messages on stderr. The question is
 * parsed and signed here, the answers are verified and added up here: of the coordinator nothing is
 * believed but which regions it could not reach.
 */
#include "proto/base/err.h"

int ask_command(int argc, char **argv);
int nodes_command(int argc, char **argv);
int explain_command(int argc, char **argv);
int price_command(int argc, char **argv);
int budget_command(int argc, char **argv);
int keys_command(int argc, char **argv);
int verify_command(int argc, char **argv);
int complete_command(int argc, char **argv); /* for shells: __complete */

/* Says what went wrong on stderr and gives the exit code. */
int cli_failed(const char *command, const struct err *err);

/* One command and its options, for the shells. */
struct cli_word {
    const char *command;
    const char *options; /* space-separated, in the order of --help */
};
extern const struct cli_word cli_words[]; /* ends with {0} */
