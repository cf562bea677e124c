/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/block.h"
#include "proto/base/varint.h"

#define ALLELE_MASK ((UINT32_C(1) << 30) - 1)
#define SINGLE_BASE (UINT32_C(1) << 24 | UINT32_C(1) << 20)

struct block_entry {
    int64_t af_nano;
    uint16_t set;
    uint8_t flags;
};

struct block_bitmap {
    uint32_t offset; /* from data */
    uint16_t count;
    uint8_t class;
    bool dense;
};

struct block_set {
    uint32_t from; /* in callsets */
    uint32_t n;
};

/* The rows of shares of a site. */
struct block_rows {
    uint32_t offset; /* from data */
    uint32_t n;
};

struct block {
    uint32_t n_persons;
    uint32_t n_sites;
    uint32_t n_bitmaps;
    unsigned classes; /* bits of the classes that any site has persons of */
    size_t bytes;
    uint8_t *data; /* the row's bytes */
    const uint8_t *end;
    struct block_bitmap *bitmaps;
    struct block_set *sets;  /* set 0 is the empty one */
    struct block_rows *rows; /* of each site; NULL where no site has any */
    uint16_t *callsets;
    uint64_t vids[BLOCK_SITES];
    uint64_t has_dense[BLOCK_SITES / 64]; /* bit i: a bitmap of site i is dense */
    uint16_t first[BLOCK_SITES + 1];      /* bitmaps of site i: first[i] .. first[i + 1] - 1 */
    struct block_entry entries[BLOCK_SITES];
};

/* Bytes that are being read. `at` becomes NULL when they are found to be damaged. */
struct block_reading {
    struct block *block;
    const uint8_t *at;
    const uint8_t *end;
    const struct block_source *source;
    uint32_t n_sets;
};

static uint64_t number(struct block_reading *reading, uint64_t below)
{
    uint64_t value = 0;

    if (reading->at)
        reading->at = varint_read(reading->at, reading->end, &value);
    if (reading->at && value >= below)
        reading->at = NULL;
    return reading->at ? value : 0;
}

static uint32_t byte(struct block_reading *reading)
{
    if (reading->at && reading->at == reading->end)
        reading->at = NULL;
    return reading->at ? *reading->at++ : 0;
}

static uint16_t callset(struct block_reading *reading)
{
    uint64_t i = number(reading, reading->source->n_callsets);

    return reading->at ? reading->source->callsets[i] : 0;
}

static bool read_sets(struct block_reading *reading)
{
    struct block *block = reading->block;
    size_t left = (size_t)(reading->end - reading->at);
    uint32_t used = 0;

    reading->n_sets = (uint32_t)number(reading, left + 1);
    block->sets = calloc((size_t)reading->n_sets + 1, sizeof(*block->sets));
    block->callsets = calloc(left + 1, sizeof(*block->callsets));
    if (!block->sets || !block->callsets)
        return false;
    for (uint32_t i = 1; i <= reading->n_sets; i++) {
        uint32_t n = (uint32_t)number(reading, left - used + 1);

        block->sets[i] = (struct block_set){used, n};
        for (uint32_t k = 0; reading->at && k < n; k++)
            block->callsets[used++] = callset(reading);
    }
    if (used) {
        uint16_t *fitted = realloc(block->callsets, used * sizeof(*fitted));

        block->callsets = fitted ? fitted : block->callsets;
    }
    block->bytes += used * sizeof(*block->callsets) + (reading->n_sets + 1) * sizeof(*block->sets);
    return true;
}

static void read_place(struct block_reading *reading, uint64_t *place, struct block_entry *entry,
                       uint64_t *vid)
{
    uint64_t head = number(reading, UINT64_C(1) << 30);
    uint32_t allele;

    *place += head >> 1;
    if (head & 1) {
        allele = byte(reading);
        allele |= byte(reading) << 8;
        allele |= byte(reading) << 16;
        allele |= byte(reading) << 24;
        allele &= ALLELE_MASK;
        entry->flags = (uint8_t)byte(reading);
    } else {
        uint32_t both = byte(reading);

        allele = SINGLE_BASE | (both & 15) << 16;
        entry->flags = (uint8_t)(both >> 4);
    }
    *vid = *place << 30 | allele;
}

/*
 * The bitmaps lie one after the other. *offset counts from 0 here; the start is added at the end.
 */
