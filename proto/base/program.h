#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program as a table of commands, and its main(): `NAME COMMAND [OPTION...]`, --help, --version.
 *
 * When a standard stream is closed, its descriptor is occupied, so that no file or socket of the
 * program gets it. Besides its own commands a program has three for tools: `__complete` (shell.h),
 * `__man [COMMAND]` and `__options COMMAND` (manual.h).
 */
#include <signal.h>
#include <stddef.h>

#include "proto/base/command.h"

struct program {
    const char *name;
    const char *summary; /* in a few words, for the man page */
    const char *about;   /* what the program is; printed below the usage line */
    const char *more;    /* exit codes and configuration; printed below the commands */
    const struct command *commands;
    size_t n_commands;
};

/* main() calls this once. Returns the exit code. */
int program_main(const struct program *program, int argc, char **argv);
/*
 * For a program that runs until it is told to end: SIGTERM, SIGINT and `more` (0: no other) wait
 * until sigwait(held) takes them, and SIGPIPE is ignored. Call it before any thread starts; threads
 * and children inherit it.
 */
void program_hold_signals(sigset_t *held, int more);
