#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last few variants of a file before they go on the stream: put in order and made unique.
 *
 * Trimming moves a variant to the right of its line and left-aligning to its left, so neighbours
 * may change places; a variant waits here until no later line can come before it. The same variant
 * again is merged into the first: a carrier beats "not called", which beats the reference; two
 * calls that differ, and two that are het, make a carrier of unknown zygosity. At most
 * SITES_WAITING_MAX variants and SITES_BYTES_MAX bytes wait. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/stream.h"
#include "proto/base/err.h"

#define SITES_WAITING_MAX 65536u
#define SITES_BYTES_MAX (256u * 1024 * 1024)

struct sites;

/* window: how far to the left of its line a variant may come. Borrows the writer. */
bool sites_open(struct stream_writer *writer, uint32_t window, struct sites **out,
                struct err *err) MUST_CHECK;
void sites_close(struct sites *sites);

/* The file has come to this place: what can have no more neighbours goes on the stream. */
bool sites_advance(struct sites *sites, uint8_t chromosome, uint32_t position,
                   struct err *err) MUST_CHECK;
/* Copies the site; *merged says that it was there already. */
bool sites_add(struct sites *sites, const struct stream_site *site, bool *merged,
               struct err *err) MUST_CHECK;
/* All that waits goes on the stream. */
bool sites_finish(struct sites *sites, struct err *err) MUST_CHECK;
/* Put on the stream so far. */
uint64_t sites_offered(const struct sites *sites);
