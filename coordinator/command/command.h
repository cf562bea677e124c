#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of rikstal-coordinator: a file each, a row each in the table of coordinator/main.c.
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

/* Where a coordinator's things lie: DIR/name on the caller's stack. */
bool command_path(const char *dir, const char *name, char path[static PATH_MAX],
                  struct err *err) MUST_CHECK;
/* The text of DIR/name: a key, a certificate or the public root keys. */
bool command_text(const char *dir, const char *name, struct arena *arena, const char **text,
                  struct err *err) MUST_CHECK;
/*
 * Where root and CA keys are unless --root-dir says: beside the folder that `serve` may read and
 * not in it, DIR.root.
 */
bool command_root_dir(const char *dir, char path[static PATH_MAX], struct err *err) MUST_CHECK;
/* The CA's key (ca.key) from the first of these folders that has it. */
bool command_ca_key(const char *const *folders, size_t n, struct arena *arena, const char **key,
                    struct err *err) MUST_CHECK;
