#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One import: foreign files in, one transaction on the store out, all or nothing.
 *
 *   parent                                    child (confine.h: no socket, open, exec, fork)
 *   opens and hashes the inputs    ── fds ──> reader: parses foreign bytes, hashes ids,
 *   validates every item         <─ pipe ─  writes the stream
 *   store, commit, closing arithmetic
 *
 * The parent holds the store and never parses; the child parses and holds nothing but the inputs,
 * K_pid in memory and the pipe. If the child dies in whatever way, the run fails with a clear error
 * and nothing is imported. A run is known by the hash of its inputs' content, its kind, its
 * reader's version and its options: the same again is "nothing to do". Call before any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/inputs.h"
#include "node/import/rejects.h"
#include "node/import/stream.h"
#include "proto/base/err.h"

struct identity;

/* What a reader is given in the child. */
struct run_job {
    const struct run_input *inputs;
    size_t n_inputs;
    const struct identity *identity;
    const void *options; /* run_reader.options: parsed by the parent from the command line */
    struct stream_writer *out;
};

/*
 * A format. read() runs confined: it may read and seek the inputs' descriptors, allocate, and
 * write items. It ends the stream with stream_put_closing() and returns true, or returns false
 * with the reason, which the parent reports.
 */
struct run_reader {
    const char *kind;     /* "vcf", "phenopackets", "persons" */
    const char *version;  /* raised when the same bytes would be stored otherwise */
    bool rows;            /* units say facts and events only (node/store/entry_batch.h) */
    bool sites_are_units; /* true: each site counts in the closing; false: each STREAM_UNIT */
    bool (*read)(struct run_job *job, struct err *err);
    const void *options;
    const char *options_text; /* what of the options changes the result, as part of the identity */
};

struct store;
struct deliveries;

struct run_options {
    const char *dir;     /* the node's folder */
    struct store *store; /* open, for many files in a row; NULL: the run opens its own */
    const char *assay;   /* NULL: none declared */
    bool assay_whole;    /* the assay covers the whole genome */
    const char *feed;    /* NULL: the files only add and replace (node/store/import_run.h) */
    const struct deliveries *deliveries; /* what the feed declares; NULL: nothing is declared */
    bool expects_rows;                   /* a run that reads fewer units than rows_min is refused */
    uint64_t rows_min;                   /* 0: the feed may have become empty */
    const char *report;                  /* NULL: DIR/rejects/import-<run>.jsonl */
    bool dry_run;                        /* the same parser and checks, and no write */
    bool quiet;                          /* no progress on stderr */
    bool rejects_by_share; /* rejects_max is in 1e-6 of what was read; otherwise a count */
    bool refuse_loss;     /* refuse a file of which more than RUN_LOSS_PERCENT would not be taken */
    uint64_t rejects_max; /* more errors than that: nothing is imported; UINT64_MAX: no limit */
};

/*
 * A file of genotypes of which more than this share of the records or of the carriers was not
 * taken, and at least RUN_LOSS_LEAST of them, is refused: it is the wrong kind, or a caller's
 * unfiltered output.
 */
#define RUN_LOSS_PERCENT 50u
#define RUN_LOSS_LEAST 100u
#define RUN_REPORT_MAX 4096 /* bytes of a report's path */

struct run_result {
    bool known; /* this content was imported before, as import_id: nothing was done */
    int64_t import_id;
    uint64_t read;
    uint64_t stored;
    uint64_t unchanged;
    uint64_t filtered[FILTER_REASONS];
    uint64_t rejected;  /* in a known import: those of that time */
    uint64_t replaced;  /* entries that newer ones of the same key or sample replaced */
    uint64_t removed;   /* entries that the feed no longer says */
    int64_t other_file; /* newest import of another file whose samples this one replaced; 0: none */
    uint64_t consents_known;   /* persons with a consent of whom the store has data */
    uint64_t consents_unknown; /* persons with a consent of whom the store has no data */
    uint64_t refusals_kept;    /* persons of whose refusal the file has no column: it stays */
    uint64_t excluded;         /* persons whose consent could not be read */
    uint64_t items;            /* left out of records that were stored */
    uint64_t warnings;
    char unread[REJECTS_UNREAD_BYTES]; /* annotation fields that were not read, or "" */
    uint64_t entries; /* of persons: new ones and those that replace an older one */
    uint64_t samples;
    uint64_t calls;
    uint64_t structural; /* calls of structural variants */
    uint64_t events;
    struct stream_loss loss;
    uint64_t rejects[REJECT_CODES];
    char report[RUN_REPORT_MAX]; /* "" when there was nothing to report */
    int64_t elapsed_ms;
};

bool run_import(const struct run_reader *reader, const struct run_inputs *inputs,
                const struct run_options *options, struct run_result *result,
                struct err *err) MUST_CHECK;

/* True for a file of genotypes of which nothing was stored and something was lost. */
bool run_took_nothing(const struct run_result *result);
/* "stored 4 812 · unchanged 0 · filtered 1 204 (FILTER 1 180, symbolic 24) · rejected 2 ..." */
void run_result_text(const struct run_result *result, char *text, size_t size);
/* What was not taken, and indels that may have another spelling: lines, or "". */
void run_loss_text(const struct run_result *result, char *text, size_t size);
/* One JSON object, from the caller to free; NULL when memory is out. file: as given. */
char *run_result_json(const struct run_result *result, const char *file);
