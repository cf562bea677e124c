/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/bits.h"
#include "node/snapshot/snapshot_inside.h"

/*** which blocks ***/

/* The first vids of all blocks; read once. */
static bool need_index(struct segment *segment, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int64_t n = 0;
    size_t i = 0;
    bool row = true;
    bool ok;

    if (segment->has_blocks)
        return true;
    ok = sql_number(segment->db, "SELECT count(*) FROM block", 0, &n, err) &&
         sql_prepare(segment->db, "SELECT id FROM block ORDER BY id", &stmt, err);
    free(segment->block_first);
    free(segment->blocks);
    segment->block_first = calloc((size_t)n + 1, sizeof(*segment->block_first));
    segment->blocks = calloc((size_t)n + 1, sizeof(*segment->blocks));
    if (ok && (!segment->block_first || !segment->blocks))
        ok = err_memory(err);
    while (ok && row && i <= (size_t)n) {
        ok = sql_next(stmt, &row, err);
        if (ok && row && i < (size_t)n)
            segment->block_first[i] = segment_vid(sqlite3_column_int64(stmt, 0));
        i += row;
    }
    sqlite3_finalize(stmt);
    segment->n_blocks = ok ? (size_t)n : 0;
    segment->has_blocks = ok;
    return ok;
}

/* The last block that begins at or before vid; 0 when all begin after. */
static size_t block_of(const struct segment *segment, uint64_t vid)
{
    size_t from = 0, to = segment->n_blocks;

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (segment->block_first[middle] <= vid)
            from = middle + 1;
        else
            to = middle;
    }
    return from ? from - 1 : 0;
}

bool segment_block_of(struct segment *segment, uint64_t vid, size_t *which, struct err *err)
{
    if (!need_index(segment, err))
        return false;
    *which = block_of(segment, vid);
    return true;
}

/*** walking ***/

void sites_start(struct sites *sites, struct segment *segment, uint64_t lo, uint64_t hi)
{
    *sites = (struct sites){.segment = segment, .next = lo, .end = hi, .number = SIZE_MAX};
}

/* The block that the walk is in; it may have left the cache since the last step. */
static const struct block *walk_block(struct sites *sites, struct err *err)
{
    const struct block_cache *cache = &sites->segment->snapshot->cache;

    if (!sites->block || sites->drops != cache->drops) {
        sites->block = cache_block(sites->segment, sites->number, err);
        sites->drops = cache->drops;
    }
    return sites->block;
}

static bool walk_on(struct sites *sites, struct site *site, struct err *err)
{
    struct segment *segment = sites->segment;

    if (sites->number == SIZE_MAX) {
        if (!need_index(segment, err))
            return false;
        sites->number = block_of(segment, sites->next);
        sites->at = UINT32_MAX;
    }
    for (; sites->number < segment->n_blocks; sites->number++, sites->block = NULL) {
        const struct block *block = walk_block(sites, err);

        if (!block)
            return false;
        if (sites->at == UINT32_MAX)
            sites->at = block_find(block, sites->next);
        if (sites->at < block_sites(block)) {
            if (block_vids(block)[sites->at] >= sites->end)
                break;
            block_site_at(block, sites->at++, site);
            return true;
        }
        sites->at = 0;
    }
    sites->next = sites->end;
    return true;
}

bool sites_next(struct sites *sites, struct site *site, struct err *err)
{
    if (sites->next >= sites->end || sites->failed)
        return false;
    sites->failed = !walk_on(sites, site, err);
    return !sites->failed && sites->next < sites->end;
}

bool segment_site(struct segment *segment, uint64_t vid, bool *found, struct site *site,
                  struct err *err)
{
    struct block *block;
    uint32_t i;

    *found = false;
    if (!need_index(segment, err))
        return false;
    if (!segment->n_blocks)
        return true;
    block = cache_block(segment, block_of(segment, vid), err);
    if (!block)
        return false;
    i = block_find(block, vid);
    if (i < block_sites(block) && block_vids(block)[i] == vid) {
        block_site_at(block, i, site);
        *found = true;
    }
    return true;
}

/*** persons at a site ***/

static struct bitmap bitmap_of(const struct site *site, unsigned class)
{
    return (struct bitmap){
        .data = site->list[class], .count = site->count[class], .dense = site->dense >> class & 1};
}

