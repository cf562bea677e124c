#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-node import list and undo: what was imported, and taking one back. They print and return
 * an exit code.
 */
#include <stdbool.h>

int import_runs_list(const char *dir, bool json);
/* number: the import's, as the operator wrote it. */
int import_runs_undo(const char *dir, const char *number);
