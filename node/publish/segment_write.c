/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/segment_write.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/publish/segment_writer.h"
#include "node/snapshot/bitmap.h"
#include "node/store/store.h"

static bool make_tables(sqlite3 *to, struct err *err)
{
    char pragma[96];

    snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             SEGMENT_APPLICATION, SEGMENT_VERSION);
    return sql_run(to, pragma, err) && sql_run(to, "BEGIN", err) &&
           sql_run(to, SEGMENT_SCHEMA, err);
}

/* What the reader wants to know before it reads sites. */
static bool write_meta(struct segment_writer *writer, struct err *err)
{
    uint64_t meta[4] = {writer->n_persons, writer->variants, writer->carriers, writer->annotated};

    return segment_writer_column(writer, "meta", meta, sizeof(meta), err) &&
           (!writer->unaligned || segment_writer_column(writer, "unaligned", &writer->unaligned,
                                                        sizeof(writer->unaligned), err)) &&
           (!writer->exchanges || segment_writer_column(writer, "exchanges", &writer->exchanges,
                                                        sizeof(writer->exchanges), err)) &&
           segment_writer_column(writer, "longest", &writer->longest, sizeof(writer->longest), err);
}

static bool write_all(struct segment_writer *writer, struct err *err)
{
    bool people = writer->input->origin == ORIGIN_GERMLINE && !writer->input->structural;

    return make_tables(writer->to, err) && (!people || segment_writer_people(writer, err)) &&
           segment_writer_samples(writer, err) &&
           (writer->input->structural ? segment_writer_structural(writer, err)
                                      : segment_writer_sites(writer, err)) &&
           segment_writer_gaps(writer, err) && write_meta(writer, err) &&
           sql_run(writer->to, SEGMENT_INDEXES, err) && sql_run(writer->to, "COMMIT", err);
}

bool segment_write(const struct segment_input *input, const char *path,
                   struct manifest_segment *written, struct segment_beside *beside, struct err *err)
{
    assert(written && beside);
    struct segment_writer writer = {.input = input,
                                    .from = store_db(input->store),
                                    .n_persons = input->n_persons,
                                    .annotated = true};
    struct stat info;
    int64_t gene;
    bool ok;

    if (!sql_open(path, SQL_BUILD, &writer.to, err))
        return false;
    ok = write_all(&writer, err) &&
         sql_number(writer.to,
                    "SELECT coalesce(max(rows), 0) FROM (SELECT sum(n) AS rows FROM gene GROUP BY "
                    "name)",
                    0, &gene, err);
    segment_writer_samples_clear(&writer);
    sql_close(writer.to);
    if (ok && (chmod(path, 0600) != 0 || stat(path, &info) != 0))
        ok = err_set(err, ERR_INTERNAL, "%s cannot be read back", path);
    if (!ok)
        return false;
    *beside = writer.beside;
    written->persons = input->n_persons;
    written->variants = writer.variants;
    written->gene = (uint64_t)gene;
    written->events = writer.events;
    written->carriers = writer.carriers;
    written->kinds = writer.kinds;
    written->bytes = (uint64_t)info.st_size;
    return true;
}

bool segment_write_needed(const struct segment_input *input, bool *needed, struct err *err)
{
    assert(input && needed);
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(store_db(input->store),
                          input->nth ? "SELECT " SEGMENT_WRITER_NTH SEGMENT_WRITER_OF_ORIGIN
                                     : "SELECT 0" SEGMENT_WRITER_OF_ORIGIN,
                          &stmt, err);

    if (ok)
        segment_writer_samples_of(input, stmt);
    *needed = false;
    for (uint32_t i = 0; ok && !*needed && i < input->n_persons; i++) {
        bool row = true;

        sqlite3_bind_int64(stmt, 1, input->persons[i].id);
        while (ok && row && !*needed) {
            ok = sql_next(stmt, &row, err);
            *needed = ok && row && (uint32_t)sqlite3_column_int(stmt, 0) == input->nth;
        }
        sqlite3_reset(stmt);
    }
    sqlite3_finalize(stmt);
    return ok;
}
