#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of import share: files in memory, and a stream that is written and read back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/import/run.h"
#include "node/import/stream.h"
#include "proto/base/err.h"

/* A file in memory with this content, at its beginning; closed by the test or by who takes it. */
int bench_file(const void *data, size_t size);
int bench_text(const char *text);

/* A writer into a file in memory, and a reader of what was written. */
struct bench_stream {
    int fd;
    struct stream_writer *writer;
    struct stream_reader *reader;
    struct stream_item item;
    struct err err;
};
void bench_stream_up(struct bench_stream *stream);
void bench_stream_down(struct bench_stream *stream);
/* Ends the stream with a closing that agrees with itself, and rewinds. */
void bench_stream_turn(struct bench_stream *stream);
/* The next item of this kind, others passed over; fails the test when there is none. */
const struct stream_item *bench_stream_next(struct bench_stream *stream, enum stream_kind kind);

/* "22:100 A>C 0=het 1=hom" of a site. */
void bench_site_text(const struct stream_site *site, char *text, size_t size);
