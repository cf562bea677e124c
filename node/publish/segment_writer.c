/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/segment_writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/bitmap.h"
#include "node/store/variant.h"

bool segment_writer_bind(sqlite3_stmt *stmt, int column, const uint64_t *words, uint32_t n_persons,
                         struct err *err)
{
    assert(stmt);
    size_t size;
    uint8_t *data = bitmap_pack(words, n_persons, &size);

    if (!data || sqlite3_bind_blob64(stmt, column, data, size, free) != SQLITE_OK)
        return err_memory(err);
    return true;
}

bool segment_writer_column(struct segment_writer *writer, const char *name, const void *data,
                           size_t size, struct err *err)
{
    assert(writer);
    sqlite3_stmt *stmt = NULL;
    bool ok =
        sql_prepare(writer->to, "INSERT INTO column (name, data) VALUES (?1, ?2)", &stmt, err);

    if (ok) {
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
        sqlite3_bind_blob64(stmt, 2, data, size, SQLITE_STATIC);
        ok = sql_done(stmt, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

void segment_writer_spelled(struct segment_writer *writer, const struct variant *variant)
{
    assert(writer && variant);
    size_t ref = strlen(variant->ref), alt = strlen(variant->alt);
    uint64_t place = variant_floor(variant->assembly, variant->chromosome, variant->position);
    uint64_t last = variant_floor(variant->assembly, variant->chromosome,
                                  variant->position + (uint32_t)ref - 1);

    writer->unaligned += variant_may_shift(variant);
    writer->exchanges += variant_is_exchange(variant);
    if (!variant_is_indel(variant))
        return;
    writer->exchanges += alt > ref ? writer->deleted >= place : writer->added == place;
    if (alt > ref)
        writer->added = place;
    else if (last > writer->deleted)
        writer->deleted = last;
}
