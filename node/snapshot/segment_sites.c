/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/bits.h"
#include "node/snapshot/coverage.h"
#include "node/snapshot/snapshot_inside.h"

#define SHORT_REF_MAX 9 /* most bases that a vid can spell: node/store/variant.h */

/*** which blocks ***/

static bool count_rows(struct segment *segment, int64_t *blocks, int64_t *gaps, struct err *err)
{
    *gaps = 0;
    return sql_number(segment->db, "SELECT count(*) FROM block", 0, blocks, err) &&
           (!segment->has_gaps ||
            sql_number(segment->db, "SELECT count(*) FROM gap", 0, gaps, err));
}

/* Reads the first vids of the blocks of variants; *i counts them. */
static bool read_blocks(struct segment *segment, int64_t n, size_t *i, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    bool ok = sql_prepare(segment->db, "SELECT id FROM block ORDER BY id", &stmt, err);

    while (ok && row && *i < (size_t)n) {
        ok = sql_next(stmt, &row, err);
        if (ok && row)
            segment->block_first[(*i)++] = segment_vid(sqlite3_column_int64(stmt, 0));
    }
    sqlite3_finalize(stmt);
    return ok;
}

/* Adds a block to the run that was read last, or begins a new run. */
static void add_gap_block(struct segment *segment, sqlite3_stmt *row, size_t i)
{
    int64_t id = sqlite3_column_int64(row, 0);
    int level = sqlite3_column_int(row, 1);
    struct gap_run *last = segment->n_gap_runs ? &segment->gap_runs[segment->n_gap_runs - 1] : NULL;

    if (!last || last->id != id || last->level != level) {
        last = &segment->gap_runs[segment->n_gap_runs++];
        *last = (struct gap_run){
            .id = id, .assay = coverage_assay(segment->snapshot, id), .level = level, .from = i};
    }
    last->n++;
    segment->block_first[i] = segment_vid(sqlite3_column_int64(row, 2));
}

/* Reads the blocks of gaps, which are numbered after those of variants. */
static bool read_gaps(struct segment *segment, int64_t n, size_t at, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = true, ok;

    if (!n)
        return true;
    segment->gap_runs = calloc((size_t)n, sizeof(*segment->gap_runs));
    if (!segment->gap_runs)
        return err_memory(err);
    ok = sql_prepare(segment->db, "SELECT assay, level, id FROM gap ORDER BY assay, level, id",
                     &stmt, err);
    for (int64_t i = 0; ok && row && i < n; i++) {
        ok = sql_next(stmt, &row, err);
        if (ok && row)
            add_gap_block(segment, stmt, at + (size_t)i);
    }
    sqlite3_finalize(stmt);
    return ok;
}

/* Reads the first vids of all blocks, once. */
bool segment_need_index(struct segment *segment, struct err *err)
{
    assert(segment);
    int64_t n = 0, gaps = 0;
    size_t i = 0;
    bool ok;

    if (segment->has_blocks)
        return true;
    ok = count_rows(segment, &n, &gaps, err);
    free(segment->block_first);
    free(segment->blocks);
    free(segment->gap_runs);
    segment->gap_runs = NULL;
    segment->n_gap_runs = 0;
    segment->block_first = calloc((size_t)(n + gaps) + 1, sizeof(*segment->block_first));
    segment->blocks = calloc((size_t)(n + gaps) + 1, sizeof(*segment->blocks));
    if (ok && (!segment->block_first || !segment->blocks))
        ok = err_memory(err);
    ok = ok && read_blocks(segment, n, &i, err) && read_gaps(segment, gaps, i, err);
    segment->n_blocks = ok ? i : 0;
    segment->has_blocks = ok;
    return ok;
}

/* The last block whose first vid is at most vid; 0 when all begin after it. */
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
    if (!segment_need_index(segment, err))
        return false;
    *which = block_of(segment, vid);
    return true;
}

