#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last few variants of a file before they go on the stream: put in order and made unique.
 *
 * Trimming moves a variant to the right of its line and left-aligning to its left, so neighbours
 * may change places; a variant waits here until no later line can come before it. The same variant
 * again is merged into the first: a carrier beats "not called", which beats the reference; two
 * calls that differ, and two that are het, make a carrier of unknown zygosity; two shares of reads
 * that differ make an unknown one. At most
 * SITE_WINDOW_WAITING_MAX variants and SITE_WINDOW_BYTES_MAX bytes wait. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/stream.h"
#include "proto/base/err.h"

#define SITE_WINDOW_WAITING_MAX 65536u
#define SITE_WINDOW_BYTES_MAX (256u * 1024 * 1024)

struct site_window;

/* window: how far to the left of its line a variant may come. Borrows the writer. */
bool site_window_open(struct stream_writer *writer, uint32_t window, struct site_window **out,
                      struct err *err) MUST_CHECK;
void site_window_close(struct site_window *sites);

/* The file has come to this place: what can have no more neighbours goes on the stream. */
bool site_window_advance(struct site_window *sites, uint8_t chromosome, uint32_t position,
                         struct err *err) MUST_CHECK;
/* Copies the site; *merged says that it was there already. */
bool site_window_add(struct site_window *sites, const struct stream_site *site, bool *merged,
                     struct err *err) MUST_CHECK;
/* All that waits goes on the stream. */
bool site_window_finish(struct site_window *sites, struct err *err) MUST_CHECK;
/* Put on the stream so far. */
uint64_t site_window_offered(const struct site_window *sites);
