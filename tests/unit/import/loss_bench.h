#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gaps as text, for the tests of what loses a stretch: "22:5-9 filtered 0=own 1".
 */
#include "tests/unit/import/bench.h"

/* Appends a line. */
void loss_bench_text(const struct stream_gap *gap, char *text, size_t size);
/* All gaps of a stream that was turned, a line each. */
void loss_bench_all(struct bench_stream *stream, char *text, size_t size);
