#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far an import has come, on standard error: one line that is rewritten where it is a terminal,
 * otherwise a line a minute. Bytes used up over bytes there are. One thread.
 */
#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *name; /* of the file */
    uint64_t bytes;   /* in all */
    bool quiet;
    bool terminal;
    bool shown; /* a line is on the terminal */
    int64_t started_ms;
    int64_t next_ms;
};

void progress_start(struct progress *progress, const char *name, uint64_t bytes, bool quiet);
void progress_show(struct progress *progress, uint64_t done);
/* Takes the line off the terminal. */
void progress_end(struct progress *progress);