static void read_roll(struct block_reading *reading, uint32_t i, unsigned class, size_t *offset)
{
    struct block *block = reading->block;
    uint64_t head = number(reading, ((uint64_t)block->n_persons << 1) + 2);
    uint32_t count = (uint32_t)(head >> 1);

    block->has_dense[i / 64] |= (head & 1) << (i % 64);
    block->classes |= 1u << class;
    block->bitmaps[block->n_bitmaps++] = (struct block_bitmap){.offset = (uint32_t)*offset,
                                                               .count = (uint16_t)count,
                                                               .class = (uint8_t) class,
                                                               .dense = head & 1};
    *offset += bitmap_bytes(count, head & 1, block->n_persons);
}

static void read_rows(struct block_reading *reading, uint32_t i, size_t *offset)
{
    struct block *block = reading->block;
    size_t left = (size_t)(reading->end - reading->at);
    uint32_t n = (uint32_t)number(reading, left / FRACTION_ROW_BYTES + 1);

    if (!block->rows)
        block->rows = calloc(BLOCK_SITES, sizeof(*block->rows));
    if (!block->rows) {
        reading->at = NULL;
        return;
    }
    block->rows[i] = (struct block_rows){(uint32_t)*offset, n};
    *offset += (size_t)n * FRACTION_ROW_BYTES;
}

static void read_site(struct block_reading *reading, uint32_t i, uint64_t *place, size_t *offset)
{
    struct block *block = reading->block;
    struct block_entry *entry = &block->entries[i];
    uint32_t mask;

    read_place(reading, place, entry, &block->vids[i]);
    mask = byte(reading);
    if (!(entry->flags & BLOCK_SAME_SET))
        entry->set = (uint16_t)number(reading, (uint64_t)reading->n_sets + 1);
    else
        entry->set = i ? block->entries[i - 1].set : 0;
    entry->af_nano = entry->flags & BLOCK_DECLARES_AF ? 0 : SITE_AF_UNKNOWN;
    if (entry->flags & BLOCK_HAS_AF)
        entry->af_nano = (int64_t)number(reading, UINT64_C(1) << 31);
    if ((mask & ~(uint32_t)BLOCK_FRACTIONS) >= 1U << SITE_CLASSES ||
        (i && block->vids[i] <= block->vids[i - 1]))
        reading->at = NULL;
    for (unsigned class = 0; reading->at && class < SITE_CLASSES; class ++)
        if (mask >> class & 1)
            read_roll(reading, i, class, offset);
    if (reading->at && mask & BLOCK_FRACTIONS)
        read_rows(reading, i, offset);
    block->first[i + 1] = (uint16_t)block->n_bitmaps;
}

static bool read_all(struct block *block, const struct block_source *source)
{
    struct block_reading reading = {
        .block = block, .at = block->data, .end = block->end, .source = source};
    struct block_bitmap *fitted;
    uint64_t place = (source->first >> 58) << 28;
    size_t offset = 0;
    uint32_t start;

    block->bitmaps = malloc((size_t)BLOCK_SITES * SITE_CLASSES * sizeof(*block->bitmaps));
    if (!block->bitmaps || !source->size || !read_sets(&reading))
        return false;
    block->n_sites = (uint32_t)number(&reading, BLOCK_SITES + 1);
    for (uint32_t i = 0; reading.at && i < block->n_sites; i++)
        read_site(&reading, i, &place, &offset);
    if (!reading.at || offset + BITMAP_PAD != (size_t)(reading.end - reading.at))
        return false;
    start = (uint32_t)(reading.at - block->data);
    for (uint32_t i = 0; i < block->n_bitmaps; i++)
        block->bitmaps[i].offset += start;
    for (uint32_t i = 0; block->rows && i < block->n_sites; i++)
        block->rows[i].offset += start;
    fitted = realloc(block->bitmaps, ((size_t)block->n_bitmaps + 1) * sizeof(*fitted));
    block->bitmaps = fitted ? fitted : block->bitmaps;
    block->bytes += block->rows ? BLOCK_SITES * sizeof(*block->rows) : 0;
    block->bytes += sizeof(*block) + source->size + block->n_bitmaps * sizeof(*block->bitmaps);
    return true;
}

