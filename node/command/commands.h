#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of rikstal-node: a file each, a row each in the table of node/main.c.
 *
 * argv[0] is the command's name. A command prints data on stdout, progress and messages on stderr,
 * answers --help with a page that needs no other, and returns an exit code of proto/base/err.h.
 */
#include "proto/base/option.h"

int init_command(int argc, char **argv);
int enrol_command(int argc, char **argv);
int terms_command(int argc, char **argv);
int import_command(int argc, char **argv);
int publish_command(int argc, char **argv);
int count_command(int argc, char **argv);
int policy_command(int argc, char **argv);
int hold_command(int argc, char **argv);
int consent_command(int argc, char **argv);
int audit_command(int argc, char **argv);
int ledger_command(int argc, char **argv);
int serve_command(int argc, char **argv);
int keeper_command(int argc, char **argv); /* started by serve, never by hand */

extern const struct option_table init_table;
extern const struct option_table enrol_table;
extern const struct option_table terms_table;
extern const struct option_table import_table;
extern const struct option_table publish_table;
extern const struct option_table count_table;
extern const struct option_table policy_table;
extern const struct option_table hold_table;
extern const struct option_table consent_table;
extern const struct option_table audit_table;
extern const struct option_table ledger_table;
extern const struct option_table serve_table;
extern const struct option_table keeper_table;
