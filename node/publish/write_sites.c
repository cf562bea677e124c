/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sites of a segment, from the first chunk of the genome to the last.
 *
 * The packs of the segment are found through an index, in windows of as many chunks as keep the
 * list of packs below PACKS_MAX. A chunk with too many calls from callsets of few samples is
 * written in halves, quarters and so on of its positions.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/publish/gap_writer.h"
#include "node/publish/kind_writer.h"
#include "node/publish/radix.h"
#include "node/publish/segment_writer.h"
#include "node/publish/site_merge.h"

#define PACKS_MAX ((size_t)4 << 20)
#define CHUNKS 16384
#define PACK_ID_BITS 50

struct sites_writer {
    struct segment_writer *writer;
    struct gap_writer *gaps;              /* NULL: variants are written */
    struct structural_writer *structural; /* NULL: small ones */
    struct site_sources sources;
    struct site_merge merge;
    struct block_writer *block;
    struct notes_writer *notes;
    struct kind_writer *kinds;
    sqlite3_stmt *find;  /* packs of a callset in a window */
    sqlite3_stmt *read;  /* one pack */
    sqlite3_stmt *store; /* a block */
    uint64_t *packs;     /* chunk << PACK_ID_BITS | rowid */
    size_t n_packs;
};

static const struct batch_in *find_batch(const struct segment_writer *writer, uint32_t callset,
                                         uint32_t batch)
{
    size_t from = 0, to = writer->n_batches;

    while (from < to) {
        size_t middle = (from + to) / 2;
        const struct batch_in *at = &writer->batches[middle];

        if (at->callset < callset || (at->callset == callset && at->batch < batch))
            from = middle + 1;
        else
            to = middle;
    }
    if (from < writer->n_batches && writer->batches[from].callset == callset &&
        writer->batches[from].batch == batch)
        return &writer->batches[from];
    return NULL;
}

static bool find_callset(const struct segment_writer *writer, int64_t id, uint32_t *callset)
{
    size_t from = 0, to = writer->n_callsets;

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (writer->callsets[middle].id < id)
            from = middle + 1;
        else
            to = middle;
    }
    *callset = (uint32_t)from;
    return from < writer->n_callsets && writer->callsets[from].id == id;
}

/*** which packs ***/

/* Lists the packs of all callsets in chunks from..to-1. *fits is false when they are too many. */
static bool list_packs(struct sites_writer *sites, uint32_t from, uint32_t to, bool *fits,
                       struct err *err)
{
    sites->n_packs = 0;
    *fits = true;
    for (uint32_t c = 0; c < sites->writer->n_callsets; c++) {
        bool row = true;

        if (sites->gaps && !sites->writer->callsets[c].has_gaps_of)
            continue;
        sqlite3_bind_int64(sites->find, 1, sites->writer->callsets[c].id);
        sqlite3_bind_int64(sites->find, 2, from);
        sqlite3_bind_int64(sites->find, 3, to);
        while (row) {
            if (!sql_next(sites->find, &row, err))
                return false;
            if (!row || !find_batch(sites->writer, c, (uint32_t)sqlite3_column_int(sites->find, 1)))
                continue;
            if (sites->n_packs == PACKS_MAX) {
                *fits = false;
                sqlite3_reset(sites->find);
                return true;
            }
            sites->packs[sites->n_packs++] = (uint64_t)sqlite3_column_int64(sites->find, 0)
                                                 << PACK_ID_BITS |
                                             (uint64_t)sqlite3_column_int64(sites->find, 2);
        }
    }
    return true;
}

/*** one chunk ***/

