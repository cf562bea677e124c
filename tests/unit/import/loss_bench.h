#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gaps as text, for the tests of what loses a stretch: "22:5-9 filtered 0=own 1".
 */
#include "node/import/loss.h"
#include "tests/unit/import/bench.h"

struct loss_bench {
    struct bench_stream stream;
    struct loss *loss;
    char text[16384]; /* the gaps, after loss_bench_turn() */
};

/* A person, a callset of GRCh38 and so many samples on a stream, and their losses. */
void loss_bench_up(struct loss_bench *b, uint32_t n_samples);
/* The stream is complete: its gaps are read. */
void loss_bench_turn(struct loss_bench *b);
void loss_bench_down(struct loss_bench *b);

/* Appends a line. */
void loss_bench_text(const struct stream_gap *gap, char *text, size_t size);
/* All gaps of a stream that was turned, a line each. */
void loss_bench_all(struct bench_stream *stream, char *text, size_t size);