/*** walking ***/

void sites_start(struct sites *sites, struct segment *segment, uint64_t lo, uint64_t hi)
{
    *sites = (struct sites){.segment = segment, .next = lo, .end = hi, .number = SIZE_MAX};
}

/* The block at which the walk stands; the cache may have dropped it since the last step. */
static const struct block *walk_block(struct sites *sites, struct err *err)
{
    const struct block_cache *cache = &sites->segment->snapshot->cache;

    if (!sites->block || sites->drops != cache->drops) {
        sites->block = block_cache_get(sites->segment, sites->number, err);
        sites->drops = cache->drops;
    }
    return sites->block;
}

static bool walk_on(struct sites *sites, struct site *site, struct err *err)
{
    struct segment *segment = sites->segment;

    if (sites->number == SIZE_MAX) {
        if (!segment_need_index(segment, err))
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
    assert(sites);
    if (sites->next >= sites->end || sites->failed)
        return false;
    sites->failed = !walk_on(sites, site, err);
    return !sites->failed && sites->next < sites->end;
}

bool segment_site(struct segment *segment, uint64_t vid, bool *found, struct site *site,
                  struct err *err)
{
    assert(segment);
    struct block *block;
    uint32_t i;

    *found = false;
    if (!segment_need_index(segment, err))
        return false;
    if (!segment->n_blocks)
        return true;
    block = block_cache_get(segment, block_of(segment, vid), err);
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

bool segment_variant(struct segment *segment, uint64_t vid, struct variant *out, struct err *err)
{
    return snapshot_variant(segment->snapshot, vid, out, err);
}

bool segment_vid_end(struct segment *segment, uint64_t vid, uint32_t *end, struct err *err)
{
    sqlite3_stmt *stmt;
    bool row;

    *end = vid_position(vid);
    if (vid_chromosome(vid) == CHROMOSOME_NONE)
        return true;
    if (!vid_tag(vid)) {
        *end += (uint32_t)(vid >> 24 & 15) - 1; /* the length of REF: node/store/variant.h */
        return true;
    }
    stmt = segment_statement(segment, SEGMENT_ALLELE_READ, err);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, (int64_t)vid);
    if (!sql_next(stmt, &row, err))
        return false;
    if (row)
        *end += (uint32_t)sqlite3_column_bytes(stmt, 0) - 1;
    sqlite3_reset(stmt);
    return row || err_set(err, ERR_INTERNAL, "the allele of a variant is not in its segment");
}

/* Who takes the variants that reach a position; site: NULL for a long one. */
struct reaching {
    uint32_t position;
    bool (*take)(void *to, uint64_t vid, struct site *site, struct err *err);
    void *to;
};

static bool reaches(const struct reaching *of, uint64_t vid, uint32_t length)
{
    return vid_position(vid) < of->position && vid_position(vid) + length - 1 >= of->position;
}

/* The REF of a long allele is spelled out in a table. There are few long alleles. */
static bool reaching_long(struct segment *segment, uint64_t from, uint64_t lo,
                          const struct reaching *of, struct err *err)
{
    sqlite3_stmt *stmt = segment_statement(segment, ALLELES_BEFORE, err);
    bool row = true;

    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, (int64_t)from);
    sqlite3_bind_int64(stmt, 2, (int64_t)lo);
    while (row) {
        uint64_t vid;

        if (!sql_next(stmt, &row, err))
            return false;
        if (!row)
            break;
        vid = (uint64_t)sqlite3_column_int64(stmt, 0);
        if (reaches(of, vid, (uint32_t)sqlite3_column_int64(stmt, 1)) &&
            !of->take(of->to, vid, NULL, err))
            break;
    }
    sqlite3_reset(stmt);
    return !row;
}

