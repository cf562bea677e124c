/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/snapshot_inside.h"
#include "proto/base/varint.h"

/* Bytes that are being read. `at` becomes NULL when they are found to be damaged. */
struct notes_reading {
    const uint8_t *at;
    const uint8_t *end;
};

static uint64_t number(struct notes_reading *reading)
{
    uint64_t value = 0;

    if (reading->at)
        reading->at = varint_read(reading->at, reading->end, &value);
    return reading->at ? value : 0;
}

static bool damaged(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "notes in the snapshot are damaged");
}

/*** by gene ***/

/* Makes room for n sites in all columns. */
static bool make_room(struct gene_cache_entry *gene, size_t n)
{
    uint64_t *vid = realloc(gene->vid, n * sizeof(*vid));
    uint64_t *consequences = realloc(gene->consequences, n * sizeof(*consequences));
    int64_t *af_nano = realloc(gene->af_nano, n * sizeof(*af_nano));
    uint32_t *clinvar = realloc(gene->clinvar, n * sizeof(*clinvar));

    gene->vid = vid ? vid : gene->vid;
    gene->consequences = consequences ? consequences : gene->consequences;
    gene->af_nano = af_nano ? af_nano : gene->af_nano;
    gene->clinvar = clinvar ? clinvar : gene->clinvar;
    return vid && consequences && af_nano && clinvar;
}

static bool add_part(sqlite3_stmt *row, struct gene_cache_entry *gene, struct err *err)
{
    struct notes_reading reading = {.at = sqlite3_column_blob(row, 1)};
    int64_t n = sqlite3_column_int64(row, 0);
    size_t size = (size_t)sqlite3_column_bytes(row, 1);
    uint64_t vid = 0;

    reading.end = reading.at ? reading.at + size : NULL;
    if (n < 0 || (size_t)n > size)
        return damaged(err);
    if (!make_room(gene, gene->n + (size_t)n + 1))
        return err_memory(err);
    for (int64_t i = 0; i < n; i++) {
        size_t at = gene->n;

        vid += number(&reading);
        gene->vid[at] = vid;
        gene->consequences[at] = number(&reading);
        gene->clinvar[at] = segment_clinvar_of(number(&reading));
        gene->af_nano[at] = (int64_t)number(&reading) - 1;
        if (!reading.at || (at && vid <= gene->vid[at - 1]))
            return damaged(err);
        gene->n++;
    }
    return true;
}

static bool read_gene(struct segment *segment, const char *name, struct gene_cache_entry *gene,
                      struct err *err)
{
    sqlite3_stmt *stmt = segment_statement(segment, GENE_READ, err);
    bool row = true;

    if (!stmt)
        return false;
    gene->name = strdup(name);
    if (!gene->name)
        return err_memory(err);
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    while (row) {
        if (!sql_next(stmt, &row, err))
            return false;
        if (row && !add_part(stmt, gene, err)) {
            sqlite3_reset(stmt);
            return false;
        }
    }
    return true;
}

/* The cached entry of this name; else the least recently used one, emptied. */
static struct gene_cache_entry *gene_slot(struct segment *segment, const char *name)
{
    struct gene_cache_entry *oldest = &segment->genes[0];

    for (int i = 0; i < GENE_CACHE; i++) {
        struct gene_cache_entry *at = &segment->genes[i];

        if (at->name && strcmp(at->name, name) == 0)
            return at;
        if (at->used < oldest->used)
            oldest = at;
    }
    gene_cache_entry_clear(oldest);
    return oldest;
}

bool segment_gene(struct segment *segment, const char *gene, struct gene_sites *sites,
                  struct err *err)
{
    struct gene_cache_entry *slot = gene_slot(segment, gene);

    if (!slot->name && !read_gene(segment, gene, slot, err)) {
        gene_cache_entry_clear(slot);
        return false;
    }
    slot->used = ++segment->gene_clock;
    *sites = (struct gene_sites){.n = slot->n,
                                 .vid = slot->vid,
                                 .consequences = slot->consequences,
                                 .af_nano = slot->af_nano,
                                 .clinvar = slot->clinvar};
    return true;
}

/*** by site ***/