bool block_read(const struct block_source *source, struct block **out, struct err *err)
{
    struct block *block = calloc(1, sizeof(*block));

    if (block)
        block->data = malloc(source->size + 1);
    if (!block || !block->data) {
        block_free(block);
        return err_memory(err);
    }
    if (source->size > 0) /* an empty blob is NULL */
        memcpy(block->data, source->data, source->size);
    block->end = block->data + source->size;
    block->n_persons = source->n_persons;
    if (!read_all(block, source)) {
        block_free(block);
        return err_set(err, ERR_INTERNAL, "a block of variants is damaged");
    }
    *out = block;
    return true;
}

void block_free(struct block *block)
{
    if (!block)
        return;
    free(block->data);
    free(block->bitmaps);
    free(block->sets);
    free(block->rows);
    free(block->callsets);
    free(block);
}

size_t block_bytes(const struct block *block)
{
    return block->bytes;
}

uint32_t block_sites(const struct block *block)
{
    return block->n_sites;
}

const uint64_t *block_vids(const struct block *block)
{
    return block->vids;
}

uint32_t block_find(const struct block *block, uint64_t vid)
{
    uint32_t from = 0, to = block->n_sites;

    while (from < to) {
        uint32_t middle = (from + to) / 2;

        if (block->vids[middle] < vid)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

void block_site_at(const struct block *block, uint32_t i, struct site *site)
{
    const struct block_entry *entry = &block->entries[i];
    const struct block_set *set = &block->sets[entry->set];

    site->vid = block->vids[i];
    site->af_nano = entry->af_nano;
    site->annotated = entry->flags & BLOCK_ANNOTATED;
    site->n_callsets = (uint16_t)set->n;
    site->callsets = block->callsets + set->from;
    site->n_fractions = block->rows ? block->rows[i].n : 0;
    site->fractions = site->n_fractions ? block->data + block->rows[i].offset : NULL;
    site->dense = 0;
    memset(site->count, 0, sizeof(site->count));
    for (uint32_t r = block->first[i]; r < block->first[i + 1]; r++) {
        const struct block_bitmap *bitmap = &block->bitmaps[r];

        site->count[bitmap->class] = bitmap->count;
        site->list[bitmap->class] = block->data + bitmap->offset;
        site->dense |= (uint8_t)(bitmap->dense << bitmap->class);
    }
}

static void or_roll(const struct block *block, uint32_t r, uint64_t *words)
{
    const struct block_bitmap *bitmap = &block->bitmaps[r];

    bitmap_or(&(struct bitmap){block->data + bitmap->offset, bitmap->count, bitmap->dense}, words,
              block->n_persons);
}

void block_or_dense(const struct block *block, const uint64_t *vids, size_t n, unsigned classes,
                    uint64_t *words)
{
    size_t k = 0;

    if (!(block->classes & classes))
        return;
    for (uint32_t word = 0; word < BLOCK_SITES / 64; word++) {
        for (uint64_t left = block->has_dense[word]; left; left &= left - 1) {
            uint32_t i = 64 * word + (uint32_t)__builtin_ctzll(left);

            while (k < n && vids[k] < block->vids[i])
                k++;
            if (k == n)
                return;
            if (vids[k] != block->vids[i])
                continue;
            for (uint32_t r = block->first[i]; r < block->first[i + 1]; r++)
                if (block->bitmaps[r].dense && classes >> block->bitmaps[r].class & 1)
                    or_roll(block, r, words);
        }
    }
}

/*
 * The bitmaps of a few sites among many lie far apart in memory that is not cached, and each is
 * read in less time than fetching the next one takes. So all are found and prefetched first, and
 * read afterwards.
 */
void block_or_sparse(const struct block *block, const uint64_t *vids, size_t n, unsigned classes,
                     uint64_t *words)
{
    uint16_t found[BLOCK_SITES * SITE_CLASSES];
    uint32_t n_found = 0;
    uint32_t i = 0;

    if (!(block->classes & classes))
        return;
    for (size_t k = 0; k < n; k++) {
        while (i < block->n_sites && block->vids[i] < vids[k])
            i++;
        if (i == block->n_sites)
            break;
        if (block->vids[i] != vids[k])
            continue;
        for (uint32_t r = block->first[i]; r < block->first[i + 1]; r++) {
            if (block->bitmaps[r].dense || !(classes >> block->bitmaps[r].class & 1))
                continue;
            __builtin_prefetch(block->data + block->bitmaps[r].offset);
            found[n_found++] = (uint16_t)r;
        }
    }
    for (uint32_t f = 0; f < n_found; f++)
        or_roll(block, found[f], words);
}