static bool read_pack(struct sites_writer *sites, int64_t id, struct err *err)
{
    const struct batch_in *batch;
    uint32_t callset;
    bool row, ok;

    sqlite3_bind_int64(sites->read, 1, id);
    if (!sql_next(sites->read, &row, err))
        return false;
    if (!row || !find_callset(sites->writer, sqlite3_column_int64(sites->read, 0), &callset))
        return err_set(err, ERR_INTERNAL, "calls are missing from the store");
    batch = find_batch(sites->writer, callset, (uint32_t)sqlite3_column_int(sites->read, 1));
    ok = !batch || site_sources_add(&sites->sources, batch, sqlite3_column_blob(sites->read, 2),
                                    (size_t)sqlite3_column_bytes(sites->read, 2), err);
    sqlite3_reset(sites->read);
    return ok;
}

static bool finish_block(struct sites_writer *sites, struct err *err)
{
    const uint8_t *data;
    uint64_t first;
    size_t size;

    if (!block_writer_sites(sites->block))
        return true;
    if (!block_writer_finish(sites->block, &data, &size, &first, err))
        return false;
    sqlite3_bind_int64(sites->store, 1, segment_key(first));
    sqlite3_bind_blob64(sites->store, 2, data, size, SQLITE_STATIC);
    return sql_done(sites->store, err) && notes_writer_block(sites->notes, segment_key(first), err);
}

/* Long alleles are checked where they are copied: write_notes.c. */
static void count_short(struct segment_writer *writer, uint64_t vid)
{
    char bases[VARIANT_BASES_BYTES];
    struct variant variant;

    if (vid_tag(vid) != 0 || vid_is_single_base(vid) || vid_chromosome(vid) == CHROMOSOME_NONE ||
        !variant_unpack(vid, &variant, bases))
        return;
    segment_writer_spelled(writer, &variant);
}

static bool write_site(struct sites_writer *sites, uint64_t vid, struct err *err)
{
    const struct site_merge *merge = &sites->merge;
    struct block_site site = {
        .vid = vid, .callsets = merge->callsets, .n_callsets = merge->n_callsets};
    uint32_t any = (uint32_t)merge->n_callsets;
    const struct kind_said *said;
    size_t n_said;
    int64_t af;

    for (int class = 0; class < SITE_CLASSES; class ++) {
        site.persons[class] = merge->persons[class];
        site.count[class] = merge->count[class];
        any += merge->count[class];
        if (SITE_CARRIERS >> class & 1 && !sites->gaps)
            sites->writer->carriers += merge->count[class];
    }
    if (!any)
        return true;
    if (sites->gaps)
        return gap_writer_add(sites->gaps, &site, err);
    if (sites->structural)
        return structural_writer_add(sites->structural, &site, err);
    if (!fraction_rows_site(&sites->sources.fractions, vid & CALLPACK_VID_MASK, &site, err))
        return false;
    if (!notes_writer_af(sites->notes, vid, &af, err))
        return false;
    site.declares_af = af == 0;
    site.af_nano = af > 0 ? af : -1;
    if (block_writer_full(sites->block, vid) && !finish_block(sites, err))
        return false;
    sites->writer->variants++;
    count_short(sites->writer, vid);
    if (!notes_writer_site(sites->notes, vid, block_writer_sites(sites->block), af, &site.annotated,
                           err))
        return false;
    sites->writer->annotated &= site.annotated;
    said = notes_writer_said(sites->notes, &n_said);
    return kind_writer_add(sites->kinds, &site, af, said, n_said, err) &&
           block_writer_add(sites->block, &site, err);
}

/* Writes the positions from..to-1 of a chunk. *too_many: they are too many for the memory limit. */
static bool write_stretch(struct sites_writer *sites, const uint64_t *packs, size_t n,
                          bool *too_many, struct err *err)
{
    uint64_t chunk = packs[0] >> PACK_ID_BITS;
    uint64_t vid;

    for (size_t i = 0; i < n && !sites->sources.too_many; i++)
        if (!read_pack(sites, (int64_t)(packs[i] & ((UINT64_C(1) << PACK_ID_BITS) - 1)), err))
            return false;
    *too_many = sites->sources.too_many;
    if (*too_many)
        return true;
    if (!site_sources_sort(&sites->sources, err))
        return false;
    while ((vid = site_sources_vid(&sites->sources)) != NO_VID) {
        if (!site_merge_site(&sites->merge, &sites->sources, vid, err) ||
            !write_site(sites, chunk << CALLPACK_VID_BITS | vid, err))
            return false;
    }
    return true;
}

