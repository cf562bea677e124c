#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main() of a program that is a table of commands: `NAME COMMAND [OPTION...]`, --help, --version.
 *
 * When a standard stream is closed, its descriptor is occupied, so that no file or socket of the
 * program gets it. Besides its own commands a program has three for tools: `__complete` (shell.h),
 * `__man [COMMAND]` and `__options COMMAND` (manual.h).
 */
#include "proto/base/command.h"

/* main() calls this once. Returns the exit code. */
int program_main(const struct program *program, int argc, char **argv);
