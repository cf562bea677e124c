/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/block.h"
#include "proto/base/varint.h"

#define ALLELE_MASK ((UINT32_C(1) << 30) - 1)
#define SINGLE_BASE (UINT32_C(1) << 24 | UINT32_C(1) << 20)
#define SINGLE_BASE_MASK (UINT32_C(0x3fff) << 20 | 0xffff)
#define SITE_BYTES_MAX 128                     /* most bytes of a site in the directory */
#define BLOCK_BITMAP_BYTES ((size_t)256 << 10) /* a block with more bitmaps is full */

struct buffer {
    uint8_t *data;
    size_t size;
    size_t room;
};

struct block_writer {
    uint32_t n_persons;
    uint32_t n_sites;
    uint32_t n_sets;
    uint64_t first;
    uint64_t last;
    uint16_t *set; /* the callsets of the site before */
    size_t n_set;
    size_t set_room;
    struct buffer sets;
    struct buffer directory;
    struct buffer bitmaps;
    struct buffer whole;
};

static bool reserve(struct buffer *buffer, size_t more)
{
    size_t room = buffer->room ? buffer->room : 4096;
    uint8_t *data;

    if (buffer->room - buffer->size >= more)
        return true;
    while (room - buffer->size < more)
        room *= 2;
    data = realloc(buffer->data, room);
    if (!data)
        return false;
    buffer->data = data;
    buffer->room = room;
    return true;
}

struct block_writer *block_writer_new(uint32_t n_persons)
{
    struct block_writer *writer = calloc(1, sizeof(*writer));

    if (writer)
        writer->n_persons = n_persons;
    return writer;
}

void block_writer_free(struct block_writer *writer)
{
    if (!writer)
        return;
    free(writer->set);
    free(writer->sets.data);
    free(writer->directory.data);
    free(writer->bitmaps.data);
    free(writer->whole.data);
    free(writer);
}

uint32_t block_writer_sites(const struct block_writer *writer)
{
    return writer->n_sites;
}

bool block_writer_full(const struct block_writer *writer, uint64_t vid)
{
    return writer->n_sites == BLOCK_SITES ||
           (writer->n_sites &&
            (vid >> 58 != writer->last >> 58 || writer->bitmaps.size >= BLOCK_BITMAP_BYTES ||
             writer->n_sets == BLOCK_SETS_MAX));
}

/*
 * Does the site have the same set of callsets as the site before? A new block starts with the empty
 * set.
 */
static bool same_set(const struct block_writer *writer, const struct block_site *site)
{
    return site->n_callsets == writer->n_set &&
           (!writer->n_set ||
            memcmp(site->callsets, writer->set, writer->n_set * sizeof(*writer->set)) == 0);
}

/* Sets are numbered from 1 in a block; 0 is the empty one. */
static bool add_set(struct block_writer *writer, const struct block_site *site)
{
    uint8_t *at;

    if (site->n_callsets > writer->set_room) {
        uint16_t *set = realloc(writer->set, site->n_callsets * sizeof(*set));

        if (!set)
            return false;
        writer->set = set;
        writer->set_room = site->n_callsets;
    }
    if (!reserve(&writer->sets, (site->n_callsets + 1) * VARINT_BYTES_MAX))
        return false;
    writer->n_set = site->n_callsets;
    if (!writer->n_set)
        return true;
    memcpy(writer->set, site->callsets, writer->n_set * sizeof(*writer->set));
    writer->n_sets++;
    at = varint_write(writer->sets.data + writer->sets.size, writer->n_set);
    for (size_t i = 0; i < writer->n_set; i++)
        at = varint_write(at, writer->set[i]);
    writer->sets.size = (size_t)(at - writer->sets.data);
    return true;
}

static uint8_t *write_place(struct block_writer *writer, uint8_t *at, uint64_t vid, uint8_t flags)
{
    uint32_t allele = (uint32_t)vid & ALLELE_MASK;
    uint64_t before = writer->n_sites ? writer->last >> 30 : (vid >> 58) << 28;
    bool is_short = (allele & SINGLE_BASE_MASK) == SINGLE_BASE;

    at = varint_write(at, ((vid >> 30) - before) << 1 | !is_short);
    if (is_short) {
        *at++ = (uint8_t)((allele >> 16 & 15) | (uint32_t)flags << 4);
        return at;
    }
    for (int i = 0; i < 4; i++)
        *at++ = (uint8_t)(allele >> (8 * i));
    *at++ = flags;
    return at;
}

