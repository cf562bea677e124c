/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The child is made before the store is opened, so that it never holds the store's descriptors, and
 * waits, confined, until the parent has seen that the content is new. A word of eight bytes on an
 * eventfd starts it; when the parent dies the kernel ends it.
 */
#include "node/import/run.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/import/confine.h"
#include "node/import/identity.h"
#include "node/import/intake.h"
#include "node/import/progress.h"
#include "node/store/delivery.h"
#include "node/store/import_run.h"
#include "node/store/store.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/json.h"

#define PIPE_BYTES (1 << 20)
#define READER_CPU_S 86400u
#define READER_MEMORY_BYTES (UINT64_C(3) << 30)

struct child {
    pid_t parent; /* this process, for the child */
    pid_t pid;
    int stream; /* the parent reads */
    int start;  /* an eventfd */
};

struct run {
    const struct run_reader *reader;
    const struct run_inputs *inputs;
    const struct run_options *options;
    struct run_result *result;
    struct child child;
    struct store *store; /* NULL: dry run */
    struct rejects *rejects;
    struct import_source source;
    char import_options[4096];
    char report[RUN_REPORT_MAX];
    bool broke_off; /* the stream ended without its closing */
};

/* ---- the child ----------------------------------------------------------------------------------
 */

static bool child_confine(const struct run *run, int out, int start, struct err *err)
{
    struct confine_limits limits = {
        .parent = run->child.parent, .cpu_s = READER_CPU_S, .memory_bytes = READER_MEMORY_BYTES};
    size_t n = run->inputs->n;
    int *keep = malloc((n + 2) * sizeof(*keep));
    bool ok = keep || err_memory(err);

    for (size_t i = 0; ok && i < n; i++)
        keep[i] = run->inputs->items[i].fd;
    if (ok) {
        keep[n] = out;
        keep[n + 1] = start;
    }
    ok = ok && confine_descriptors(keep, n + 2, err) && confine_enter(&limits, err);
    free(keep);
    return ok;
}

static bool child_read(const struct run *run, const struct identity *identity,
                       struct stream_writer *writer, int start, struct err *err)
{
    struct run_job job = {.inputs = run->inputs->items,
                          .n_inputs = run->inputs->n,
                          .identity = identity,
                          .options = run->reader->options,
                          .out = writer};
    uint64_t go;

    if (read(start, &go, sizeof(go)) != sizeof(go))
        return err_set(err, ERR_UNAVAILABLE, "the import was given up");
    return run->reader->read(&job, err);
}

static _Noreturn void child_main(const struct run *run, const struct identity *identity, int out,
                                 int start)
{
    struct stream_writer *writer = NULL;
    struct err err = {0}, ignored;

    if (!stream_writer_open(out, &writer, &err))
        _exit(1);
    if (!child_confine(run, out, start, &err) || !child_read(run, identity, writer, start, &err))
        _exit(!stream_put_failure(writer, &err, &ignored));
    _exit(0);
}

