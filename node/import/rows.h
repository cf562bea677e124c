#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a run's CSV files, one after the other, each given to whoever understands them:
 * persons and consents read their files through this.
 *
 * A file whose last line has no line feed was cut off and is refused. A row that is no row
 * (quoting, encoding, length, columns) is rejected here by its line; the rest is the reader's.
 * Bytes are counted for progress, and the closing arithmetic is kept and put. Runs in the confined
 * reader, on the run's descriptors. One thread.
 */
#include <stdint.h>

#include "node/import/rejects.h"
#include "node/import/run.h"
#include "node/import/stream.h"
#include "proto/base/err.h"

struct csv;

struct rows {
    struct run_job *job;
    void *owner; /* handed to the two functions */
    /* A file's header was read: find its columns. */
    bool (*header)(void *owner, const struct csv *csv, struct err *err);
    /* A row of as many fields as the header; it is offered (closing.offered) or rejected. */
    bool (*row)(void *owner, const char *const *fields, uint64_t line, struct err *err);
    /*
     * Called for a row that could not be split into columns and was rejected with this code; may be
     * NULL. When the row has too few or too many fields, fields are its n fields; otherwise n is 0.
     */
    bool (*bad)(void *owner, enum reject_code code, const char *const *fields, size_t n,
                uint64_t line, struct err *err);
    struct stream_closing closing;
    /* below: rows.c's own */
    uint32_t input;
    int fd;
    uint64_t consumed; /* bytes of all inputs */
    char last;         /* byte of this input */
};

/*
 * The place in the header of each of n columns, -1 of one that is not there; the first of them must
 * be. A column of another name is an error, which tells its number, because a header may be a row.
 */
bool rows_columns(const struct csv *csv, const char *const *names, size_t n, int *at,
                  struct err *err) MUST_CHECK;
/* All files of the job, then the closing item. */
bool rows_read(struct rows *rows, struct err *err) MUST_CHECK;
/* Rejects the present row: counts and reports it. field is a column's name or "". */
bool rows_reject(struct rows *rows, enum reject_code code, const char *field, uint64_t line,
                 struct err *err) MUST_CHECK;
/* Reports a warning about the present row, which is taken. */
bool rows_warn(struct rows *rows, enum reject_code code, const char *field, uint64_t line,
               struct err *err) MUST_CHECK;