static bool add_rolls(struct block_writer *writer, const struct block_site *site, uint8_t **at)
{
    for (unsigned class = 0; class < SITE_CLASSES; class ++) {
        uint32_t count = site->count[class];
        bool dense = bitmap_dense(count, writer->n_persons);
        size_t size = bitmap_bytes(count, dense, writer->n_persons);

        if (!count)
            continue;
        if (!reserve(&writer->bitmaps, size))
            return false;
        bitmap_write(writer->bitmaps.data + writer->bitmaps.size, site->persons[class], count,
                     writer->n_persons);
        writer->bitmaps.size += size;
        *at = varint_write(*at, (uint64_t)count << 1 | dense);
    }
    return true;
}

static bool add_fractions(struct block_writer *writer, const struct block_site *site, uint8_t **at)
{
    size_t size = site->n_fractions * FRACTION_ROW_BYTES;

    if (!size)
        return true;
    if (!reserve(&writer->bitmaps, size))
        return false;
    memcpy(writer->bitmaps.data + writer->bitmaps.size, site->fractions, size);
    writer->bitmaps.size += size;
    *at = varint_write(*at, site->n_fractions);
    return true;
}

static uint8_t mask_of(const struct block_site *site)
{
    unsigned mask = site->n_fractions ? BLOCK_FRACTIONS : 0;

    for (unsigned class = 0; class < SITE_CLASSES; class ++)
        if (site->count[class])
            mask |= SITE_BIT(class);
    return (uint8_t)mask;
}

bool block_writer_add(struct block_writer *writer, const struct block_site *site, struct err *err)
{
    bool same = same_set(writer, site);
    uint8_t flags =
        (uint8_t)((same ? BLOCK_SAME_SET : 0) | (site->annotated ? BLOCK_ANNOTATED : 0) |
                  (site->declares_af ? BLOCK_DECLARES_AF : 0) |
                  (site->af_nano >= 0 ? BLOCK_HAS_AF : 0));
    uint8_t *at;

    assert(!block_writer_full(writer, site->vid));
    assert(!writer->n_sites || site->vid > writer->last);
    if (!reserve(&writer->directory, SITE_BYTES_MAX) || (!same && !add_set(writer, site)))
        return err_memory(err);
    at = write_place(writer, writer->directory.data + writer->directory.size, site->vid, flags);
    *at++ = mask_of(site);
    if (!same)
        at = varint_write(at, site->n_callsets ? writer->n_sets : 0);
    if (site->af_nano >= 0)
        at = varint_write(at, (uint64_t)site->af_nano);
    if (!add_rolls(writer, site, &at) || !add_fractions(writer, site, &at))
        return err_memory(err);
    writer->directory.size = (size_t)(at - writer->directory.data);
    if (!writer->n_sites++)
        writer->first = site->vid;
    writer->last = site->vid;
    return true;
}

static uint8_t *append(uint8_t *at, const struct buffer *buffer)
{
    if (buffer->size)
        memcpy(at, buffer->data, buffer->size);
    return at + buffer->size;
}

bool block_writer_finish(struct block_writer *writer, const uint8_t **data, size_t *size,
                         uint64_t *first, struct err *err)
{
    uint8_t *at;

    assert(writer->n_sites);
    writer->whole.size = 0;
    if (!reserve(&writer->whole, writer->sets.size + writer->directory.size + writer->bitmaps.size +
                                     2 * VARINT_BYTES_MAX + 1))
        return err_memory(err);
    at = varint_write(writer->whole.data, writer->n_sets);
    at = append(at, &writer->sets);
    at = varint_write(at, writer->n_sites);
    at = append(at, &writer->directory);
    at = append(at, &writer->bitmaps);
    memset(at, 0, BITMAP_PAD);
    at += BITMAP_PAD;
    *data = writer->whole.data;
    *size = (size_t)(at - writer->whole.data);
    *first = writer->first;
    writer->n_sites = writer->n_sets = 0;
    writer->n_set = 0;
    writer->sets.size = writer->directory.size = writer->bitmaps.size = 0;
    return true;
}
