#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of phenopackets: JSON files, and .tar.xz or .tar.gz archives of them, onto the stream.
 *
 * A packet, also one of a family or a cohort, is a unit of the closing arithmetic; what of it
 * cannot be read is left out item by item (packet.h). Its key is the domain and its id. The person
 * is the packet's own id, because subject.id repeats across publications ("Patient 1"); with
 * by_subject it is subject.id, for regions whose subjects carry their own ids; a subject with a
 * Swedish number is that person. A packet id that comes twice in a run with the same content counts
 * as filtered (duplicate); with another content the second is rejected. Delivered again in a later
 * run it replaces the older one. A packet is a full statement of its own person's phenotype, so
 * what it does not name is not there; of diseases it is not (decisions/001-packets.md). Runs in the
 * confined child (run.h).
 */
#include "node/import/run.h"

struct term_graph;

#define PHENOPACKET_VERSION "4" /* raised when the same packet would be stored otherwise */

struct phenopacket_options {
    bool by_subject;
    const char *domain;          /* of person ids; NULL: "local" (identity.h) */
    const struct term_graph *hp; /* the loaded release, for naming unknown terms; may be NULL */
};

/* What a folder is searched for, and ends with NULL. */
extern const char *const phenopacket_suffixes[];

/* What of options and names changes the result, for run_reader.options_text: another file may not
 * replace what one says. */
void phenopacket_describe(const struct phenopacket_options *options,
                          const struct run_inputs *inputs, char *text, size_t size);
/* run_reader.read; job->options is a struct phenopacket_options. */
bool phenopacket_read(struct run_job *job, struct err *err) MUST_CHECK;
