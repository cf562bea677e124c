/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/site_merge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/bits.h"

static const uint8_t class_of[CALL_CODES] = {
    [CALL_NONE] = SITE_NO_CALL, [CALL_HET] = SITE_HET,         [CALL_HOM] = SITE_HOM,
    [CALL_HEMI] = SITE_HEMI,    [CALL_CARRIER] = SITE_CARRIER,
};

/* A person in one class is left out of all later ones. */
static const uint8_t precedence[SITE_CLASSES] = {SITE_HOM,     SITE_HEMI,    SITE_HET,
                                                 SITE_CARRIER, SITE_NO_CALL, SITE_REF};

bool site_merge_init(struct site_merge *merge, struct segment_writer *writer, struct err *err)
{
    assert(merge && writer);
    *merge = (struct site_merge){.writer = writer};
    merge->callsets = calloc(writer->n_callsets + 1, sizeof(*merge->callsets));
    return merge->callsets || err_memory(err);
}

void site_merge_clear(struct site_merge *merge)
{
    for (int class = 0; class < SITE_CLASSES; class ++)
        free(merge->persons[class]);
    free(merge->callsets);
}

static bool need_room(struct site_merge *merge, unsigned class, size_t more)
{
    size_t room = merge->room[class] ? merge->room[class] : 1024;
    uint16_t *persons;

    if (merge->room[class] - merge->count[class] >= more)
        return true;
    while (room - merge->count[class] < more)
        room *= 2;
    persons = realloc(merge->persons[class], room * sizeof(*persons));
    if (!persons)
        return false;
    merge->persons[class] = persons;
    merge->room[class] = room;
    return true;
}

static bool take_keys(struct site_merge *merge, struct site_keys *keys, unsigned class,
                      uint64_t vid)
{
    size_t from = keys->at;

    while (keys->at < keys->n && keys->keys[keys->at] >> KEY_PERSON_BITS == vid)
        keys->at++;
    if (!need_room(merge, class, keys->at - from))
        return false;
    for (; from < keys->at; from++)
        merge->persons[class][merge->count[class]++] =
            (uint16_t)(keys->keys[from] & (SEGMENT_PERSONS_MAX - 1));
    return true;
}

static bool take_lists(struct site_merge *merge, const struct site_stream *stream)
{
    const struct batch_in *batch = stream->batch;
    uint16_t samples[CALLPACK_SAMPLES];

    for (unsigned code = 0; code < CALL_CODES; code++) {
        unsigned class = class_of[code];
        uint16_t *to;
        size_t n;

        if (!(stream->reader.mask >> code & 1))
            continue;
        n = callpack_samples(&stream->reader, code, samples);
        if (!need_room(merge, class, n))
            return false;
        to = merge->persons[class] + merge->count[class];
        for (size_t i = 0; i < n; i++) {
            uint16_t person = samples[i] < batch->n_map ? batch->map[samples[i]] : NOBODY;

            *to = person;
            to += person != NOBODY;
        }
        merge->count[class] = (uint32_t)(to - merge->persons[class]);
    }
    return true;
}

/* Keeps the callsets ascending, each once; only a few judge a site. */
static void take_callset(struct site_merge *merge, const struct callset_in *callset)
{
    uint16_t listed = (uint16_t)callset->listed;
    size_t at = merge->n_callsets;

    if (callset->listed < 0 || merge->gaps)
        return;
    while (at && merge->callsets[at - 1] > listed)
        at--;
    if (at && merge->callsets[at - 1] == listed)
        return;
    memmove(merge->callsets + at + 1, merge->callsets + at,
            (merge->n_callsets - at) * sizeof(*merge->callsets));
    merge->callsets[at] = listed;
    merge->n_callsets++;
}

static bool take_streams(struct site_merge *merge, struct site_sources *sources, uint64_t vid,
                         struct err *err)
{
    for (size_t i = 0; i < sources->n_streams; i++) {
        struct site_stream *stream = &sources->streams[i];
        unsigned times = 0;

        for (; stream->vid == vid; times++) {
            take_callset(merge, stream->callset);
            if (!take_lists(merge, stream))
                return err_memory(err);
            if (!site_stream_advance(stream, err))
                return false;
        }
        merge->mixed |= times > 1;
    }
    return true;
}

static bool take_few(struct site_merge *merge, struct site_sources *sources, uint64_t vid,
                     struct err *err)
{
    unsigned classes = 0;

    for (unsigned class = 0; class < SITE_CLASSES; class ++) {
        size_t before = sources->arrays[class].at;

        if (!take_keys(merge, &sources->arrays[class], class, vid))
            return err_memory(err);
        classes += sources->arrays[class].at != before;
    }
    merge->mixed |= classes > 1;
    return true;
}

/* Sorts by a bitset, without comparisons, and removes repeats. */
static void put_in_order(struct site_merge *merge, unsigned class)
{
    uint16_t *persons = merge->persons[class];
    uint32_t n = 0;

    for (uint32_t i = 0; i < merge->count[class]; i++)
        bits_set(merge->seen, persons[i]);
    for (size_t word = 0; word < SEGMENT_WORDS_MAX; word++) {
        for (uint64_t left = merge->seen[word]; left; left &= left - 1)
            persons[n++] = (uint16_t)(word * 64 + (size_t)__builtin_ctzll(left));
        merge->seen[word] = 0;
    }
    merge->count[class] = n;
}

static bool in_order(const uint16_t *persons, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++)
        if (persons[i - 1] >= persons[i])
            return false;
    return true;
}

static void order_class(struct site_merge *merge, unsigned class)
{
    if (!in_order(merge->persons[class], merge->count[class]))
        put_in_order(merge, class);
}

/* Sorts the persons of one class, and removes repeats and those that an earlier class has. */
static void settle(struct site_merge *merge, unsigned class)
{
    uint16_t *persons = merge->persons[class];
    uint32_t kept = 0;

    for (uint32_t i = 0; i < merge->count[class]; i++)
        if (!bits_has(merge->seen, persons[i]))
            persons[kept++] = persons[i];
    merge->count[class] = kept;
    for (uint32_t i = 0; i < kept; i++)
        bits_set(merge->seen, persons[i]);
}

static void settle_all(struct site_merge *merge)
{
    for (int i = 0; i < SITE_CLASSES; i++)
        settle(merge, precedence[i]);
    for (int class = 0; class < SITE_CLASSES; class ++)
        for (uint32_t i = 0; i < merge->count[class]; i++)
            merge->seen[merge->persons[class][i] >> 6] = 0;
}

bool site_merge_site(struct site_merge *merge, struct site_sources *sources, uint64_t vid,
                     struct err *err)
{
    memset(merge->count, 0, sizeof(merge->count));
    merge->n_callsets = 0;
    merge->mixed = merge->writer->has_several;
    if (!take_streams(merge, sources, vid, err) || !take_few(merge, sources, vid, err))
        return false;
    for (int class = 0; class < SITE_CLASSES; class ++)
        order_class(merge, (unsigned)class);
    if (merge->mixed)
        settle_all(merge);
    return true;
}
