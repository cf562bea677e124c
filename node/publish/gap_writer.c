/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/gap_writer.h"

#include <assert.h>
#include <stdlib.h>

#include "node/snapshot/bits.h"
#include "node/store/gap.h"
#include "proto/query/place.h"
#include "proto/query/vocabulary.h"

#define X 23 /* the last chromosome that everybody has */

struct gap_writer {
    struct segment_writer *writer;
    int64_t assay;
    sqlite3_stmt *store; /* inserts a block */
    sqlite3_stmt *store_whole;
    struct block_writer *levels[GAP_LEVELS];
    uint64_t whole[GAP_WHOLES][SEGMENT_WORDS_MAX];
    uint64_t bases[2][SEGMENT_PERSONS_MAX]; /* bases lost to each person: in all gaps, and in those
                                               by their own record */
    uint8_t assembly;                       /* of the gaps; 0: there were none */
};

bool gap_writer_open(struct segment_writer *writer, int64_t assay, struct gap_writer **out,
                     struct err *err)
{
    assert(writer && out);
    struct gap_writer *gaps = calloc(1, sizeof(*gaps));
    bool ok = gaps != NULL;

    if (!ok)
        return err_memory(err);
    gaps->writer = writer;
    gaps->assay = assay;
    for (int level = 0; level < GAP_LEVELS; level++) {
        gaps->levels[level] = block_writer_new(writer->n_persons);
        ok &= gaps->levels[level] != NULL;
    }
    if (!ok)
        err_memory(err);
    ok = ok &&
         sql_prepare(writer->to, "INSERT INTO gap (assay, level, id, data) VALUES (?1, ?2, ?3, ?4)",
                     &gaps->store, err) &&
         sql_prepare(writer->to, "INSERT INTO gap_whole (assay, kind, members) VALUES (?1, ?2, ?3)",
                     &gaps->store_whole, err);
    if (!ok) {
        gap_writer_free(gaps);
        return false;
    }
    *out = gaps;
    return true;
}

void gap_writer_free(struct gap_writer *gaps)
{
    if (!gaps)
        return;
    for (int level = 0; level < GAP_LEVELS; level++)
        block_writer_free(gaps->levels[level]);
    sqlite3_finalize(gaps->store);
    sqlite3_finalize(gaps->store_whole);
    free(gaps);
}

static bool put_block(struct gap_writer *gaps, int level, struct err *err)
{
    const uint8_t *data;
    uint64_t first;
    size_t size;

    if (!block_writer_sites(gaps->levels[level]))
        return true;
    if (!block_writer_finish(gaps->levels[level], &data, &size, &first, err))
        return false;
    sqlite3_bind_int64(gaps->store, 1, gaps->assay);
    sqlite3_bind_int64(gaps->store, 2, level);
    sqlite3_bind_int64(gaps->store, 3, segment_key(first));
    sqlite3_bind_blob64(gaps->store, 4, data, size, SQLITE_STATIC);
    return sql_done(gaps->store, err);
}

/* Adds what a gap means for statements on the whole genome, for the persons of one class. */
static void count_whole(struct gap_writer *gaps, const struct gap *gap,
                        const struct block_site *site, enum site_class class)
{
    bool own = class == SITE_CARRIER;

    for (uint32_t i = 0; i < site->count[class]; i++) {
        uint16_t person = site->persons[class][i];
        uint64_t bases = gap->end - gap->start + UINT64_C(1);

        if (gap_is_loss(gap->reason)) {
            bits_set(gaps->whole[GAP_WHOLE_LOSS], person);
            if (own)
                bits_set(gaps->whole[GAP_WHOLE_LOSS_OWN], person);
        } else if (gap->chromosome <= X) {
            gaps->bases[0][person] += bases;
            gaps->bases[1][person] += own ? bases : 0;
        }
    }
}

bool gap_writer_add(struct gap_writer *gaps, const struct block_site *site, struct err *err)
{
    assert(gaps && site);
    struct gap gap = gap_of_vid(site->vid);
    int level = gap.end - gap.start < GAP_SHORT_MAX ? 0 : 1;
    struct block_site kept = *site;

    if (gaps->writer->input->structural && gap.reason == GAP_CALLED)
        return true; /* what was called there is in the segment */
    kept.annotated = kept.declares_af = false;
    kept.af_nano = -1;
    kept.n_callsets = 0;
    gaps->assembly = gap.assembly;
    count_whole(gaps, &gap, site, SITE_CARRIER);
    count_whole(gaps, &gap, site, SITE_NO_CALL);
    if (block_writer_full(gaps->levels[level], site->vid) && !put_block(gaps, level, err))
        return false;
    return block_writer_add(gaps->levels[level], &kept, err);
}

static uint64_t genome_bases(uint8_t assembly)
{
    uint64_t bases = 0;

    for (int chromosome = 1; chromosome <= X; chromosome++)
        bases += place_chromosome_length((enum ast_assembly)assembly, chromosome);
    return bases;
}

static void judge_shares(struct gap_writer *gaps)
{
    uint64_t genome = genome_bases(gaps->assembly);

    for (uint32_t i = 0; i < gaps->writer->n_persons; i++) {
        if (gaps->bases[0][i] * 100 > genome * (100 - TESTED_SHARE_PERCENT))
            bits_set(gaps->whole[GAP_WHOLE_SHARE], i);
        if (gaps->bases[1][i] * 100 > genome * (100 - TESTED_SHARE_PERCENT))
            bits_set(gaps->whole[GAP_WHOLE_SHARE_OWN], i);
    }
}

bool gap_writer_finish(struct gap_writer *gaps, struct err *err)
{
    assert(gaps);
    for (int level = 0; level < GAP_LEVELS; level++)
        if (!put_block(gaps, level, err))
            return false;
    if (!gaps->assembly)
        return true;
    judge_shares(gaps);
    for (int kind = 0; kind < GAP_WHOLES; kind++) {
        sqlite3_bind_int64(gaps->store_whole, 1, gaps->assay);
        sqlite3_bind_int64(gaps->store_whole, 2, kind);
        if (!segment_writer_bind(gaps->store_whole, 3, gaps->whole[kind], gaps->writer->n_persons,
                                 err) ||
            !sql_done(gaps->store_whole, err))
            return false;
    }
    return true;
}
