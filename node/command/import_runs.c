/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/import_runs.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/command/commands.h"
#include "node/store/import_run.h"
#include "node/store/store.h"
#include "proto/base/clock.h"

#define LIST_MAX 1000

static int failed(const char *what, const struct err *err)
{
    fprintf(stderr, "rikstal-node import: %s: %s\n", what, err->text);
    return (int)err_exit_code(err);
}

static void print_run(const struct import_run *run, bool json)
{
    const struct import_counts *n = &run->counts;
    char started[CLOCK_TEXT_BYTES];
    const char *state = run->undone_s ? "undone" : "in force";

    clock_text(run->started_s, started);
    printf(json ? "{\"import\":%lld,\"started\":\"%s\",\"kind\":\"%s\",\"state\":\"%s\","
                  "\"read\":%llu,\"stored\":%llu,\"replaced\":%llu,\"removed\":%llu,"
                  "\"rejected\":%llu}\n"
                : "%6lld  %s  %-12s  %-8s  read %llu, stored %llu (replaced %llu), removed %llu, "
                  "rejected %llu",
           (long long)run->id, started, run->kind, state, (unsigned long long)n->read,
           (unsigned long long)n->stored, (unsigned long long)n->replaced,
           (unsigned long long)n->removed, (unsigned long long)n->rejected);
    if (!json && run->feed[0])
        printf("  %s (feed %s)\n", run->name, run->feed);
    else if (!json)
        printf("  %s\n", run->name);
}

int import_runs_list(const char *dir, bool json)
{
    struct import_run *runs = calloc(LIST_MAX, sizeof(*runs));
    struct store *store = NULL;
    struct err err = {0};
    size_t n = 0;
    bool ok = (runs || err_memory(&err)) && store_open_in(dir, &store, &err) &&
              import_run_list(store, 0, runs, LIST_MAX, &n, &err);

    assert(dir);
    for (size_t i = 0; ok && i < n; i++)
        print_run(&runs[i], json);
    store_close(store);
    free(runs);
    return ok ? EXIT_OK : failed("list", &err);
}

int import_runs_undo(const char *dir, const char *number)
{
    struct store *store = NULL;
    struct err err = {0};
    char *end;
    long long id;
    bool ok;

    assert(dir && number);
    errno = 0;
    id = strtoll(number, &end, 10);
    ok = (errno == 0 && end != number && !*end && id > 0) ||
         err_set(&err, ERR_INVALID, "undo wants the number of one import");
    ok = ok && store_open_in(dir, &store, &err) && import_run_undo(store, id, &err);
    store_close(store);
    if (ok)
        printf("import %lld is undone; `rikstal-node publish` makes it count\n", id);
    return ok ? EXIT_OK : failed("undo", &err);
}
