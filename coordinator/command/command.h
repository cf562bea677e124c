#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of rikstal-coordinator: one file and one row in the table of coordinator/main.c for
 * each.
 *
 * argv[0] is the command's name. A command prints data on stdout, progress and messages on stderr,
 * answers --help with a page that needs no other, and returns an exit code of proto/base/err.h.
 */
#include <limits.h>
#include <stddef.h>

#include "proto/base/option.h"

struct arena;

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

/* Writes the path DIR/name of a coordinator's file into `room`, on the caller's stack. */
bool command_path(const char *dir, const char *name, char path[static PATH_MAX],
                  struct err *err) MUST_CHECK;
/* Reads the text of DIR/name: a key, a certificate or the public root keys. */
bool command_text(const char *dir, const char *name, struct arena *arena, const char **text,
                  struct err *err) MUST_CHECK;
/*
 * The default folder of root and CA keys: DIR.root, beside the folder that `serve` may read and not
 * inside it. --root-dir names another.
 */
bool command_root_dir(const char *dir, char path[static PATH_MAX], struct err *err) MUST_CHECK;
/* Reads the CA's key (ca.key) from the first of these folders that has it. */
bool command_ca_key(const char *const *folders, size_t n, struct arena *arena, const char **key,
                    struct err *err) MUST_CHECK;
