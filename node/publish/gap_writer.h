#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the gaps of one assay's samples, merged to persons, into table `gap` of a segment, and
 * into `gap_whole` the persons who lost so much that nothing can be said about their whole genome.
 * One thread.
 */
#include "node/publish/segment_writer.h"

struct gap_writer;

bool gap_writer_open(struct segment_writer *writer, int64_t assay, struct gap_writer **out,
                     struct err *err) MUST_CHECK;
/* Vids must be gaps, ascending. Only the classes carrier and no call are used. */
bool gap_writer_add(struct gap_writer *gaps, const struct block_site *site,
                    struct err *err) MUST_CHECK;
/* Writes what is left. */
bool gap_writer_finish(struct gap_writer *gaps, struct err *err) MUST_CHECK;
/* Accepts NULL. */
void gap_writer_free(struct gap_writer *gaps);
