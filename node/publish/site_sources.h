#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls of one chunk of a segment, from all callsets, in order of vid.
 *
 * Packs of callsets with many samples are read in place, each as a stream. Packs of few samples, of
 * which each person may have one, are split into keys (vid, person), one array for each class, and
 * sorted. When there would be more than SITE_SOURCES_KEYS_MAX keys, the caller must ask for fewer
 * positions. One thread.
 */
#include "node/publish/fraction_rows.h"
#include "node/publish/segment_writer.h"

#define SITE_SOURCES_KEYS_MAX ((size_t)8 << 20)
#define SOURCE_POSITIONS (UINT32_C(1) << 20) /* of a chunk */
#define KEY_PERSON_BITS 14
#define NO_VID UINT64_MAX

struct site_keys {
    uint64_t *keys; /* vid within the chunk << KEY_PERSON_BITS | person */
    size_t n;
    size_t room;
    size_t at;
};

struct site_place {
    uint64_t vid;
    const uint8_t *calls;
};

struct site_stream {
    const struct batch_in *batch;
    const struct callset_in *callset;
    struct callpack_reader reader;
    uint8_t *data;             /* the pack */
    struct site_place *places; /* sites in order; set when the pack is not in order */
    size_t n_places;
    size_t at;
    uint64_t vid; /* within the chunk; NO_VID at the end */
};

struct site_sources {
    struct segment_writer *writer;
    struct site_stream *streams;
    size_t n_streams;
    size_t streams_room;
    struct site_keys arrays[SITE_CLASSES];
    uint64_t *spare;
    size_t spare_room;
    size_t n_keys;
    struct fraction_rows fractions; /* counted among the keys */
    uint32_t from;                  /* positions of the chunk: from <= position < to */
    uint32_t to;
    bool gaps;     /* packs of gaps: a sample that is not listed has no gap */
    bool too_many; /* too many keys: ask for fewer positions */
};

/* Empties the sources for these positions of a chunk. Keeps the memory. */
void site_sources_restart(struct site_sources *sources, uint64_t chunk, uint32_t from, uint32_t to);
/* Adds one pack. After too_many nothing more is added. */
bool site_sources_add(struct site_sources *sources, const struct batch_in *batch, const void *data,
                      size_t size, struct err *err) MUST_CHECK;
/* Sorts, when all packs are added. */
bool site_sources_sort(struct site_sources *sources, struct err *err) MUST_CHECK;
/* The smallest vid that is left; NO_VID at the end. */
uint64_t site_sources_vid(const struct site_sources *sources);
/* Moves the stream to its next site. */
bool site_stream_advance(struct site_stream *stream, struct err *err) MUST_CHECK;
void site_sources_clear(struct site_sources *sources);
