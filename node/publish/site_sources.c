/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/site_sources.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/publish/radix.h"

static const uint8_t class_of[] = {
    [CALL_NONE] = SITE_NO_CALL, [CALL_HET] = SITE_HET,         [CALL_HOM] = SITE_HOM,
    [CALL_HEMI] = SITE_HEMI,    [CALL_CARRIER] = SITE_CARRIER, [CALL_JUDGED] = SITE_REF,
};

static void forget_streams(struct site_sources *sources)
{
    for (size_t i = 0; i < sources->n_streams; i++) {
        free(sources->streams[i].data);
        free(sources->streams[i].places);
    }
    sources->n_streams = 0;
}

void site_sources_restart(struct site_sources *sources, uint64_t chunk, uint32_t from, uint32_t to)
{
    fraction_rows_restart(&sources->fractions,
                          !sources->gaps &&
                              fraction_rows_kept(sources->writer->input->origin, chunk));
    forget_streams(sources);
    for (int i = 0; i < SITE_CLASSES; i++)
        sources->arrays[i].n = sources->arrays[i].at = 0;
    sources->n_keys = 0;
    sources->from = from;
    sources->to = to;
    sources->too_many = false;
}

void site_sources_clear(struct site_sources *sources)
{
    forget_streams(sources);
    for (int i = 0; i < SITE_CLASSES; i++)
        free(sources->arrays[i].keys);
    free(sources->streams);
    free(sources->spare);
    fraction_rows_clear(&sources->fractions);
}

static bool wanted(const struct site_sources *sources, uint64_t vid)
{
    uint32_t position = (uint32_t)(vid >> 30);

    return position >= sources->from && position < sources->to;
}

static bool damaged(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "calls in the store are damaged");
}

/*** few samples: keys ***/

static bool add_key(struct site_sources *sources, unsigned array, uint64_t vid, uint16_t person)
{
    struct site_keys *keys = &sources->arrays[array];

    if (keys->n == keys->room) {
        size_t room = keys->room ? 2 * keys->room : 1024;
        uint64_t *grown = realloc(keys->keys, room * sizeof(*grown));

        if (!grown)
            return false;
        keys->keys = grown;
        keys->room = room;
    }
    keys->keys[keys->n++] = vid << KEY_PERSON_BITS | person;
    sources->n_keys++;
    return true;
}

/*
 * Adds a site of several samples: those listed, and the others as reference where the callset
 * judges sites.
 */
static bool explode_site(struct site_sources *sources, const struct batch_in *batch,
                         const struct callpack_reader *reader)
{
    bool judges = !sources->gaps && sources->writer->callsets[batch->callset].judges_sites;
    uint16_t samples[CALLPACK_SAMPLES];
    uint64_t listed = 0; /* fewer than LISTED_SAMPLES samples: one word */
    bool ok = true;

    for (unsigned code = 0; code < CALL_CODES; code++) {
        size_t n = reader->mask >> code & 1 ? callpack_samples(reader, code, samples) : 0;

        for (size_t i = 0; ok && i < n; i++) {
            if (samples[i] >= batch->n_map)
                return false;
            listed |= UINT64_C(1) << (samples[i] & 63);
            if (batch->map[samples[i]] != NOBODY)
                ok = add_key(sources, class_of[code], reader->vid, batch->map[samples[i]]);
        }
    }
    for (uint32_t i = 0; ok && judges && i < batch->n_map; i++)
        if (batch->map[i] != NOBODY && !(listed >> (i & 63) & 1))
            ok = add_key(sources, SITE_REF, reader->vid, batch->map[i]);
    return ok;
}

static bool judge_number(struct site_sources *sources)
{
    sources->too_many = sources->n_keys + sources->fractions.n > SITE_SOURCES_KEYS_MAX &&
                        sources->to - sources->from > 1;
    return sources->too_many;
}

static bool explode(struct site_sources *sources, const struct batch_in *batch, const void *data,
                    size_t size, struct err *err)
{
    const struct callset_in *callset = &sources->writer->callsets[batch->callset];
    struct callpack_reader reader;
    bool ok = true;

    callpack_start(&reader, data, size, callset->n_samples == 1);
    while (ok && callpack_next(&reader)) {
        if (!wanted(sources, reader.vid))
            continue;
        if (reader.lone)
            ok = batch->map[0] == NOBODY ||
                 add_key(sources, class_of[__builtin_ctz(reader.mask)], reader.vid, batch->map[0]);
        else
            ok = explode_site(sources, batch, &reader);
        if (judge_number(sources))
            return true;
    }
    return reader.damaged ? damaged(err) : ok || err_memory(err);
}

/*** many samples: streams ***/

static int by_vid(const void *left, const void *right)
{
    const struct site_place *a = left;
    const struct site_place *b = right;

    if (a->vid != b->vid)
        return a->vid < b->vid ? -1 : 1;
    return (a->calls > b->calls) - (a->calls < b->calls);
}

