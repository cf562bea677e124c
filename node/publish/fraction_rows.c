/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/fraction_rows.h"

#include <assert.h>
#include <stdlib.h>

#include "node/store/fraction.h"
#include "node/store/variant.h"

#define PERSON_BITS 14
#define PERSON_MASK ((1u << PERSON_BITS) - 1)

bool fraction_rows_kept(enum origin origin, uint64_t chunk)
{
    return origin == ORIGIN_SOMATIC || vid_chromosome(chunk << CALLPACK_VID_BITS) == CHROMOSOME_MT;
}

void fraction_rows_restart(struct fraction_rows *rows, bool wanted)
{
    assert(rows);
    rows->wanted = wanted;
    rows->n = rows->at = 0;
}

void fraction_rows_clear(struct fraction_rows *rows)
{
    assert(rows);
    free(rows->entries);
    free(rows->rows);
}

static bool add_entry(struct fraction_rows *rows, uint64_t key, uint8_t code)
{
    if (rows->n == rows->room) {
        size_t room = rows->room ? 2 * rows->room : 1024;
        struct fraction_entry *grown = realloc(rows->entries, room * sizeof(*grown));

        if (!grown)
            return false;
        rows->entries = grown;
        rows->room = room;
    }
    rows->entries[rows->n++] = (struct fraction_entry){key, code};
    return true;
}

static bool damaged(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "calls in the store are damaged");
}

/* A carrier of the site at which the reader stands; *share moves behind its code. */
static bool add_carrier(struct fraction_rows *rows, const struct fraction_pack *pack,
                        const struct callpack_reader *reader, uint16_t sample,
                        const uint8_t **share, struct err *err)
{
    uint8_t code = *share ? *(*share)++ : FRACTION_UNKNOWN;
    uint16_t person = sample < pack->batch->n_map ? pack->batch->map[sample] : NOBODY;

    if (code > FRACTION_ALL)
        return damaged(err);
    return person == NOBODY || add_entry(rows, reader->vid << PERSON_BITS | person, code) ||
           err_memory(err);
}

static bool add_site(struct fraction_rows *rows, const struct fraction_pack *pack,
                     const struct callpack_reader *reader, struct err *err)
{
    uint16_t samples[CALLPACK_SAMPLES];
    const uint8_t *share = reader->fractions;

    for (unsigned code = CALL_HET; code < CALL_CODES; code++) {
        size_t n = 0;

        if (!(reader->mask >> code & 1))
            continue;
        if (reader->lone)
            samples[n++] = 0;
        else
            n = callpack_samples(reader, code, samples);
        for (size_t i = 0; i < n; i++)
            if (!add_carrier(rows, pack, reader, samples[i], &share, err))
                return false;
    }
    return true;
}

bool fraction_rows_add(struct fraction_rows *rows, const struct fraction_pack *pack,
                       struct err *err)
{
    assert(rows && pack);
    struct callpack_reader reader;

    if (!rows->wanted)
        return true;
    callpack_start(&reader, pack->data, pack->size, pack->lone);
    while (callpack_next(&reader)) {
        uint32_t position = (uint32_t)(reader.vid >> 30);

        if (position >= pack->from && position < pack->to && !add_site(rows, pack, &reader, err))
            return false;
    }
    return reader.damaged ? damaged(err) : true;
}

static int by_key(const void *left, const void *right)
{
    const struct fraction_entry *a = left, *b = right;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->code > b->code) - (a->code < b->code);
}

void fraction_rows_sort(struct fraction_rows *rows)
{
    assert(rows);
    if (rows->n)
        qsort(rows->entries, rows->n, sizeof(*rows->entries), by_key);
}

static bool has_person(const struct block_site *site, unsigned class, uint16_t person)
{
    uint32_t from = 0, to = site->count[class];

    while (from < to) {
        uint32_t middle = (from + to) / 2;

        if (site->persons[class][middle] < person)
            from = middle + 1;
        else
            to = middle;
    }
    return from < site->count[class] && site->persons[class][from] == person;
}

/* The class in which the person carries the variant: all entries are of carriers. */
static unsigned class_of(const struct block_site *site, uint16_t person)
{
    unsigned class = SITE_HET;

    while (class < SITE_CARRIER && !has_person(site, class, person))
        class ++;
    return class;
}

static void write_row(uint8_t *at, unsigned class, uint16_t person, uint8_t code)
{
    at[0] = (uint8_t)person;
    at[1] = (uint8_t)(class << 6 | person >> 8);
    at[2] = code;
}

bool fraction_rows_site(struct fraction_rows *rows, uint64_t vid, struct block_site *site,
                        struct err *err)
{
    assert(rows && site);
    size_t from = rows->at, n = 0;
    bool known = false;

    while (rows->at < rows->n && rows->entries[rows->at].key >> PERSON_BITS <= vid)
        rows->at++;
    if ((rows->at - from) * FRACTION_ROW_BYTES > rows->rows_room) {
        size_t room = (rows->at - from) * FRACTION_ROW_BYTES * 2;

        free(rows->rows);
        rows->rows_room = 0;
        rows->rows = malloc(room);
        if (!rows->rows)
            return err_memory(err);
        rows->rows_room = room;
    }
    for (size_t i = from; i < rows->at; i++) {
        const struct fraction_entry *entry = &rows->entries[i];
        uint16_t person = (uint16_t)(entry->key & PERSON_MASK);

        if (entry->key >> PERSON_BITS != vid ||
            (i > from && by_key(entry, &rows->entries[i - 1]) == 0))
            continue;
        known |= entry->code != FRACTION_UNKNOWN;
        write_row(rows->rows + n++ * FRACTION_ROW_BYTES, class_of(site, person), person,
                  entry->code);
    }
    site->fractions = known ? rows->rows : NULL;
    site->n_fractions = known ? n : 0;
    return true;
}
