/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structural variants of a segment: their carriers as sites in blocks, and beside them, in a
 * table of their own, what each is.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/publish/segment_writer.h"
#include "node/snapshot/bits.h"
#include "node/store/structural.h"
#include "proto/query/sv_type.h"

struct structural_writer {
    struct segment_writer *writer;
    struct block_writer *block;
    sqlite3_stmt *spelled; /* reads an allele of the store */
    sqlite3_stmt *store;   /* inserts a block */
    sqlite3_stmt *describe;
};

bool structural_writer_open(struct segment_writer *writer, struct structural_writer **out,
                            struct err *err)
{
    assert(writer && out);
    struct structural_writer *made = calloc(1, sizeof(*made));

    if (!made)
        return err_memory(err);
    *out = made;
    made->writer = writer;
    made->block = block_writer_new(writer->n_persons);
    if (!made->block)
        return err_memory(err);
    return sql_run(writer->to, SEGMENT_STRUCTURAL_SCHEMA, err) &&
           sql_prepare(writer->from, "SELECT ref, alt FROM allele WHERE vid = ?1", &made->spelled,
                       err) &&
           sql_prepare(writer->to, "INSERT INTO block (id, data) VALUES (?1, ?2)", &made->store,
                       err) &&
           sql_prepare(writer->to,
                       "INSERT INTO structural (id, type, copies, start_last, end_first, end_last,"
                       " length_least, length_most) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                       &made->describe, err);
}

void structural_writer_free(struct structural_writer *structural)
{
    if (!structural)
        return;
    block_writer_free(structural->block);
    sqlite3_finalize(structural->spelled);
    sqlite3_finalize(structural->store);
    sqlite3_finalize(structural->describe);
    free(structural);
}

static bool finish_block(struct structural_writer *structural, struct err *err)
{
    const uint8_t *data;
    uint64_t first;
    size_t size;

    if (!block_writer_sites(structural->block))
        return true;
    if (!block_writer_finish(structural->block, &data, &size, &first, err))
        return false;
    sqlite3_bind_int64(structural->store, 1, segment_key(first));
    sqlite3_bind_blob64(structural->store, 2, data, size, SQLITE_STATIC);
    return sql_done(structural->store, err);
}

static bool read_allele(struct structural_writer *structural, uint64_t vid,
                        struct structural *variant, struct err *err)
{
    const char *ref, *alt;
    bool row, ok;

    sqlite3_bind_int64(structural->spelled, 1, (int64_t)vid);
    if (!sql_next(structural->spelled, &row, err))
        return false;
    ref = row ? (const char *)sqlite3_column_text(structural->spelled, 0) : NULL;
    alt = row ? (const char *)sqlite3_column_text(structural->spelled, 1) : NULL;
    ok = ref && alt && strcmp(ref, STRUCTURAL_REF) == 0 &&
         structural_read(vid_position(vid), alt, variant) && variant->type < SV_TYPES;
    sqlite3_reset(structural->spelled);
    return ok || err_set(err, ERR_INTERNAL, "a structural variant of the store is damaged");
}

static bool describe(struct structural_writer *structural, uint64_t vid, struct err *err)
{
    struct structural variant;
    int at = 1;

    if (!read_allele(structural, vid, &variant, err))
        return false;
    sqlite3_bind_int64(structural->describe, at++, segment_key(vid));
    sqlite3_bind_int64(structural->describe, at++, variant.type);
    sqlite3_bind_int64(structural->describe, at++, variant.copies);
    sqlite3_bind_int64(structural->describe, at++, variant.start_last);
    sqlite3_bind_int64(structural->describe, at++, variant.end_first);
    sqlite3_bind_int64(structural->describe, at++, variant.end_last);
    sqlite3_bind_int64(structural->describe, at++, variant.length_least);
    sqlite3_bind_int64(structural->describe, at++, variant.length_most);
    return sql_done(structural->describe, err);
}

bool structural_writer_add(struct structural_writer *structural, const struct block_site *site,
                           struct err *err)
{
    assert(structural && site);
    struct block_site kept = *site;

    kept.annotated = kept.declares_af = false;
    kept.af_nano = -1;
    kept.n_callsets = 0;
    structural->writer->variants++;
    if (block_writer_full(structural->block, site->vid) && !finish_block(structural, err))
        return false;
    return block_writer_add(structural->block, &kept, err) && describe(structural, site->vid, err);
}

/* Who was judged for the type by a file of the assay. */
static bool put_judged(struct structural_writer *structural, int64_t assay, int type,
                       sqlite3_stmt *stmt, struct err *err)
{
    const struct segment_writer *writer = structural->writer;
    uint64_t words[SEGMENT_WORDS_MAX] = {0};
    bool any = false;

    for (size_t c = 0; c < writer->n_callsets; c++) {
        const struct callset_in *callset = &writer->callsets[c];

        for (uint32_t i = 0; callset->judged >> type & 1 && i < callset->n; i++)
            if (writer->refs[callset->from + i].assay == assay) {
                bits_set(words, writer->refs[callset->from + i].person);
                any = true;
            }
    }
    if (!any)
        return true;
    sqlite3_bind_int64(stmt, 1, assay);
    sqlite3_bind_int(stmt, 2, type);
    return segment_writer_bind(stmt, 3, words, writer->n_persons, err) && sql_done(stmt, err);
}

static bool write_judged(struct structural_writer *structural, struct err *err)
{
    sqlite3_stmt *assays = NULL, *stmt = NULL;
    bool row = true;
    bool ok =
        sql_prepare(structural->writer->to, "SELECT id FROM assay", &assays, err) &&
        sql_prepare(structural->writer->to,
                    "INSERT INTO judged (assay, type, members) VALUES (?1, ?2, ?3)", &stmt, err);

    while (ok && row) {
        ok = sql_next(assays, &row, err);
        for (int type = 0; ok && row && type < SV_TYPES; type++)
            ok = put_judged(structural, sqlite3_column_int64(assays, 0), type, stmt, err);
    }
    sqlite3_finalize(assays);
    sqlite3_finalize(stmt);
    return ok;
}

bool structural_writer_finish(struct structural_writer *structural, struct err *err)
{
    assert(structural);
    return finish_block(structural, err) && write_judged(structural, err);
}