static bool write_chunk(struct sites_writer *sites, const uint64_t *packs, size_t n,
                        struct err *err)
{
    uint32_t from = 0;
    uint32_t width = SOURCE_POSITIONS;

    while (from < SOURCE_POSITIONS) {
        bool too_many;

        site_sources_restart(&sites->sources, packs[0] >> PACK_ID_BITS, from, from + width);
        if (!write_stretch(sites, packs, n, &too_many, err))
            return false;
        if (too_many)
            width /= 2;
        else
            from += width;
    }
    return true;
}

static void tell(const struct sites_writer *sites, uint64_t chunk)
{
    const struct publish_options *options = sites->writer->input->options;

    if (options->progress)
        options->progress(options->progress_of, "variants", chunk, CHUNKS);
}

static bool write_window(struct sites_writer *sites, struct err *err)
{
    for (size_t from = 0, to; from < sites->n_packs; from = to) {
        uint64_t chunk = sites->packs[from] >> PACK_ID_BITS;

        for (to = from; to < sites->n_packs && sites->packs[to] >> PACK_ID_BITS == chunk; to++)
            ;
        tell(sites, chunk);
        if (!write_chunk(sites, sites->packs + from, to - from, err))
            return false;
    }
    return true;
}

static bool write_genome(struct sites_writer *sites, struct err *err)
{
    uint32_t from = 0;
    uint32_t width = CHUNKS;

    while (from < CHUNKS) {
        bool fits;

        if (!list_packs(sites, from, from + width, &fits, err))
            return false;
        if (!fits && width > 1) {
            width /= 2;
            continue;
        }
        if (!fits)
            return err_set(err, ERR_INTERNAL, "a chunk has more than %zu packs", PACKS_MAX);
        if (sites->n_packs) {
            uint64_t *spare = malloc(sites->n_packs * sizeof(*spare));

            if (!spare)
                return err_memory(err);
            radix_sort(sites->packs, spare, sites->n_packs);
            free(spare);
        }
        if (!write_window(sites, err))
            return false;
        from += width;
        if (from + width > CHUNKS)
            width = CHUNKS - from;
    }
    return sites->gaps || sites->structural ||
           (finish_block(sites, err) && notes_writer_genes(sites->notes, err));
}

/*** the whole ***/

/* Prepares reading a table. plain: of nobody who is not listed anything is said. */
static bool prepare(struct sites_writer *sites, const char *table, bool plain, struct err *err)
{
    struct segment_writer *writer = sites->writer;
    char find[128], read[128];

    (void)snprintf(find, sizeof(find),
                   "SELECT chunk, batch, id FROM %s"
                   " WHERE callset = ?1 AND chunk >= ?2 AND chunk < ?3",
                   table);
    (void)snprintf(read, sizeof(read), "SELECT callset, batch, data FROM %s WHERE id = ?1", table);
    sites->packs = malloc(PACKS_MAX * sizeof(*sites->packs));
    if (!sites->packs)
        return err_memory(err);
    if (!site_merge_init(&sites->merge, writer, err))
        return false;
    sites->merge.gaps = sites->sources.gaps = plain;
    return sql_prepare(writer->from, find, &sites->find, err) &&
           sql_prepare(writer->from, read, &sites->read, err);
}

static bool prepare_blocks(struct sites_writer *sites, struct err *err)
{
    sites->block = block_writer_new(sites->writer->n_persons);
    sites->notes = notes_writer_new(sites->writer);
    sites->kinds = kind_writer_new(sites->writer);
    if (!sites->block || !sites->notes || !sites->kinds)
        return err_memory(err);
    return sql_prepare(sites->writer->to, "INSERT INTO block (id, data) VALUES (?1, ?2)",
                       &sites->store, err);
}

