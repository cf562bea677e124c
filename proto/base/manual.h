#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Man pages in mdoc, made of option tables: one for a program, one for each of its commands.
 *
 * `mandoc -T lint` has nothing to say of them. The date is that of $SOURCE_DATE_EPOCH, or today.
 * One thread.
 */
#include <stdio.h>

#include "proto/base/command.h"

/* PROGRAM-COMMAND(1); asserts that the command has a table. */
void manual_command(const struct program *program, const struct command *command, FILE *out);
/* PROGRAM(1): what it is, and its commands. */
void manual_program(const struct program *program, FILE *out);
/* Every option of a table as lines of TAB-separated fields, for tests: command, name, type,
 * argument, least, most, words with commas, example, verbs. */
void manual_rows(const struct option_table *table, FILE *out);
