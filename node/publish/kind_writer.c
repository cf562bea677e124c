/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/kind_writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/store/variant.h"
#include "proto/query/ploidy.h"
#include "proto/query/site_kind.h"

#define SLOTS ((size_t)4 * KIND_MAX) /* open addressing; never more than a quarter full */
#define KIND_CLASSES (SITE_NO_CALL + 1)
#define CLASS_COLUMN 6 /* of the first class */

struct kind {
    uint64_t consequences;
    uint32_t clinvar;
    uint8_t place;
    uint8_t band;
    bool noted;
    uint64_t *who[KIND_CLASSES]; /* NULL: nobody */
};

struct kind_writer {
    struct segment_writer *writer;
    struct kind **slots;
    size_t n;
    bool too_many;
    /* The classes of the site in hand that have more carriers than a bitmap has words. */
    uint64_t crowd[KIND_CLASSES][SEGMENT_WORDS_MAX];
};

struct kind_writer *kind_writer_new(struct segment_writer *writer)
{
    assert(writer);
    struct kind_writer *kinds = calloc(1, sizeof(*kinds));

    if (!kinds)
        return NULL;
    kinds->writer = writer;
    kinds->slots = calloc(SLOTS, sizeof(struct kind *));
    if (!kinds->slots) {
        free(kinds);
        return NULL;
    }
    return kinds;
}

void kind_writer_free(struct kind_writer *kinds)
{
    if (!kinds)
        return;
    for (size_t i = 0; i < SLOTS; i++) {
        for (unsigned class = 0; kinds->slots[i] && class < KIND_CLASSES; class ++)
            free(kinds->slots[i]->who[class]);
        free(kinds->slots[i]);
    }
    free(kinds->slots);
    free(kinds);
}

static bool same(const struct kind *a, const struct kind *b)
{
    return a->consequences == b->consequences && a->clinvar == b->clinvar && a->place == b->place &&
           a->band == b->band && a->noted == b->noted;
}

static size_t slot_of(const struct kind *kind)
{
    uint64_t hash = kind->consequences * UINT64_C(0x9e3779b97f4a7c15);

    hash ^= hash >> 32;
    hash +=
        (uint64_t)kind->clinvar << 24 | (uint64_t)kind->band << 8 | kind->place << 1 | kind->noted;
    hash *= UINT64_C(0xd6e8feb86659fd93);
    return (size_t)(hash >> 40) % SLOTS;
}

/* *out NULL: there are too many. */
static bool need(struct kind_writer *kinds, const struct kind *like, struct kind **out,
                 struct err *err)
{
    size_t at = slot_of(like);

    for (; kinds->slots[at]; at = (at + 1) % SLOTS)
        if (same(kinds->slots[at], like)) {
            *out = kinds->slots[at];
            return true;
        }
    *out = NULL;
    if (kinds->n == KIND_MAX) {
        kinds->too_many = true;
        return true;
    }
    *out = kinds->slots[at] = calloc(1, sizeof(**out));
    if (!*out)
        return err_memory(err);
    **out = *like;
    kinds->n++;
    return true;
}

static void set_all(uint64_t *words, const struct block_site *site, unsigned class)
{
    const uint16_t *persons = site->persons[class];

    for (uint32_t i = 0; i < site->count[class]; i++)
        words[persons[i] / 64] |= UINT64_C(1) << (persons[i] % 64);
}

/* A site is of several kinds: a crowd is gone through once, and then added in words. */
static void take_crowds(struct kind_writer *kinds, const struct block_site *site)
{
    size_t n_words = SEGMENT_WORDS(kinds->writer->n_persons);

    for (unsigned class = 0; class < KIND_CLASSES; class ++)
        if (site->count[class] > n_words) {
            memset(kinds->crowd[class], 0, n_words * sizeof(uint64_t));
            set_all(kinds->crowd[class], site, class);
        }
}

static bool put(struct kind_writer *kinds, const struct kind *like, const struct block_site *site,
                struct err *err)
{
    size_t n_words = SEGMENT_WORDS(kinds->writer->n_persons);
    struct kind *kind;

    if (!need(kinds, like, &kind, err))
        return false;
    for (unsigned class = 0; kind && class < KIND_CLASSES; class ++) {
        uint64_t *who;

        if (site->count[class] == 0)
            continue;
        if (!kind->who[class])
            kind->who[class] = calloc(n_words, sizeof(uint64_t));
        who = kind->who[class];
        if (!who)
            return err_memory(err);
        if (site->count[class] <= n_words)
            set_all(who, site, class);
        for (size_t i = 0; site->count[class] > n_words && i < n_words; i++)
            who[i] |= kinds->crowd[class][i];
    }
    return true;
}

static enum ploidy place_of(uint64_t vid)
{
    if (vid_chromosome(vid) == CHROMOSOME_NONE)
        return PLOIDY_TWO;
    return ploidy_at((enum ast_assembly)vid_assembly(vid), vid_chromosome(vid), vid_position(vid));
}

bool kind_writer_add(struct kind_writer *kinds, const struct block_site *site, int64_t af_nano,
                     const struct kind_said *said, size_t n, struct err *err)
{
    assert(kinds && site);
    struct kind kind = {.place = (uint8_t)place_of(site->vid), .band = site_kind_band(af_nano)};

    if (kinds->too_many)
        return true;
    take_crowds(kinds, site);
    if (!put(kinds, &kind, site, err))
        return false;
    kind.noted = true;
    for (size_t i = 0; i < n; i++) {
        kind.consequences = said[i].consequences;
        kind.clinvar = said[i].clinvar;
        if (!put(kinds, &kind, site, err))
            return false;
    }
    return true;
}

static bool write_kind(const struct kind_writer *kinds, const struct kind *kind, sqlite3_stmt *row,
                       struct err *err)
{
    sqlite3_bind_int64(row, 1, kind->place);
    sqlite3_bind_int64(row, 2, kind->noted);
    sqlite3_bind_int64(row, 3, kind->band);
    sqlite3_bind_int64(row, 4, (int64_t)kind->consequences);
    sqlite3_bind_int64(row, 5, kind->clinvar);
    for (unsigned class = 0; class < KIND_CLASSES; class ++) {
        int column = CLASS_COLUMN + (int)class;

        if (!kind->who[class])
            sqlite3_bind_null(row, column);
        else if (!segment_writer_bind(row, column, kind->who[class], kinds->writer->n_persons, err))
            return false;
    }
    return sql_done(row, err);
}

bool kind_writer_finish(struct kind_writer *kinds, uint64_t *n, struct err *err)
{
    assert(kinds && n);
    sqlite3_stmt *row = NULL;
    bool ok = true;

    *n = kinds->too_many ? 0 : kinds->n;
    if (kinds->too_many)
        return true;
    ok = sql_run(kinds->writer->to, SEGMENT_KIND_SCHEMA, err) &&
         sql_prepare(kinds->writer->to,
                     "INSERT INTO kind (place, noted, band, consequences, clinvar, het, hom, hemi,"
                     " carrier, no_call) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                     &row, err);
    for (size_t i = 0; ok && i < SLOTS; i++)
        ok = !kinds->slots[i] || write_kind(kinds, kinds->slots[i], row, err);
    sqlite3_finalize(row);
    return ok;
}
