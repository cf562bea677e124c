/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/terms_file.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "node/terms/release_write.h"
#include "proto/base/bytes.h"
#include "proto/base/sql.h"
#include "proto/terms/release_piece.h"

static const struct terms_table {
    const char *read;
    const char *write;
} tables[] = {
    {"SELECT system, release, file_hash, loaded_s, n_terms FROM term_release ORDER BY system",
     "INSERT INTO term_release (system, release, file_hash, loaded_s, n_terms)"
     " VALUES (?1, ?2, ?3, ?4, ?5)"},
    {"SELECT system, code, label, obsolete, replaced_by FROM term ORDER BY system, code",
     "INSERT INTO term (system, code, label, obsolete, replaced_by) VALUES (?1, ?2, ?3, ?4, ?5)"},
    {"SELECT system, child, parent FROM term_parent ORDER BY system, child, parent",
     "INSERT INTO term_parent (system, child, parent) VALUES (?1, ?2, ?3)"},
    {"SELECT system, alias, code FROM term_alias ORDER BY system, alias",
     "INSERT INTO term_alias (system, alias, code) VALUES (?1, ?2, ?3)"},
    {"SELECT system, code, synonym FROM term_synonym ORDER BY system, code, synonym",
     "INSERT INTO term_synonym (system, code, synonym) VALUES (?1, ?2, ?3)"},
    {"SELECT assembly, symbol, spans, coding FROM gene ORDER BY assembly, symbol",
     "INSERT INTO gene (assembly, symbol, spans, coding) VALUES (?1, ?2, ?3, ?4)"},
    {"SELECT hgnc, symbol FROM gene_id ORDER BY hgnc",
     "INSERT INTO gene_id (hgnc, symbol) VALUES (?1, ?2)"},
    {"SELECT name, hgnc, kind FROM gene_name ORDER BY name, hgnc",
     "INSERT INTO gene_name (name, hgnc, kind) VALUES (?1, ?2, ?3)"},
};

void terms_file_content(const struct closure *closure, uint8_t content[static 32])
{
    assert(closure);
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, 32);
    crypto_generichash_update(&state, (const uint8_t *)"4", 1); /* steps of the tables */
    for (size_t i = 0; i < closure->n; i++) {
        const struct term_release *release = &closure->releases[i];

        crypto_generichash_update(&state, (const uint8_t *)release->system,
                                  strlen(release->system) + 1);
        crypto_generichash_update(&state, (const uint8_t *)release->release,
                                  strlen(release->release) + 1);
        crypto_generichash_update(&state, release->file_hash, sizeof(release->file_hash));
    }
    crypto_generichash_final(&state, content, 32);
}

static bool copy_table(sqlite3 *from, sqlite3 *to, const struct terms_table *table, struct err *err)
{
    sqlite3_stmt *read = NULL, *write = NULL;
    bool row = true;
    bool ok =
        sql_prepare(from, table->read, &read, err) && sql_prepare(to, table->write, &write, err);

    while (ok && row) {
        ok = sql_next(read, &row, err);
        if (!ok || !row)
            break;
        for (int i = 0; i < sqlite3_column_count(read); i++)
            sqlite3_bind_value(write, i + 1, sqlite3_column_value(read, i));
        ok = sql_done(write, err);
    }
    sqlite3_finalize(read);
    sqlite3_finalize(write);
    return ok;
}

/*** the public files of the releases ***/

static bool put_pieces(sqlite3 *to, const char *system, const struct bytes *file, struct err *err)
{
    sqlite3_stmt *put = NULL;
    bool ok = sql_prepare(
        to, "INSERT INTO release_piece (system, piece, bytes) VALUES (?1, ?2, ?3)", &put, err);

    for (uint32_t i = 0; ok && i < release_pieces(file->size); i++) {
        sqlite3_bind_text(put, 1, system, -1, SQLITE_STATIC);
        sqlite3_bind_int64(put, 2, i);
        sqlite3_bind_blob(put, 3, file->data + i * RELEASE_PIECE_BYTES,
                          (int)release_piece_size(file->size, i), SQLITE_STATIC);
        ok = sql_done(put, err);
    }
    sqlite3_finalize(put);
    return ok;
}

static bool put_file(sqlite3 *to, const char *system, const struct bytes *file, struct err *err)
{
    sqlite3_stmt *put = NULL;
    uint8_t hash[32];
    bool ok = sql_prepare(to, "INSERT INTO release_file (system, hash, size) VALUES (?1, ?2, ?3)",
                          &put, err);

    crypto_generichash(hash, sizeof(hash), file->data, file->size, NULL, 0);
    if (ok) {
        sqlite3_bind_text(put, 1, system, -1, SQLITE_STATIC);
        sqlite3_bind_blob(put, 2, hash, sizeof(hash), SQLITE_STATIC);
        sqlite3_bind_int64(put, 3, (int64_t)file->size);
        ok = sql_done(put, err);
    }
    sqlite3_finalize(put);
    return ok && put_pieces(to, system, file, err);
}

static bool put_files(sqlite3 *to, struct err *err)
{
    struct term_release releases[TERM_SYSTEMS_MAX];
    size_t n = 0;
    bool ok = terms_releases(to, releases, &n, err);

    for (size_t i = 0; ok && i < n; i++) {
        struct bytes file = {0};
        bool made;

        ok = release_write(to, &releases[i], &file, &made, err) &&
             (!made || put_file(to, releases[i].system, &file, err));
        bytes_clear(&file);
    }
    return ok;
}

bool terms_file_write(struct sqlite3 *db, const char *path, struct err *err)
{
    assert(db && path);
    sqlite3 *to;
    bool ok;

    if (!sql_open(path, SQL_BUILD, &to, err))
        return false;
    ok = terms_prepare(to, err) && sql_run(to, "BEGIN", err);
    for (size_t i = 0; ok && i < sizeof(tables) / sizeof(tables[0]); i++)
        ok = copy_table(db, to, &tables[i], err);
    ok = ok && put_files(to, err) && sql_run(to, "COMMIT", err);
    sql_close(to);
    return ok;
}
