#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of rikstal-coordinator: one file and one row in the table of coordinator/main.c for
 * each.
 *
 * argv[0] is the command's name. A command prints data on stdout, progress and messages on stderr,
 * answers --help with a page that needs no other, and returns an exit code of proto/base/err.h.
 */
#include "proto/base/option.h"

int init_command(int argc, char **argv);
int serve_command(int argc, char **argv);
int enrol_command(int argc, char **argv);
int roster_command(int argc, char **argv);
int renew_command(int argc, char **argv);

extern const struct option_table init_table;
extern const struct option_table serve_table;
extern const struct option_table enrol_table;
extern const struct option_table roster_table;
extern const struct option_table renew_table;