void site_or(const struct segment *segment, const struct site *site, unsigned classes,
             uint64_t *words)
{
    for (unsigned class = 0; class < SITE_CLASSES; class ++) {
        struct bitmap bitmap;

        if (!(classes >> class & 1) || !site->count[class])
            continue;
        bitmap = bitmap_of(site, class);
        bitmap_or(&bitmap, words, segment->persons.n);
    }
}

uint32_t site_count(const struct segment *segment, const struct site *site, enum site_class class,
                    const uint64_t *cohort)
{
    struct bitmap bitmap;

    if (!site->count[class])
        return 0;
    bitmap = bitmap_of(site, class);
    return bitmap_count_and(&bitmap, cohort, segment->persons.n);
}

void segment_tested(const struct segment *segment, uint8_t assembly, uint8_t chromosome,
                    uint32_t position, uint64_t *words)
{
    for (size_t i = 0; i < segment->snapshot->info.n_assays; i++)
        if (segment->assay_members[i] &&
            snapshot_assay_covers(segment->snapshot, i, assembly, chromosome, position))
            bits_or(words, (const uint8_t *)segment->assay_members[i], segment->persons.n_words);
}

/* What the files say that list the site: who is their member, and who was not called. */
static void judge_by_files(const struct segment *segment, const struct site *site, uint64_t *tested)
{
    uint64_t not_called[SEGMENT_WORDS_MAX];
    size_t n_words = segment->persons.n_words;

    for (uint16_t i = 0; i < site->n_callsets; i++) {
        const uint64_t *members = segment->callset_members[site->callsets[i]];

        if (members)
            bits_or(tested, (const uint8_t *)members, n_words);
    }
    if (site->count[SITE_NO_CALL]) {
        memset(not_called, 0, n_words * sizeof(*not_called));
        site_or(segment, site, SITE_BIT(SITE_NO_CALL), not_called);
        bits_clear(tested, (const uint8_t *)not_called, n_words);
    }
    site_or(segment, site, SITE_BIT(SITE_REF), tested);
}

void site_tested(const struct segment *segment, const struct site *site, uint64_t *words)
{
    uint64_t tested[SEGMENT_WORDS_MAX] = {0};

    segment_tested(segment, vid_assembly(site->vid), vid_chromosome(site->vid),
                   vid_position(site->vid), tested);
    if (!segment->snapshot->by_assays)
        judge_by_files(segment, site, tested);
    site_or(segment, site, SITE_CARRIERS, tested);
    bits_or(words, (const uint8_t *)tested, segment->persons.n_words);
}

/*** many sites at once ***/

struct gather {
    struct segment *segment;
    const uint64_t *vids;
    size_t n;
    unsigned classes;
    const uint64_t *until;
    uint64_t *words;
};

static bool gather_form(const struct gather *gather, bool dense, bool *done, struct err *err)
{
    struct segment *segment = gather->segment;
    size_t from = 0;

    *done = false;
    while (from < gather->n && !*done) {
        size_t which = block_of(segment, gather->vids[from]);
        uint64_t next =
            which + 1 < segment->n_blocks ? segment->block_first[which + 1] : UINT64_MAX;
        struct block *block = cache_block(segment, which, err);
        size_t to = from + 1;

        if (!block)
            return false;
        while (to < gather->n && gather->vids[to] < next)
            to++;
        (dense ? block_or_dense : block_or_sparse)(block, gather->vids + from, to - from,
                                                   gather->classes, gather->words);
        *done = gather->until && bits_cover(gather->words, gather->until, segment->persons.n_words);
        from = to;
    }
    return true;
}

bool segment_carriers(struct segment *segment, const uint64_t *vids, size_t n, unsigned classes,
                      const uint64_t *until, uint64_t *words, struct err *err)
{
    struct gather gather = {.segment = segment,
                            .vids = vids,
                            .n = n,
                            .classes = classes,
                            .until = until,
                            .words = words};
    bool done = false;

    if (!need_index(segment, err))
        return false;
    if (!segment->n_blocks)
        return true;
    return gather_form(&gather, true, &done, err) &&
           (done || gather_form(&gather, false, &done, err));
}
