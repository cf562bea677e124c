#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes one segment file from the store: columns of persons, concepts, samples, sites, notes.
 *
 * The file is complete, closed and not yet durable when segment_write() returns; publish syncs,
 * hashes and names it. Memory is bounded: sites are made chunk by chunk, and a chunk in parts where
 * its calls are many. One thread.
 */
#include "node/publish/publish.h"
#include "node/snapshot/manifest.h"
#include "node/store/person.h"

struct closure;

/* A person to be written; ordinals follow the array. */
struct publish_person {
    int64_t id; /* the store's */
    struct person_id pid;
};

struct segment_input {
    struct store *store;
    const struct closure *closure; /* closure.h */
    const struct publish_person *persons;
    uint32_t n_persons;
    const struct publish_options *options; /* for progress */
};

/* Fills persons, variants, carriers and bytes of *written. */
bool segment_write(const struct segment_input *input, const char *path,
                   struct manifest_segment *written, struct err *err) MUST_CHECK;
