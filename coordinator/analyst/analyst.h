#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of rikstal, the analyst's program: one file and one row in the table of main.c for
 * each.
 *
 * argv[0] is the command's name. Data goes to stdout, progress and messages to stderr. This program
 * parses and signs the question, and verifies and adds up the answers itself. It believes the
 * coordinator only about which regions could not be reached.
 */
#include "proto/base/option.h"

int ask_command(int argc, char **argv);
int nodes_command(int argc, char **argv);
int explain_command(int argc, char **argv);
int releases_command(int argc, char **argv);
int price_command(int argc, char **argv);
int terms_command(int argc, char **argv);
int language_command(int argc, char **argv);
int budget_command(int argc, char **argv);
int keys_command(int argc, char **argv);
int token_command(int argc, char **argv);
int page_command(int argc, char **argv);
int desk_command(int argc, char **argv);
int scripts_command(int argc, char **argv);
int contact_command(int argc, char **argv);
int verify_command(int argc, char **argv);
int watch_command(int argc, char **argv);

extern const struct option_table ask_table;
extern const struct option_table nodes_table;
extern const struct option_table explain_table;
extern const struct option_table releases_table;
extern const struct option_table price_table;
extern const struct option_table terms_table;
extern const struct option_table language_table;
extern const struct option_table budget_table;
extern const struct option_table keys_table;
extern const struct option_table token_table;
extern const struct option_table page_table;
extern const struct option_table desk_table;
extern const struct option_table scripts_table;
extern const struct option_table contact_table;
extern const struct option_table verify_table;
extern const struct option_table watch_table;

/* Prints how an unfinished question may continue, one candidate a line. */
void analyst_complete(const char *begun);
