#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main() of a program that is a table of commands: `NAME COMMAND [OPTION...]`, --help, --version.
 *
 * A standard stream that was closed is none that a file or socket of the program takes the place
 * of. Besides its commands a program has some that are for tools alone: `__complete` (shell.h),
 * `__man [COMMAND]` and `__options COMMAND` (manual.h).
 */
#include "proto/base/command.h"

/* Called once, by main(); returns the exit code. */
int program_main(const struct program *program, int argc, char **argv);
