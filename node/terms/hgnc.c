/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/hgnc.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "node/terms/gene_names.h"
#include "node/terms/term_file.h"
#include "node/terms/terms.h"
#include "proto/base/clock.h"
#include "proto/base/sql.h"

#define COLUMNS_MAX 128

enum hgnc_column { ID, SYMBOL, STATUS, PREVIOUS, ALIAS, ENSEMBL, REFSEQ, NCBI, COLUMNS };

/* kind: as in schemas/terms/002.sql; 0: the column holds no names */
static const struct {
    const char *name;
    int kind;
} columns[COLUMNS] = {
    [ID] = {"hgnc_id", 0},
    [SYMBOL] = {"symbol", 1},
    [STATUS] = {"status", 0},
    [PREVIOUS] = {"prev_symbol", 2},
    [ALIAS] = {"alias_symbol", 3},
    [ENSEMBL] = {"ensembl_gene_id", 4},
    [REFSEQ] = {"refseq_accession", 4},
    [NCBI] = {"entrez_id", 0},
};

struct hgnc_reader {
    sqlite3_stmt *gene;
    sqlite3_stmt *name;
    int at[COLUMNS]; /* -1: the file lacks the column */
    size_t n_columns;
    uint64_t n_names;
};

static bool bad(struct err *err, const char *why)
{
    return err_set(err, ERR_INVALID, "%s", why);
}

static bool take_header(struct hgnc_reader *reader, char *line, struct err *err)
{
    char *fields[COLUMNS_MAX];
    size_t n = term_file_split(line, fields, COLUMNS_MAX);

    if (!n)
        return bad(err, "more than 128 columns");
    for (int c = 0; c < COLUMNS; c++) {
        reader->at[c] = -1;
        for (size_t i = 0; i < n; i++)
            if (strcasecmp(fields[i], columns[c].name) == 0)
                reader->at[c] = (int)i;
    }
    reader->n_columns = n;
    return (reader->at[ID] >= 0 && reader->at[SYMBOL] >= 0) ||
           bad(err, "the header has no columns hgnc_id and symbol, separated by tabs: this is not "
                    "HGNC's complete set");
}

/*
 * Is it a name of 1 to 64 printable characters? Other texts among aliases are used in no
 * annotation.
 */
static bool is_name(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isgraph((unsigned char)text[i]))
            return false;
    return length > 0 && length <= GENE_NAME_BYTES_MAX;
}

static bool add_name(struct hgnc_reader *reader, int64_t hgnc, int kind, const char *text,
                     size_t length, struct err *err)
{
    char name[GENE_KEY_BYTES];

    if (!is_name(text, length))
        return true;
    if (reader->n_names++ == HGNC_NAMES_MAX)
        return bad(err, "more than 2000000 names");
    for (size_t i = 0; i < length; i++)
        name[i] = (char)toupper((unsigned char)text[i]);
    sqlite3_bind_text(reader->name, 1, name, (int)length, SQLITE_STATIC);
    sqlite3_bind_int64(reader->name, 2, hgnc);
    sqlite3_bind_int(reader->name, 3, kind);
    return sql_done(reader->name, err);
}

/* Adds the names of a list "A|B", which may stand in quotes. */
static bool add_names(struct hgnc_reader *reader, int64_t hgnc, int kind, const char *list,
                      struct err *err)
{
    while (*list) {
        size_t length = strcspn(list, "|\"");

        if (!add_name(reader, hgnc, kind, list, length, err))
            return false;
        list += length;
        list += *list != 0;
    }
    return true;
}

static bool read_id(const char *text, int64_t *hgnc)
{
    char *end;

    if (strncasecmp(text, "HGNC:", 5) == 0)
        text += 5;
    if (!isdigit((unsigned char)*text) || strlen(text) > 9)
        return false;
    *hgnc = strtol(text, &end, 10);
    return *end == 0 && *hgnc > 0;
}

