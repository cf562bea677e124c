#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gaps of one assay's samples, merged to persons, into table `gap` of a segment, and who of
 * them has lost so much that nothing can be said of the whole genome, into `gap_whole`. One thread.
 */
#include "node/publish/segment_writer.h"

struct gap_writer;

bool gap_writer_open(struct segment_writer *writer, int64_t assay, struct gap_writer **out,
                     struct err *err) MUST_CHECK;
/* Vids of gaps, ascending; classes carrier and no call alone. */
bool gap_writer_add(struct gap_writer *gaps, const struct block_site *site,
                    struct err *err) MUST_CHECK;
/* Writes what is left. */
bool gap_writer_finish(struct gap_writer *gaps, struct err *err) MUST_CHECK;
/* Accepts NULL. */
void gap_writer_free(struct gap_writer *gaps);
