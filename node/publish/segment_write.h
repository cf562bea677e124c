#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes one segment file from the store: columns of persons, concepts, samples, sites, notes.
 *
 * When segment_write() returns, the file is complete and closed but not yet durable; publish syncs,
 * hashes and names it. Memory is bounded: sites are written chunk by chunk, and a chunk with many
 * calls in parts. One thread.
 */
#include "node/publish/publish.h"
#include "node/snapshot/manifest.h"
#include "node/store/person.h"
#include "proto/query/sample_type.h"

struct closure;

/* A person to be written. A person's ordinal is the index in the array. */
struct publish_person {
    int64_t id; /* the store's */
    struct person_id pid;
};

struct segment_input {
    struct store *store;
    const struct closure *closure; /* closure.h */
    const struct publish_person *persons;
    uint32_t n_persons;
    enum origin origin; /* of the calls: ORIGIN_GERMLINE with the persons, or ORIGIN_SOMATIC */
    bool structural;    /* calls of structural variants alone, without the persons */
    uint32_t nth; /* calls of tumours alone whose samples were taken on the nth day of their person,
                     from 1; 0: of whatever day */
    const struct publish_options *options; /* for progress */
};

/* What else the persons of a segment of the germline have, so that no segment is looked for in
 * vain. */
struct segment_beside {
    bool structural; /* a sample of the germline in a file that says something of structural
                        variants */
    bool tumours;    /* a sample of a tumour */
};

/* Sets persons, variants, carriers and bytes of *written. */
bool segment_write(const struct segment_input *input, const char *path,
                   struct manifest_segment *written, struct segment_beside *beside,
                   struct err *err) MUST_CHECK;
/*
 * Has one of the persons a sample of the origin, of a file that says something of structural
 * variants where these are asked for, or so many days where one is? It asks of each person: only
 * where struct segment_beside says that there is something.
 */
bool segment_write_needed(const struct segment_input *input, bool *needed,
                          struct err *err) MUST_CHECK;
