/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/snapshot_releases.h"

#include <assert.h>
#include <string.h>

#include "node/snapshot/snapshot_inside.h"
#include "node/terms/release_write.h"
#include "proto/base/bytes.h"

/* The terms file of an older program lacks the tables of files. */
static bool has_files(sqlite3 *terms, bool *has, struct err *err)
{
    int64_t tables;

    if (!sql_number(terms, "SELECT count(*) FROM sqlite_schema WHERE name = 'release_piece'", 0,
                    &tables, err))
        return false;
    *has = tables == 1;
    return true;
}

static bool read_file(sqlite3 *terms, struct snapshot_release *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool ok =
        sql_prepare(terms, "SELECT hash, size FROM release_file WHERE system = ?1", &stmt, err);

    if (ok) {
        sqlite3_bind_text(stmt, 1, out->system, -1, SQLITE_STATIC);
        ok = sql_next(stmt, &row, err);
    }
    if (ok && row) {
        out->size = (uint64_t)sqlite3_column_int64(stmt, 1);
        out->has_file = sql_blob(stmt, 0, out->hash, sizeof(out->hash));
    }
    sqlite3_finalize(stmt);
    return ok;
}

bool snapshot_releases(struct snapshot *snapshot,
                       struct snapshot_release out[static TERM_SYSTEMS_MAX], size_t *n,
                       struct err *err)
{
    assert(snapshot);
    bool has = false;

    *n = 0;
    if (!snapshot->terms)
        return true;
    if (!has_files(snapshot->terms, &has, err))
        return false;
    for (size_t i = 0; i < snapshot->n_releases; i++) {
        out[i] = (struct snapshot_release){.system = snapshot->releases[i].system,
                                           .release = snapshot->releases[i].release};
        if (has && !read_file(snapshot->terms, &out[i], err))
            return false;
    }
    *n = snapshot->n_releases;
    return true;
}

bool snapshot_release_piece(struct snapshot *snapshot, const uint8_t hash[static 32],
                            uint32_t piece, uint8_t out[static RELEASE_PIECE_BYTES], size_t *size,
                            struct err *err)
{
    assert(snapshot);
    static const char sql[] = "SELECT bytes FROM release_piece JOIN release_file USING (system)"
                              " WHERE hash = ?1 AND piece = ?2";
    sqlite3_stmt *stmt = NULL;
    bool has = false, row = false, ok;

    *size = 0;
    if (!snapshot->terms)
        return true;
    if (!has_files(snapshot->terms, &has, err))
        return false;
    ok = !has || sql_prepare(snapshot->terms, sql, &stmt, err);
    if (ok && has) {
        sqlite3_bind_blob(stmt, 1, hash, 32, SQLITE_STATIC);
        sqlite3_bind_int64(stmt, 2, piece);
        ok = sql_next(stmt, &row, err);
    }
    if (ok && row && (size_t)sqlite3_column_bytes(stmt, 0) <= RELEASE_PIECE_BYTES) {
        *size = (size_t)sqlite3_column_bytes(stmt, 0);
        if (*size)
            memcpy(out, sqlite3_column_blob(stmt, 0), *size);
    }
    sqlite3_finalize(stmt);
    return ok;
}

/* Joins the pieces; without pieces the file is made from the tables. */
static bool read_whole(struct snapshot *snapshot, const struct term_release *release,
                       struct bytes *out, struct err *err)
{
    static const char sql[] = "SELECT bytes FROM release_piece WHERE system = ?1 ORDER BY piece";
    sqlite3_stmt *stmt = NULL;
    bool has = false, row = true, ok;

    if (!has_files(snapshot->terms, &has, err))
        return false;
    if (!has)
        return release_write(snapshot->terms, release, out, &has, err);
    ok = sql_prepare(snapshot->terms, sql, &stmt, err);
    if (ok)
        sqlite3_bind_text(stmt, 1, release->system, -1, SQLITE_STATIC);
    while (ok && row) {
        ok = sql_next(stmt, &row, err);
        if (ok && row)
            bytes_add(out, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
    }
    sqlite3_finalize(stmt);
    return ok && (!out->failed || err_memory(err));
}

bool snapshot_release_open(struct snapshot *snapshot, const char *system, struct release_file **out,
                           struct err *err)
{
    assert(snapshot);
    struct bytes file = {0};
    bool ok = true;

    *out = NULL;
    for (size_t i = 0; ok && snapshot->terms && i < snapshot->n_releases; i++)
        if (strcmp(snapshot->releases[i].system, system) == 0)
            ok = read_whole(snapshot, &snapshot->releases[i], &file, err);
    if (ok && file.size)
        ok = release_file_open(file.data, file.size, out, err);
    bytes_clear(&file);
    return ok;
}