static bool put_gene(struct hgnc_reader *reader, int64_t hgnc, const char *symbol, struct err *err)
{
    if (!is_name(symbol, strlen(symbol)))
        return bad(err, "symbol is empty, too long or not ASCII");
    sqlite3_bind_int64(reader->gene, 1, hgnc);
    sqlite3_bind_text(reader->gene, 2, symbol, -1, SQLITE_STATIC);
    return sql_done(reader->gene, err) && (sqlite3_changes(sqlite3_db_handle(reader->gene)) == 1 ||
                                           bad(err, "its hgnc_id stands in an earlier line"));
}

/*
 * Rows may lack trailing empty columns, and rows of a later release may have more columns than the
 * header. Files that were joined have both.
 */
static bool take_row(struct hgnc_reader *reader, char *line, bool *taken, struct err *err)
{
    char *fields[COLUMNS_MAX];
    size_t n = term_file_split(line, fields, COLUMNS_MAX);
    int64_t hgnc;

    *taken = false;
    if (!n || n <= (size_t)reader->at[ID] || n <= (size_t)reader->at[SYMBOL])
        return bad(err, "no hgnc_id and symbol, or more than 128 columns");
    if (reader->at[STATUS] >= 0 && (size_t)reader->at[STATUS] < n &&
        strcasecmp(fields[reader->at[STATUS]], "Approved") != 0)
        return true;
    if (!read_id(fields[reader->at[ID]], &hgnc))
        return bad(err, "hgnc_id is not \"HGNC:\" and a number");
    if (!put_gene(reader, hgnc, fields[reader->at[SYMBOL]], err))
        return false;
    *taken = true;
    for (int c = 0; c < COLUMNS; c++)
        if (columns[c].kind && reader->at[c] >= 0 && (size_t)reader->at[c] < n &&
            !add_names(reader, hgnc, columns[c].kind, fields[reader->at[c]], err))
            return false;
    return true;
}

static bool read_lines(struct term_file *file, struct hgnc_reader *reader, uint64_t *n_terms,
                       uint64_t *skipped, struct err *err)
{
    char *line = NULL;

    while (term_file_line(file, &line, err)) {
        bool taken = true, header = reader->n_columns == 0;

        if (!line)
            return *n_terms > 0 || bad(err, "the file holds no approved gene");
        if (!*line)
            continue;
        if (!(header ? take_header(reader, line, err) : take_row(reader, line, &taken, err)))
            return err_wrap(err, "line %llu: ", (unsigned long long)term_file_line_number(file));
        *n_terms += !header && taken;
        *skipped += !taken;
    }
    return false;
}

static bool begin(sqlite3 *db, struct hgnc_reader *reader, struct err *err)
{
    return sql_run(db,
                   "DELETE FROM gene_id; DELETE FROM gene_name;"
                   "DELETE FROM term_release WHERE system = 'hgnc'",
                   err) &&
           sql_prepare(db, "INSERT OR IGNORE INTO gene_id VALUES(?1, ?2)", &reader->gene, err) &&
           sql_prepare(db,
                       "INSERT INTO gene_name VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET"
                       " kind = min(kind, excluded.kind)",
                       &reader->name, err);
}

bool hgnc_read(struct term_file *file, struct sqlite3 *db, struct term_release *release,
               uint64_t *skipped, struct err *err)
{
    assert(release);
    struct hgnc_reader reader = {0};
    bool ok;

    snprintf(release->system, sizeof(release->system), "hgnc");
    release->n_terms = 0;
    release->loaded_s = clock_wall_s();
    if (!terms_prepare(db, err) || !sql_begin(db, err))
        return false;
    ok = begin(db, &reader, err) && read_lines(file, &reader, &release->n_terms, skipped, err) &&
         terms_release_put(db, release, err);
    sqlite3_finalize(reader.gene);
    sqlite3_finalize(reader.name);
    if (ok)
        return sql_commit(db, err);
    sql_rollback(db);
    return false;
}