static void clear(struct sites_writer *sites)
{
    sqlite3_finalize(sites->find);
    sqlite3_finalize(sites->read);
    sqlite3_finalize(sites->store);
    site_sources_clear(&sites->sources);
    site_merge_clear(&sites->merge);
    block_writer_free(sites->block);
    notes_writer_free(sites->notes);
    kind_writer_free(sites->kinds);
    free(sites->packs);
}

bool segment_writer_sites(struct segment_writer *writer, struct err *err)
{
    assert(writer);
    struct sites_writer sites = {.writer = writer, .sources.writer = writer};
    bool ok = prepare(&sites, "calls", false, err) && prepare_blocks(&sites, err);

    ok = ok && write_genome(&sites, err) && kind_writer_finish(sites.kinds, &writer->kinds, err);
    clear(&sites);
    return ok;
}

bool segment_writer_structural(struct segment_writer *writer, struct err *err)
{
    assert(writer);
    struct sites_writer sites = {.writer = writer, .sources.writer = writer};
    bool ok = prepare(&sites, "structural", true, err) &&
              structural_writer_open(writer, &sites.structural, err) && write_genome(&sites, err) &&
              structural_writer_finish(sites.structural, err);

    structural_writer_free(sites.structural);
    clear(&sites);
    return ok;
}

/*** gaps ***/

/* From here on the maps lead only to persons of samples with this assay. */
static void map_assay(struct segment_writer *writer, int64_t assay)
{
    struct batch_in *batch = writer->batches;

    for (uint32_t c = 0; c < writer->n_callsets; c++) {
        struct callset_in *callset = &writer->callsets[c];

        callset->has_gaps_of = false;
        for (uint32_t i = callset->from; i < callset->from + callset->n; i++) {
            const struct sample_ref *ref = &writer->refs[i];

            while (batch->callset != c || batch->batch != ref->ordinal / CALLPACK_SAMPLES)
                batch++;
            batch->map[ref->ordinal % CALLPACK_SAMPLES] =
                ref->assay == assay ? ref->person : NOBODY;
            callset->has_gaps_of |=
                ref->assay == assay && (callset->judged || !writer->input->structural);
        }
    }
}

static bool write_assay(struct sites_writer *sites, int64_t assay, struct err *err)
{
    bool ok;

    if (!gap_writer_open(sites->writer, assay, &sites->gaps, err))
        return false;
    map_assay(sites->writer, assay);
    ok = write_genome(sites, err) && gap_writer_finish(sites->gaps, err);
    gap_writer_free(sites->gaps);
    sites->gaps = NULL;
    return ok;
}

static int by_number(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* Lists the assays of all samples, each once; 0 stands for samples without one. */
static int64_t *list_assays(const struct segment_writer *writer, size_t *n)
{
    int64_t *assays = malloc((writer->n_refs + 1) * sizeof(*assays));

    *n = 0;
    if (!assays)
        return NULL;
    for (size_t i = 0; i < writer->n_refs; i++)
        assays[i] = writer->refs[i].assay;
    if (writer->n_refs)
        qsort(assays, writer->n_refs, sizeof(*assays), by_number);
    for (size_t i = 0; i < writer->n_refs; i++)
        if (i == 0 || assays[i] != assays[*n - 1])
            assays[(*n)++] = assays[i];
    return assays;
}

bool segment_writer_gaps(struct segment_writer *writer, struct err *err)
{
    assert(writer);
    struct sites_writer sites = {.writer = writer, .sources.writer = writer};
    int64_t any = 0, *assays;
    size_t n;
    bool ok = sql_number(writer->from, "SELECT EXISTS (SELECT 1 FROM gaps)", 0, &any, err);

    if (!ok || !any)
        return ok;
    assays = list_assays(writer, &n);
    ok = (assays || err_memory(err)) && prepare(&sites, "gaps", true, err);
    for (size_t i = 0; ok && i < n; i++)
        ok = write_assay(&sites, assays[i], err);
    clear(&sites);
    free(assays);
    return ok;
}
