#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Man pages in mdoc, made from option tables: one page for a program, one for each of its commands.
 *
 * `mandoc -T lint` reports nothing for them. The date of a page comes from $SOURCE_DATE_EPOCH, else
 * it is today. One thread.
 */
#include <stdio.h>

#include "proto/base/program.h"

/* The page PROGRAM-COMMAND(1). Asserts that the command has a table. */
void manual_command(const struct program *program, const struct command *command, FILE *out);
/* The page PROGRAM(1): what the program is, and its commands. */
void manual_program(const struct program *program, FILE *out);
/*
 * For tests: every option of a table as a line of TAB-separated fields: command, name, type,
 * argument, least, most, words with commas, example, verbs.
 */
void manual_rows(const struct option_table *table, FILE *out);
