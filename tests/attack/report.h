#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an attack program says: one line a test id, figure beside bound, and an exit status.
 *
 * Lines go to standard output with tabs between: id, PASS or FAIL, figure, bound, what was tested;
 * tests/attack/run makes the table of them. How much is tried is decided here: RIKSTAL_ATTACK is
 * small, ordinary or long; without it a program under sanitizers is small, any other ordinary.
 * RIKSTAL_ATTACK_SEED replaces the fixed seed. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Once, first. */
void report_start(void);
/* The one that fits the size of this run. */
size_t sized(size_t small, size_t ordinary, size_t much);
/* The seed of this run, different for each purpose; fixed unless the environment says otherwise. */
uint64_t report_seed(uint64_t purpose);

/* printf into one of a few buffers that take turns. */
const char *say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void row(const char *id, bool passed, const char *figure, const char *bound, const char *tested);
/* A figure that is tracked and not judged. */
void row_figure(const char *id, const char *figure, const char *target, const char *what);
/* Exit status: 0 when there were rows and none failed. */
int report_end(void);
/* The program cannot go on: the library refused what it must not. */
_Noreturn void broken(const char *what, const char *why);
