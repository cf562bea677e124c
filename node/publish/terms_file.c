/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/terms_file.h"

#include <sodium.h>
#include <string.h>

#include "proto/base/sql.h"

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
    {"SELECT assembly, symbol, spans, coding FROM gene ORDER BY assembly, symbol",
     "INSERT INTO gene (assembly, symbol, spans, coding) VALUES (?1, ?2, ?3, ?4)"},
    {"SELECT hgnc, symbol FROM gene_id ORDER BY hgnc",
     "INSERT INTO gene_id (hgnc, symbol) VALUES (?1, ?2)"},
    {"SELECT name, hgnc, kind FROM gene_name ORDER BY name, hgnc",
     "INSERT INTO gene_name (name, hgnc, kind) VALUES (?1, ?2, ?3)"},
};

void terms_file_content(const struct closure *closure, uint8_t content[static 32])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, 32);
    crypto_generichash_update(&state, (const uint8_t *)"2", 1); /* steps of the tables */
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

bool terms_file_write(struct sqlite3 *db, const char *path, struct err *err)
{
    sqlite3 *to;
    bool ok;

    if (!sql_open(path, SQL_BUILD, &to, err))
        return false;
    ok = terms_prepare(to, err) && sql_run(to, "BEGIN", err);
    for (size_t i = 0; ok && i < sizeof(tables) / sizeof(tables[0]); i++)
        ok = copy_table(db, to, &tables[i], err);
    ok = ok && sql_run(to, "COMMIT", err);
    sql_close(to);
    return ok;
}
