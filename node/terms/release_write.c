/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/release_write.h"

#include <assert.h>
#include <string.h>

#include "proto/base/sql.h"
#include "proto/query/place.h"
#include "proto/terms/release_file.h"

/* The rows of a kind, in the order that the file has them. ?1 is the system, ?2 the assembly. */
static const struct release_rows {
    char kind;
    const char *sql;
} rows[] = {
    {'T', "SELECT code, label, obsolete, replaced_by,"
          " (SELECT group_concat(parent, ' ') FROM (SELECT parent FROM term_parent"
          "  WHERE system = ?1 AND child = term.code ORDER BY parent))"
          " FROM term WHERE system = ?1 ORDER BY code"},
    {'A', "SELECT alias, code FROM term_alias WHERE system = ?1 ORDER BY alias"},
    {'Y', "SELECT code, synonym FROM term_synonym WHERE system = ?1 ORDER BY code, synonym"},
    {'G', "SELECT hgnc, symbol FROM gene_id WHERE ?1 = 'hgnc' ORDER BY hgnc"},
    {'N', "SELECT name, hgnc, kind FROM gene_name WHERE ?1 = 'hgnc' ORDER BY name, hgnc"},
    {'S', "SELECT upper(symbol), symbol FROM gene WHERE assembly = ?2 ORDER BY 1, 2"},
};

static const char *text_in(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    return text ? text : "";
}

/* False when there is no row of it, because its text cannot be printed. */
static bool add_row(sqlite3_stmt *row, char kind, struct bytes *out)
{
    struct release_term term;

    if (kind == 'Y')
        return release_file_add_synonym(text_in(row, 0), text_in(row, 1), out);
    if (kind != 'T') {
        release_file_add(kind, text_in(row, 0), text_in(row, 1),
                         sqlite3_column_count(row) == 3 ? text_in(row, 2) : NULL, out);
        return true;
    }
    term = (struct release_term){.code = text_in(row, 0),
                                 .label = text_in(row, 1),
                                 .obsolete = sqlite3_column_int(row, 2) != 0,
                                 .replace = text_in(row, 3),
                                 .parents = text_in(row, 4)};
    release_file_add_term(&term, out);
    return true;
}

/* The assembly of a gene table; 0 for other systems. */
static int assembly_of(const char *system)
{
    static const enum ast_assembly assemblies[] = {ASSEMBLY_GRCH37, ASSEMBLY_GRCH38};
    size_t n = strlen(RELEASE_FILE_GENES);

    for (size_t i = 0; strncmp(system, RELEASE_FILE_GENES, n) == 0 && i < 2; i++)
        if (strcmp(system + n, place_assembly_name(assemblies[i])) == 0)
            return (int)assemblies[i];
    return 0;
}

static bool add_rows(sqlite3 *db, const char *system, const struct release_rows *kind, uint64_t *n,
                     struct bytes *out, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    bool ok = sql_prepare(db, kind->sql, &stmt, err);

    if (ok) {
        sqlite3_bind_text(stmt, 1, system, -1, SQLITE_STATIC);
        if (kind->kind == 'S')
            sqlite3_bind_int(stmt, 2, assembly_of(system));
    }
    while (ok && row && out->size <= RELEASE_FILE_BYTES_MAX) {
        ok = sql_next(stmt, &row, err);
        if (!ok || !row)
            break;
        *n += add_row(stmt, kind->kind, out);
    }
    sqlite3_finalize(stmt);
    return ok;
}

/* What the reader of the file would refuse is no file of ours. */
static bool is_readable(const struct bytes *file)
{
    struct release_file *read = NULL;
    struct err ignored;
    bool readable = release_file_open(file->data, file->size, &read, &ignored);

    release_file_free(read);
    return readable;
}

bool release_write(sqlite3 *db, const struct term_release *release, struct bytes *out, bool *made,
                   struct err *err)
{
    assert(release && out);
    struct bytes file = {0}, body = {0};
    bool synonyms = false;
    uint64_t n = 0;
    bool ok = true;

    for (size_t i = 0; ok && i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t before = n;

        ok = add_rows(db, release->system, &rows[i], &n, &body, err);
        synonyms |= rows[i].kind == 'Y' && n > before;
    }
    release_file_begin(release->system, release->release, synonyms, &file);
    bytes_add(&file, body.data, body.size);
    file.failed |= body.failed;
    bytes_clear(&body);
    release_file_end(n, &file);
    if (ok && file.failed)
        ok = err_memory(err);
    *made = ok && n > 0 && is_readable(&file);
    if (*made)
        bytes_add(out, file.data, file.size);
    bytes_clear(&file);
    return ok && (!out->failed || err_memory(err));
}