/* The names lie one after the other; name i begins at starts[i]. */
static bool read_names(struct notes_reading *reading, struct block_notes *notes, uint32_t *starts,
                       uint64_t n)
{
    size_t used = 0;

    notes->names = malloc((size_t)(reading->end - reading->at) + n + 1);
    if (!notes->names)
        return false;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t length = number(reading);

        if (!reading->at || length > (uint64_t)(reading->end - reading->at))
            return false;
        starts[i] = (uint32_t)used;
        memcpy(notes->names + used, reading->at, length);
        used += length;
        notes->names[used++] = 0;
        reading->at += length;
    }
    return true;
}

static bool read_notes(struct notes_reading *reading, struct block_notes *notes,
                       const uint32_t *starts, uint64_t n_names)
{
    uint64_t site = 0;
    uint32_t filled = 0; /* first[0..filled] are set */

    notes->notes = malloc((size_t)(reading->end - reading->at + 1) * sizeof(*notes->notes));
    if (!notes->notes)
        return false;
    notes->first[0] = 0;
    while (reading->at && reading->at < reading->end) {
        uint64_t n;

        site += number(reading);
        n = number(reading);
        if (n & 1)
            notes->complete[site % BLOCK_SITES / 64] |= UINT64_C(1) << (site % 64);
        n >>= 1;
        if (!reading->at || site >= BLOCK_SITES || site < filled ||
            n > (uint64_t)(reading->end - reading->at))
            return false;
        while (filled < site)
            notes->first[++filled] = (uint32_t)notes->n;
        for (uint64_t i = 0; i < n; i++) {
            uint64_t name = number(reading);

            if (!reading->at || name >= n_names)
                return false;
            notes->notes[notes->n++] =
                (struct site_note){.gene = notes->names + starts[name],
                                   .consequences = number(reading),
                                   .clinvar = segment_clinvar_of(number(reading))};
        }
        notes->first[++filled] = (uint32_t)notes->n;
    }
    while (filled < BLOCK_SITES)
        notes->first[++filled] = (uint32_t)notes->n;
    return reading->at != NULL;
}

static bool decode(struct block_notes *notes, const void *data, size_t size)
{
    struct notes_reading reading = {.at = data, .end = data ? (const uint8_t *)data + size : NULL};
    uint64_t n = number(&reading);
    uint32_t *starts;
    bool ok;

    if (!reading.at || n > size)
        return false;
    starts = malloc((n + 1) * sizeof(*starts));
    ok = starts && read_names(&reading, notes, starts, n) && read_notes(&reading, notes, starts, n);
    free(starts);
    return ok;
}

static bool need_notes(struct segment *segment, uint64_t first, struct err *err)
{
    struct block_notes *notes = &segment->notes;
    sqlite3_stmt *stmt;
    bool row, ok = true;

    if (notes->loaded && notes->key == segment_key(first))
        return true;
    free(notes->names);
    free(notes->notes);
    *notes = (struct block_notes){.key = segment_key(first)};
    stmt = segment_statement(segment, NOTES_READ, err);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, notes->key);
    if (!sql_next(stmt, &row, err))
        return false;
    if (row)
        ok = decode(notes, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0)) ||
             damaged(err);
    sqlite3_reset(stmt);
    notes->loaded = ok;
    return ok;
}

bool segment_notes(struct segment *segment, uint64_t vid, const struct site_note **found, size_t *n,
                   bool *complete, struct err *err)
{
    assert(segment);
    struct block *block;
    size_t which;
    uint32_t i;

    *n = 0;
    *found = NULL;
    *complete = false;
    if (!segment_block_of(segment, vid, &which, err))
        return false;
    if (which >= segment->n_blocks)
        return true;
    block = block_cache_get(segment, which, err);
    if (!block)
        return false;
    i = block_find(block, vid);
    if (i == block_sites(block) || block_vids(block)[i] != vid)
        return true;
    if (!need_notes(segment, segment->block_first[which], err))
        return false;
    if (!segment->notes.notes)
        return true;
    *found = segment->notes.notes + segment->notes.first[i];
    *n = segment->notes.first[i + 1] - segment->notes.first[i];
    *complete = segment->notes.complete[i / 64] >> (i % 64) & 1;
    return true;
}
