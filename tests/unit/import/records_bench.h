#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of records run over inputs in memory, as the child runs it; what it put is read back.
 */
#include "bench.h"

#define INPUTS_MAX 6

struct records_bench {
    struct identity *identity;
    struct run_input inputs[INPUTS_MAX];
    struct run_job job;
    struct bench_stream stream;
    struct err err;
};

typedef bool records_read(struct run_job *job, struct err *err);

/* Inputs from texts, the last one NULL. */
void records_bench_up(struct records_bench *b, const char *const *texts);
void records_bench_down(struct records_bench *b);
/* Runs the reader; afterwards items can be taken off b->stream. */
bool records_bench_run(struct records_bench *b, records_read *read, const void *options);
/* The closing, all before it passed over. */
const struct stream_closing *records_bench_closing(struct records_bench *b);
/* The next reject is this one, at this line. */
void records_bench_reject(struct records_bench *b, enum reject_code code, const char *field,
                          uint64_t line);