static void close_both(const int fds[2])
{
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static bool child_start(struct run *run, const struct identity *identity, struct err *err)
{
    int fds[2], start;

    if (pipe2(fds, O_CLOEXEC) != 0)
        return err_set(err, ERR_UNAVAILABLE, "pipe: %s", strerror(errno));
    (void)fcntl(
        fds[1], F_SETPIPE_SZ,
        PIPE_BYTES); /* a larger pipe needs fewer switches between the two; it works without */
    start = eventfd(0, EFD_CLOEXEC);
    if (start < 0) {
        close_both(fds);
        return err_set(err, ERR_UNAVAILABLE, "eventfd: %s", strerror(errno));
    }
    run->child.parent = getpid();
    run->child.pid = fork();
    if (run->child.pid == 0)
        child_main(run, identity, fds[1], start);
    (void)close(fds[1]);
    run->child.stream = fds[0];
    run->child.start = start;
    if (run->child.pid > 0)
        return true;
    (void)close(fds[0]);
    (void)close(start);
    return err_set(err, ERR_UNAVAILABLE, "fork: %s", strerror(errno));
}

/* Sets the error for a stream that broke off, from how the child ended. */
static bool explain(int status, struct err *err)
{
    int signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    if (signal_number == SIGSYS)
        return err_set(err, ERR_INTERNAL,
                       "the reader tried what it may not and was ended; the file may be hostile; "
                       "nothing was imported");
    if (signal_number == SIGXCPU)
        return err_set(err, ERR_EXHAUSTED,
                       "the reader used up its processor time; nothing was "
                       "imported");
    if (signal_number)
        return err_set(err, ERR_INVALID,
                       "the reader ended by signal %d on this file; nothing was imported",
                       signal_number);
    return err_set(err, ERR_INVALID,
                   "the reader gave up on this file (status %d): it is damaged or too large; "
                   "nothing was imported",
                   WIFEXITED(status) ? WEXITSTATUS(status) : status);
}

static int child_end(struct child *child, bool kill_it)
{
    int status = 0;

    if (kill_it)
        (void)kill(child->pid, SIGKILL);
    (void)close(child->stream);
    (void)close(child->start);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    child->pid = 0;
    return status;
}

/* ---- the parent ---------------------------------------------------------------------------------
 */

static bool make_source(struct run *run, struct err *err)
{
    const struct run_options *options = run->options;
    int n =
        snprintf(run->import_options, sizeof(run->import_options), "%s;%s;assay=%s%s",
                 run->reader->version, run->reader->options_text ? run->reader->options_text : "",
                 options->assay ? options->assay : "-", options->assay_whole ? ";whole" : "");

    for (size_t i = 0; options->deliveries && i < options->deliveries->n && n >= 0 &&
                       (size_t)n < sizeof(run->import_options);
         i++) {
        const struct delivery *delivery = &options->deliveries->at[i];

        n += snprintf(run->import_options + n, sizeof(run->import_options) - (size_t)n,
                      ";delivers=%d:%s@%d", delivery->kind, delivery->system, delivery->since);
    }
    if (n < 0 || (size_t)n >= sizeof(run->import_options))
        return err_set(err, ERR_INVALID, "the options are too long");
    run->source.feed = options->feed;
    run->source.deliveries = options->deliveries;
    run->source.kind = run->reader->kind;
    run->source.options = run->import_options;
    run->source.name = run->inputs->items[0].name;
    return run_inputs_hash(run->inputs, run->source.content, err);
}

/* Makes the content hash of entries that have none of their own. The options are part of it,
 * because the same file read with other options says something else.
 */
static void entry_content(const struct run *run, uint8_t content[static 32])
{
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, NULL, 0, 32);
    (void)crypto_generichash_update(&state, run->source.content, sizeof(run->source.content));
    (void)crypto_generichash_update(&state, (const uint8_t *)run->source.kind,
                                    strlen(run->source.kind) + 1);
    (void)crypto_generichash_update(&state, (const uint8_t *)run->source.options,
                                    strlen(run->source.options));
    (void)crypto_generichash_final(&state, content, 32);
}

/* Refuses a file with too few rows: it may have been cut off, and an empty one would end all that
 * its feed says.
 */
static bool check_rows(const struct run *run, struct err *err)
{
    const struct run_options *options = run->options;

    if (options->expects_rows && run->result->read < options->rows_min)
        return err_set(err, ERR_INVALID,
                       "%llu rows were read, fewer than --expect-rows %llu: the file is cut off; "
                       "nothing was imported",
                       (unsigned long long)run->result->read,
                       (unsigned long long)options->rows_min);
    if (!options->feed || run->result->removed == 0 || run->result->read > 0 ||
        options->expects_rows)
        return true;
    return err_set(err, ERR_INVALID,
                   "the file has no row, and would end all %llu records of its feed; nothing was "
                   "imported; where that is meant, add --expect-rows 0",
                   (unsigned long long)run->result->removed);
}

/* Recalls the result of an import that is known: a file of which a part was rejected then is
 * rejected in part again. */
