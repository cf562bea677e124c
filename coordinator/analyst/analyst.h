#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal, the analyst's command: a file for each command, a row each in the table of main.c.
 *
 * argv[0] is the command's name. Data on stdout, progress and messages on stderr. The question is
 * parsed and signed here, the answers are verified and added up here: of the coordinator nothing is
 * believed but which regions it could not reach.
 */
#include "proto/base/option.h"

int ask_command(int argc, char **argv);
int nodes_command(int argc, char **argv);
int explain_command(int argc, char **argv);
int price_command(int argc, char **argv);
int budget_command(int argc, char **argv);
int keys_command(int argc, char **argv);
int verify_command(int argc, char **argv);

extern const struct option_table ask_table;
extern const struct option_table nodes_table;
extern const struct option_table explain_table;
extern const struct option_table price_table;
extern const struct option_table budget_table;
extern const struct option_table keys_table;
extern const struct option_table verify_table;

/* Prints how a question that is begun may go on, a line each. */
void complete_question(const char *begun);
