#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums up the sites of a segment by kind (struct segment_kind of node/snapshot/snapshot.h), while
 * they are written. At most KIND_MAX kinds, of 10 KiB at most; where there are more, none are
 * written, and questions look at the sites. One thread.
 */
#include "node/publish/segment_writer.h"

struct kind_writer;

/* What is said of a site in one gene. */
struct kind_said {
    uint64_t consequences;
    uint32_t clinvar;
};

/* Borrows the writer, whose n_persons must be set. NULL: no memory. */
struct kind_writer *kind_writer_new(struct segment_writer *writer);
void kind_writer_free(struct kind_writer *kinds);
/* said: each thing that its notes say of it, n of them; af_nano: negative when it is not known. */
bool kind_writer_add(struct kind_writer *kinds, const struct block_site *site, int64_t af_nano,
                     const struct kind_said *said, size_t n, struct err *err) MUST_CHECK;
/* Makes the table and fills it. *n: the number of kinds; 0 with KIND_MAX passed, or no site. */
bool kind_writer_finish(struct kind_writer *kinds, uint64_t *n, struct err *err) MUST_CHECK;