/* Finds the places of all sites, so that a pack that is not in order can be read in order. */
static bool find_places(struct site_stream *stream, size_t size, struct err *err)
{
    struct callpack_reader reader;
    size_t room = 0;

    callpack_start(&reader, stream->data, size, false);
    while (callpack_next(&reader)) {
        if (stream->n_places == room) {
            struct site_place *places;

            room = room ? 2 * room : 64;
            places = realloc(stream->places, room * sizeof(*places));
            if (!places)
                return err_memory(err);
            stream->places = places;
        }
        stream->places[stream->n_places++] =
            (struct site_place){.vid = reader.vid, .calls = reader.calls};
    }
    if (reader.damaged)
        return damaged(err);
    if (stream->n_places)
        qsort(stream->places, stream->n_places, sizeof(*stream->places), by_vid);
    return true;
}

bool site_stream_advance(struct site_stream *stream, struct err *err)
{
    if (stream->places && stream->at < stream->n_places) {
        const struct site_place *place = &stream->places[stream->at++];

        callpack_at(&stream->reader, place->vid, place->calls);
        stream->vid = place->vid;
    } else if (!stream->places && callpack_next(&stream->reader)) {
        stream->vid = stream->reader.vid;
    } else {
        stream->vid = NO_VID;
    }
    return stream->reader.damaged ? damaged(err) : true;
}

static struct site_stream *new_stream(struct site_sources *sources)
{
    if (sources->n_streams == sources->streams_room) {
        size_t room = sources->streams_room ? 2 * sources->streams_room : 16;
        struct site_stream *streams = realloc(sources->streams, room * sizeof(*streams));

        if (!streams)
            return NULL;
        sources->streams = streams;
        sources->streams_room = room;
    }
    sources->streams[sources->n_streams] = (struct site_stream){0};
    return &sources->streams[sources->n_streams++];
}

static bool add_stream(struct site_sources *sources, const struct batch_in *batch, const void *data,
                       size_t size, struct err *err)
{
    struct site_stream *stream = new_stream(sources);

    if (!stream)
        return err_memory(err);
    stream->data = malloc(size + 1);
    if (!stream->data)
        return err_memory(err);
    memcpy(stream->data, data, size);
    stream->batch = batch;
    stream->callset = &sources->writer->callsets[batch->callset];
    callpack_start(&stream->reader, stream->data, size, false);
    if (stream->reader.unordered && !find_places(stream, size, err))
        return false;
    do {
        if (!site_stream_advance(stream, err))
            return false;
    } while (stream->vid != NO_VID && (uint32_t)(stream->vid >> 30) < sources->from);
    return true;
}

bool site_sources_add(struct site_sources *sources, const struct batch_in *batch, const void *data,
                      size_t size, struct err *err)
{
    assert(sources && batch);
    uint32_t n_samples = sources->writer->callsets[batch->callset].n_samples;
    struct fraction_pack pack = {batch, data, size, n_samples == 1, sources->from, sources->to};

    if (sources->too_many)
        return true;
    if (!fraction_rows_add(&sources->fractions, &pack, err))
        return false;
    if (judge_number(sources))
        return true;
    if (n_samples < LISTED_SAMPLES)
        return explode(sources, batch, data, size, err);
    return add_stream(sources, batch, data, size, err);
}

bool site_sources_sort(struct site_sources *sources, struct err *err)
{
    size_t most = 0;

    for (int i = 0; i < SITE_CLASSES; i++)
        if (sources->arrays[i].n > most)
            most = sources->arrays[i].n;
    if (most > sources->spare_room) {
        free(sources->spare);
        sources->spare = malloc(most * sizeof(*sources->spare));
        sources->spare_room = sources->spare ? most : 0;
        if (!sources->spare)
            return err_memory(err);
    }
    for (int i = 0; i < SITE_CLASSES; i++)
        if (sources->arrays[i].n)
            radix_sort(sources->arrays[i].keys, sources->spare, sources->arrays[i].n);
    fraction_rows_sort(&sources->fractions);
    return true;
}

uint64_t site_sources_vid(const struct site_sources *sources)
{
    uint64_t vid = NO_VID;

    for (size_t i = 0; i < sources->n_streams; i++)
        if (sources->streams[i].vid < vid)
            vid = sources->streams[i].vid;
    for (int i = 0; i < SITE_CLASSES; i++) {
        const struct site_keys *keys = &sources->arrays[i];

        if (keys->at < keys->n && keys->keys[keys->at] >> KEY_PERSON_BITS < vid)
            vid = keys->keys[keys->at] >> KEY_PERSON_BITS;
    }
    if (vid != NO_VID && (uint32_t)(vid >> 30) >= sources->to)
        return NO_VID; /* the streams go on behind the wanted positions */
    return vid;
}