static bool recall(struct run *run, int64_t id, struct err *err)
{
    struct run_result *result = run->result;
    struct import_run past;

    if (!import_run_find(run->store, id, &past, err))
        return false;
    result->known = true;
    result->import_id = id;
    result->read = past.counts.read;
    result->rejected = past.counts.rejected;
    result->items = past.counts.items;
    result->unchanged = past.counts.read - past.counts.filtered - past.counts.rejected;
    return check_rows(run, err);
}

static bool open_store(struct run *run, bool *known, struct err *err)
{
    int64_t id;

    *known = false;
    if (run->options->dry_run)
        return true;
    run->store = run->options->store;
    if (!run->store && !store_open_in(run->options->dir, &run->store, err))
        return false;
    if (!import_run_known(run->store, &run->source, &id, err))
        return false;
    *known = id != 0;
    if (*known)
        return recall(run, id, err);
    return import_run_begin(run->store, &run->source, &run->result->import_id, err);
}

/* The report is named by the import, or by the operator; a dry run writes one only where asked. */
static bool open_rejects(struct run *run, struct err *err)
{
    const struct run_options *options = run->options;
    const char *path = options->report;
    int n = 0;

    if (!path && run->store) {
        n = snprintf(run->report, sizeof(run->report), "%s/rejects", options->dir);
        if (n < 0 || n >= (int)sizeof(run->report) - 64)
            return err_set(err, ERR_INVALID, "the folder's name is too long");
        if (!file_make_folder(run->report, 0750, err))
            return false;
        (void)snprintf(run->report + n, sizeof(run->report) - (size_t)n, "/import-%lld.jsonl",
                       (long long)run->result->import_id);
        path = run->report;
    }
    if (path && path != run->report)
        (void)snprintf(run->report, sizeof(run->report), "%s", path);
    return rejects_open(path, &run->rejects, err);
}

static uint64_t total_bytes(const struct run_inputs *inputs)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < inputs->n; i++)
        bytes += inputs->items[i].unhashed ? 0 : inputs->items[i].bytes;
    return bytes;
}

static bool read_stream(struct run *run, struct stream_reader *reader, struct intake *intake,
                        struct err *err)
{
    struct stream_closing closing = {0};
    struct progress progress;
    bool ok = true, end = false;

    progress_start(&progress, run->inputs->items[0].name, total_bytes(run->inputs),
                   run->options->quiet);
    while (ok) {
        struct stream_item item;

        ok = stream_next(reader, &item, &end, err);
        run->broke_off = !ok && err->code == ERR_UNAVAILABLE;
        if (!ok || end)
            break;
        if (item.kind == STREAM_PROGRESS) {
            progress_show(&progress, item.progress);
        } else if (item.kind == STREAM_CLOSING) {
            closing = item.closing;
        } else if (item.kind == STREAM_FAILURE) {
            *err = item.failure;
            ok = false;
        } else {
            ok = intake_take(intake, &item, err);
        }
    }
    progress_end(&progress);
    return ok && intake_finish(intake, &closing, run->result, err);
}

static bool take_all(struct run *run, struct err *err)
{
    struct intake_settings settings = {.store = run->store,
                                       .rejects = run->rejects,
                                       .inputs = run->inputs,
                                       .assay = run->options->assay,
                                       .assay_whole = run->options->assay_whole,
                                       .sites_are_units = run->reader->sites_are_units,
                                       .rows = run->reader->rows && run->source.feed};
    struct stream_reader *reader = NULL;
    struct intake *intake = NULL;
    int64_t id = run->result->import_id;
    uint64_t go = 1;
    bool ok;

    entry_content(run, settings.content);
    ok =
        stream_reader_open(run->child.stream, &reader, err) && intake_open(&settings, &intake, err);
    if (ok && write(run->child.start, &go, sizeof(go)) != sizeof(go))
        ok = err_set(err, ERR_INTERNAL, "starting the reader: %s", strerror(errno));
    ok = ok && read_stream(run, reader, intake, err);
    run->result->import_id = id;
    intake_close(intake);
    stream_reader_close(reader);
    return ok;
}

