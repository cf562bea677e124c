#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs that lie beside rikstal-node: what needs large libraries is a program of its own, so
 * that a command that does not need them starts without them (decisions/001-programs-by-role.md).
 */
#include <stddef.h>

#include "proto/base/err.h"

/* The path of an executable that is installed in the folder of this one. */
bool beside_find(const char *program, char *path, size_t room, struct err *err) MUST_CHECK;
/*
 * The process becomes that program, which calls itself rikstal-node and runs the command argv[0].
 * Returns only when it cannot, with an exit code, and has said why.
 */
int beside_become(const char *program, int argc, char **argv);
