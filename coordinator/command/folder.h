#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files in the coordinator's folder DIR and in the folder of its root and CA keys. Any thread.
 */
#include <limits.h>
#include <stddef.h>

#include "proto/base/err.h"

struct arena;

/* Writes the path DIR/name of a coordinator's file into `room`, on the caller's stack. */
bool folder_path(const char *dir, const char *name, char path[static PATH_MAX],
                 struct err *err) MUST_CHECK;
/* Reads the text of DIR/name: a key, a certificate or the public root keys. */
bool folder_text(const char *dir, const char *name, struct arena *arena, const char **text,
                 struct err *err) MUST_CHECK;
/*
 * The default folder of root and CA keys: DIR.root, beside the folder that `serve` may read and not
 * inside it. --root-dir names another.
 */
bool folder_root_dir(const char *dir, char path[static PATH_MAX], struct err *err) MUST_CHECK;
/* Reads the CA's key (ca.key) from the first of these folders that has it. */
bool folder_ca_key(const char *const *folders, size_t n, struct arena *arena, const char **key,
                   struct err *err) MUST_CHECK;
