/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoded blocks of all segments. The least recently used block is dropped first; the cache->kept
 * most recent ones stay whatever their size, so that the blocks of a running walk are not dropped.
 */
#include <assert.h>
#include <stdlib.h>

#include "node/snapshot/snapshot_inside.h"

static void take_out(struct block_cache *cache, struct cached_block *at)
{
    if (at->newer)
        at->newer->older = at->older;
    else
        cache->newest = at->older;
    if (at->older)
        at->older->newer = at->newer;
    else
        cache->oldest = at->newer;
    at->newer = at->older = NULL;
}

static void put_first(struct block_cache *cache, struct cached_block *at)
{
    at->older = cache->newest;
    if (cache->newest)
        cache->newest->newer = at;
    cache->newest = at;
    if (!cache->oldest)
        cache->oldest = at;
}

static void drop(struct block_cache *cache, struct cached_block *at)
{
    take_out(cache, at);
    cache->bytes -= block_bytes(at->block);
    cache->n--;
    cache->drops++;
    at->segment->blocks[at->index] = NULL;
    block_free(at->block);
    free(at);
}

void block_cache_clear(struct block_cache *cache)
{
    assert(cache);
    while (cache->oldest)
        drop(cache, cache->oldest);
}

/* The run of gap blocks to which block i belongs. */
static const struct gap_run *run_of(const struct segment *segment, size_t i)
{
    const struct gap_run *run = segment->gap_runs;

    while (i >= run->from + run->n)
        run++;
    return run;
}

static bool read_block(struct segment *segment, size_t i, struct block **block, struct err *err)
{
    bool gaps = i >= segment->n_blocks;
    sqlite3_stmt *stmt = segment_statement(segment, gaps ? GAP_READ : BLOCK_READ, err);
    struct block_source source = {.first = segment->block_first[i],
                                  .n_persons = segment->persons.n,
                                  .callsets = segment->callset_map,
                                  .n_callsets = segment->n_callset_map};
    bool row, ok;

    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, segment_key(source.first));
    if (gaps) {
        sqlite3_bind_int64(stmt, 2, run_of(segment, i)->id);
        sqlite3_bind_int64(stmt, 3, run_of(segment, i)->level);
    }
    if (!sql_next(stmt, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_INTERNAL, "a block of variants is missing");
    source.data = sqlite3_column_blob(stmt, 0);
    source.size = (size_t)sqlite3_column_bytes(stmt, 0);
    ok = block_read(&source, block, err);
    sqlite3_reset(stmt);
    return ok;
}

struct block *block_cache_get(struct segment *segment, size_t i, struct err *err)
{
    struct block_cache *cache = &segment->snapshot->cache;
    struct cached_block *at = segment->blocks[i];

    if (at && at == cache->newest)
        return at->block;
    if (at) {
        take_out(cache, at);
        put_first(cache, at);
        return at->block;
    }
    at = calloc(1, sizeof(*at));
    if (!at) {
        err_memory(err);
        return NULL;
    }
    if (!read_block(segment, i, &at->block, err)) {
        free(at);
        return NULL;
    }
    at->segment = segment;
    at->index = i;
    segment->blocks[i] = at;
    put_first(cache, at);
    cache->bytes += block_bytes(at->block);
    cache->n++;
    while (cache->bytes > cache->bytes_max && cache->n > cache->kept)
        drop(cache, cache->oldest);
    return at->block;
}