static bool check_rejects(const struct run *run, struct err *err)
{
    const struct run_options *options = run->options;
    const struct run_result *result = run->result;
    double most = options->rejects_by_share
                      ? (double)result->read * (double)options->rejects_max / 1e6
                      : (double)options->rejects_max;

    if (options->rejects_max == UINT64_MAX || (double)result->rejected <= most)
        return true;
    return err_set(err, ERR_INVALID,
                   "%llu of %llu were rejected, more than --max-rejects allows; nothing was "
                   "imported%s%s",
                   (unsigned long long)result->rejected, (unsigned long long)result->read,
                   run->report[0] ? "; see " : "", run->report);
}

static bool too_much_lost(uint64_t lost, uint64_t all)
{
    return lost >= RUN_LOSS_LEAST && lost * 100 > all * RUN_LOSS_PERCENT;
}

static bool check_loss(const struct run *run, struct err *err)
{
    const struct stream_loss *loss = &run->result->loss;

    if (!run->options->refuse_loss || (!too_much_lost(loss->records_lost, loss->records) &&
                                       !too_much_lost(loss->carriers_lost, loss->carriers)))
        return true;
    return err_set(err, ERR_INVALID,
                   "%llu of %llu records and %llu of %llu carriers would not be taken (FILTER, "
                   "structural, refused): the wrong kind of file? Nothing was imported; if it is "
                   "right, allow it with --accept-loss",
                   (unsigned long long)loss->records_lost, (unsigned long long)loss->records,
                   (unsigned long long)loss->carriers_lost, (unsigned long long)loss->carriers);
}

bool run_took_nothing(const struct run_result *result)
{
    assert(result);
    return result->loss.records_lost && !result->stored && !result->unchanged;
}

static uint64_t filtered_total(const struct run_result *result)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < FILTER_REASONS; i++)
        sum += result->filtered[i];
    return sum;
}

static bool commit(struct run *run, struct err *err)
{
    const struct run_result *result = run->result;
    struct import_counts counts = {.read = result->read,
                                   .stored = result->stored,
                                   .unchanged = result->unchanged,
                                   .filtered = filtered_total(result),
                                   .rejected = result->rejected,
                                   .items = result->items,
                                   .replaced = result->replaced,
                                   .removed = result->removed};

    if (result->rejected || result->items || result->warnings)
        (void)snprintf(run->result->report, sizeof(run->result->report), "%s", run->report);
    return !run->store || import_run_commit(run->store, &counts, err);
}

/* From the start of the reader to the commit; whatever fails leaves the store as it was. */
static bool import_new(struct run *run, struct err *err)
{
    bool ok = open_rejects(run, err) && take_all(run, err);
    int status = child_end(&run->child, !ok && !run->broke_off);
    struct err ignored;

    if (run->broke_off && status != 0)
        (void)explain(status, err);
    if (ok && status != 0)
        ok = explain(status, err);
    ok = ok && run_inputs_unchanged(run->inputs, err) && check_rejects(run, err) &&
         check_rows(run, err) && check_loss(run, err);
    if (run->rejects && !rejects_finish(run->rejects, ok ? err : &ignored))
        ok = false;
    rejects_close(run->rejects);
    ok = ok && commit(run, err);
    if (!ok && run->store)
        import_run_rollback(run->store);
    return ok;
}

static bool start_child(struct run *run, struct err *err)
{
    struct identity *identity = NULL;
    bool ok = identity_open(run->options->dir, &identity, err) && child_start(run, identity, err);

    identity_close(identity);
    return ok;
}

bool run_import(const struct run_reader *reader, const struct run_inputs *inputs,
                const struct run_options *options, struct run_result *result, struct err *err)
{
    assert(reader && inputs && options && result);
    struct run run = {.reader = reader, .inputs = inputs, .options = options, .result = result};
    int64_t started = clock_mono_ms();
    bool known, ok;

    *result = (struct run_result){0};
    if (!make_source(&run, err) || !start_child(&run, err))
        return false;
    ok = open_store(&run, &known, err);
    if (!ok || known)
        (void)child_end(&run.child, true);
    else
        ok = import_new(&run, err);
    if (!options->store)
        store_close(run.store);
    result->elapsed_ms = clock_mono_ms() - started;
    return ok;
}
