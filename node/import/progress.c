/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/progress.h"

#include <assert.h>
#include <stdio.h>
#include <unistd.h>

#include "proto/base/clock.h"

#define TERMINAL_MS 200
#define LINE_MS 60000
#define MIB 1048576.0

void progress_start(struct progress *progress, const char *name, uint64_t bytes, bool quiet)
{
    *progress = (struct progress){
        .name = name, .bytes = bytes, .quiet = quiet, .terminal = isatty(STDERR_FILENO) == 1};
    progress->started_ms = clock_mono_ms();
    progress->next_ms = progress->started_ms + (progress->terminal ? TERMINAL_MS : LINE_MS);
}

void progress_show(struct progress *progress, uint64_t done)
{
    assert(progress);
    int64_t now = progress->quiet ? 0 : clock_mono_ms();
    double share = progress->bytes ? 100.0 * (double)done / (double)progress->bytes : 100;

    if (progress->quiet || now < progress->next_ms)
        return;
    progress->next_ms = now + (progress->terminal ? TERMINAL_MS : LINE_MS);
    progress->shown = progress->terminal;
    fprintf(stderr, "%s%s: %.1f of %.1f MiB, %.0f %%, %.0f s%s", progress->terminal ? "\r" : "",
            progress->name, (double)done / MIB, (double)progress->bytes / MIB, share,
            (double)(now - progress->started_ms) / 1000, progress->terminal ? "\033[K" : "\n");
    (void)fflush(stderr);
}

void progress_end(struct progress *progress)
{
    assert(progress);
    if (progress->shown)
        fprintf(stderr, "\r\033[K");
    progress->shown = false;
}