static int by_number(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

static bool reach(struct segment *segment, uint64_t lo, const struct reaching *of, struct err *err)
{
    uint32_t near = of->position > SHORT_REF_MAX ? of->position - SHORT_REF_MAX : 1;
    uint32_t far = of->position > segment->longest ? of->position - segment->longest : 1;
    struct sites sites;
    struct site site;

    sites_start(&sites, segment, variant_floor(vid_assembly(lo), vid_chromosome(lo), near), lo);
    while (sites_next(&sites, &site, err))
        if (!vid_tag(site.vid) && reaches(of, site.vid, (uint32_t)(site.vid >> 24 & 15)) &&
            !of->take(of->to, site.vid, &site, err))
            return false;
    if (sites.failed || segment->longest < 2) /* none reaches further than its position */
        return !sites.failed;
    return reaching_long(segment, variant_floor(vid_assembly(lo), vid_chromosome(lo), far), lo, of,
                         err);
}

struct reached_list {
    uint64_t *vids;
    size_t n;
};

static bool list_reached(void *to, uint64_t vid, struct site *site, struct err *err)
{
    struct reached_list *list = to;

    (void)site;
    if (list->n == REACHING_MAX)
        return err_set(err, ERR_EXHAUSTED, "more than %d variants reach into a stretch",
                       REACHING_MAX);
    list->vids[list->n++] = vid;
    return true;
}

bool segment_reaching(struct segment *segment, uint64_t lo, uint64_t vids[static REACHING_MAX],
                      size_t *n, struct err *err)
{
    struct reached_list list = {.vids = vids};
    struct reaching of = {vid_position(lo), list_reached, &list};

    if (!reach(segment, lo, &of, err))
        return false;
    if (list.n)
        qsort(vids, list.n, sizeof(*vids), by_number);
    *n = list.n;
    return true;
}

struct reached_sites {
    struct segment *segment;
    segment_reached_fn *take;
    void *to;
};

static bool take_reached(void *to, uint64_t vid, struct site *site, struct err *err)
{
    struct reached_sites *of = to;
    struct site own;
    bool found;

    if (site)
        return of->take(of->to, site, err);
    return segment_site(of->segment, vid, &found, &own, err) &&
           (!found || of->take(of->to, &own, err));
}

bool segment_reached(struct segment *segment, uint64_t lo, segment_reached_fn *take, void *to,
                     struct err *err)
{
    assert(segment && take);
    struct reached_sites sites = {segment, take, to};
    struct reaching of = {vid_position(lo), take_reached, &sites};

    return reach(segment, lo, &of, err);
}

/*** many sites at once ***/

struct gather {
    struct segment *segment;
    const struct segment_sought *sought;
    uint64_t *words;
};

static bool gather_form(const struct gather *gather, bool dense, bool *done, struct err *err)
{
    struct segment *segment = gather->segment;
    size_t from = 0;

    *done = false;
    while (from < gather->sought->n && !*done) {
        size_t which = block_of(segment, gather->sought->vids[from]);
        uint64_t next =
            which + 1 < segment->n_blocks ? segment->block_first[which + 1] : UINT64_MAX;
        struct block *block = block_cache_get(segment, which, err);
        size_t to = from + 1;

        if (!block)
            return false;
        while (to < gather->sought->n && gather->sought->vids[to] < next)
            to++;
        (dense ? block_or_dense : block_or_sparse)(block, gather->sought->vids + from, to - from,
                                                   gather->sought->classes, gather->words);
        *done = gather->sought->until &&
                bits_cover(gather->words, gather->sought->until, segment->persons.n_words);
        from = to;
    }
    return true;
}

bool segment_carriers(struct segment *segment, const struct segment_sought *sought, uint64_t *words,
                      struct err *err)
{
    struct gather gather = {.segment = segment, .sought = sought, .words = words};
    bool done = false;

    if (!segment_need_index(segment, err))
        return false;
    if (!segment->n_blocks)
        return true;
    return gather_form(&gather, true, &done, err) &&
           (done || gather_form(&gather, false, &done, err));
}
