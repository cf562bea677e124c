/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/genes.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/terms/terms.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/sql.h"
#include "proto/query/place.h"

#define CHROMOSOME_LAST 25

struct gene_table {
    size_t n;
    struct gene *genes; /* sorted by symbol */
};

static void system_name(uint8_t assembly, char out[static TERM_SYSTEM_BYTES])
{
    snprintf(out, TERM_SYSTEM_BYTES, "genes:%s", place_assembly_name((enum ast_assembly)assembly));
}

/*** intervals: sorted, merged, as a blob ***/

static int by_place(const void *a, const void *b)
{
    const struct gene_interval *x = a, *y = b;

    if (x->chromosome != y->chromosome)
        return x->chromosome < y->chromosome ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

/* Sorts the intervals and joins those that overlap or touch. Returns how many are left. */
static size_t merge(struct gene_interval *intervals, size_t n)
{
    size_t kept = 0;

    if (n == 0)
        return 0;
    qsort(intervals, n, sizeof(*intervals), by_place);
    for (size_t i = 1; i < n; i++) {
        struct gene_interval *last = &intervals[kept];

        if (intervals[i].chromosome == last->chromosome && intervals[i].start <= last->end + 1) {
            if (intervals[i].end > last->end)
                last->end = intervals[i].end;
        } else {
            intervals[++kept] = intervals[i];
        }
    }
    return kept + 1;
}

static void write_intervals(struct bytes *out, const struct gene_interval *intervals, size_t n)
{
    uint8_t chromosome = 0;
    uint32_t start = 0;

    for (size_t i = 0; i < n; i++) {
        if (intervals[i].chromosome != chromosome)
            start = 0;
        chromosome = intervals[i].chromosome;
        bytes_add_varint(out, chromosome);
        bytes_add_varint(out, intervals[i].start - start);
        bytes_add_varint(out, intervals[i].end - intervals[i].start);
        start = intervals[i].start;
    }
}

/* Reads the intervals of a blob into memory from malloc (NULL when there are none). */
static bool read_intervals(const uint8_t *data, size_t size, struct gene_interval **out, size_t *n,
                           struct err *err)
{
    struct gene_interval *intervals = calloc(size / 3 + 1, sizeof(*intervals));
    uint64_t chromosome, delta, length, start = 0;
    size_t at = 0, found = 0;

    if (!intervals)
        return err_memory(err);
    while (at < size) {
        if (!bytes_read_varint(data, size, &at, &chromosome) ||
            !bytes_read_varint(data, size, &at, &delta) ||
            !bytes_read_varint(data, size, &at, &length) || chromosome == 0 ||
            chromosome > CHROMOSOME_LAST || delta > UINT32_MAX || length > UINT32_MAX) {
            free(intervals);
            return err_set(err, ERR_INTERNAL, "a gene in the store is damaged");
        }
        if (found && intervals[found - 1].chromosome == chromosome)
            start = intervals[found - 1].start;
        else
            start = 0;
        intervals[found++] = (struct gene_interval){.chromosome = (uint8_t)chromosome,
                                                    .start = (uint32_t)(start + delta),
                                                    .end = (uint32_t)(start + delta + length)};
    }
    *out = intervals;
    *n = found;
    return true;
}

/*** reading ***/

static bool read_gene(sqlite3_stmt *row, struct gene *gene, struct err *err)
{
    const char *symbol = (const char *)sqlite3_column_text(row, 0);
    struct gene_interval *spans = NULL, *coding = NULL;

    gene->symbol = strdup(symbol ? symbol : "");
    if (!gene->symbol)
        return err_memory(err);
    if (!read_intervals(sqlite3_column_blob(row, 1), (size_t)sqlite3_column_bytes(row, 1), &spans,
                        &gene->n_spans, err))
        return false;
    gene->spans = spans;
    if (!read_intervals(sqlite3_column_blob(row, 2), (size_t)sqlite3_column_bytes(row, 2), &coding,
                        &gene->n_coding, err))
        return false;
    gene->coding = coding;
    return true;
}

static bool read_genes(struct gene_table *table, sqlite3 *db, uint8_t assembly, size_t n,
                       struct err *err)
{
    static const char sql[] =
        "SELECT symbol, spans, coding FROM gene WHERE assembly = ?1 ORDER BY symbol";
    sqlite3_stmt *row = NULL;
    bool ok = true;
    int code = SQLITE_DONE;

    table->genes = calloc(n + 1, sizeof(*table->genes));
    if (!table->genes)
        return err_memory(err);
    if (!sql_prepare(db, sql, &row, err))
        return false;
    sqlite3_bind_int(row, 1, assembly);
    while (ok && table->n < n && (code = sqlite3_step(row)) == SQLITE_ROW)
        ok = read_gene(row, &table->genes[table->n++], err);
    if (ok && code != SQLITE_ROW && code != SQLITE_DONE)
        ok = sql_failed(db, "reading genes", err);
    sqlite3_finalize(row);
    return ok;
}

bool gene_table_load(sqlite3 *db, uint8_t assembly, struct gene_table **out, struct err *err)
{
    assert(db && out);
    char system[TERM_SYSTEM_BYTES];
    struct term_release release;
    struct gene_table *table;
    bool found;

    system_name(assembly, system);
    if (!terms_release(db, system, &release, &found, err))
        return false;
    if (!found) {
        *out = NULL;
        return true;
    }
    table = calloc(1, sizeof(*table));
    if (!table)
        return err_memory(err);
    if (!read_genes(table, db, assembly, release.n_terms, err)) {
        gene_table_free(table);
        return false;
    }
    *out = table;
    return true;
}

void gene_table_free(struct gene_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->n; i++) {
        free((char *)table->genes[i].symbol);
        free((struct gene_interval *)table->genes[i].spans);
        free((struct gene_interval *)table->genes[i].coding);
    }
    free(table->genes);
    free(table);
}

const struct gene *gene_table_find(const struct gene_table *table, const char *symbol)
{
    assert(table);
    size_t low = 0, high = table->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(table->genes[middle].symbol, symbol);

        if (order == 0)
            return &table->genes[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/*** writing ***/

struct piece {
    size_t symbol; /* offset in symbols */
    bool coding;
    struct gene_interval at;
};

struct gene_writer {
    sqlite3 *db; /* borrowed */
    uint8_t assembly;
    bool open; /* the writer has begun a transaction */
    struct bytes symbols;
    struct piece *pieces;
    size_t n;
    size_t room;
    sqlite3_stmt *insert;
};

bool gene_writer_open(sqlite3 *db, uint8_t assembly, struct gene_writer **out, struct err *err)
{
    assert(db && out);
    struct gene_writer *writer = calloc(1, sizeof(*writer));

    if (!writer)
        return err_memory(err);
    writer->db = db;
    writer->assembly = assembly;
    *out = writer;
    return true;
}

void gene_writer_close(struct gene_writer *writer)
{
    if (!writer)
        return;
    sqlite3_finalize(writer->insert); /* accepts NULL */
    if (writer->open)
        sql_rollback(writer->db);
    bytes_clear(&writer->symbols);
    free(writer->pieces);
    free(writer);
}

uint8_t gene_writer_assembly(const struct gene_writer *writer)
{
    assert(writer);
    return writer->assembly;
}

static bool symbol_valid(const char *symbol)
{
    size_t n = strlen(symbol);

    if (n == 0 || n > GENE_SYMBOL_BYTES_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if (symbol[i] <= ' ' || symbol[i] > '~')
            return false;
    return true;
}

static bool add_piece(struct gene_writer *writer, const char *symbol, bool coding,
                      const struct gene_interval *at, struct err *err)
{
    if (!symbol_valid(symbol))
        return err_set(err, ERR_INVALID, "a gene symbol is empty, too long or not ASCII");
    if (at->chromosome == 0 || at->chromosome > CHROMOSOME_LAST || at->start == 0 ||
        at->end < at->start || at->end > GENE_POSITION_MAX)
        return err_set(err, ERR_INVALID, "%s: the interval is empty or out of range", symbol);
    if (writer->n == writer->room) {
        size_t room = writer->room ? 2 * writer->room : 4096;
        struct piece *grown;

        if (room > GENE_PIECES_MAX)
            return err_set(err, ERR_INVALID, "more than %zu intervals", GENE_PIECES_MAX);
        grown = realloc(writer->pieces, room * sizeof(*grown));
        if (!grown)
            return err_memory(err);
        writer->pieces = grown;
        writer->room = room;
    }
    writer->pieces[writer->n++] =
        (struct piece){.symbol = writer->symbols.size, .coding = coding, .at = *at};
    bytes_add(&writer->symbols, symbol, strlen(symbol) + 1);
    return !writer->symbols.failed || err_memory(err);
}

bool gene_writer_span(struct gene_writer *writer, const char *symbol,
                      const struct gene_interval *span, struct err *err)
{
    assert(writer && symbol && span);
    return add_piece(writer, symbol, false, span, err);
}

bool gene_writer_coding(struct gene_writer *writer, const char *symbol,
                        const struct gene_interval *coding, struct err *err)
{
    assert(writer && symbol && coding);
    return add_piece(writer, symbol, true, coding, err);
}

static const char *symbol_of(const struct gene_writer *writer, const struct piece *piece)
{
    return (const char *)writer->symbols.data + piece->symbol;
}

static int by_symbol(const void *a, const void *b, void *context)
{
    const struct piece *x = a, *y = b;
    int order = strcmp(symbol_of(context, x), symbol_of(context, y));

    return order ? order : x->coding < y->coding ? -1 : x->coding > y->coding;
}

/* Merges pieces from..to of one gene (all spans or all coding) and packs them as a blob. */
static bool pack(const struct gene_writer *writer, size_t from, size_t to, struct bytes *out,
                 struct err *err)
{
    struct gene_interval *intervals = calloc(to - from + 1, sizeof(*intervals));

    if (!intervals)
        return err_memory(err);
    for (size_t i = from; i < to; i++)
        intervals[i - from] = writer->pieces[i].at;
    write_intervals(out, intervals, merge(intervals, to - from));
    free(intervals);
    return !out->failed || err_memory(err);
}

static bool insert_gene(struct gene_writer *writer, const char *symbol, const struct bytes *spans,
                        const struct bytes *coding, struct err *err)
{
    bool ok;

    sqlite3_bind_int(writer->insert, 1, writer->assembly);
    sqlite3_bind_text(writer->insert, 2, symbol, -1, SQLITE_STATIC);
    sqlite3_bind_blob(writer->insert, 3, spans->data ? (const void *)spans->data : "",
                      (int)spans->size, SQLITE_STATIC);
    sqlite3_bind_blob(writer->insert, 4, coding->data ? (const void *)coding->data : "",
                      (int)coding->size, SQLITE_STATIC);
    ok = sqlite3_step(writer->insert) == SQLITE_DONE;
    if (!ok)
        sql_failed(writer->db, "writing a gene", err);
    sqlite3_reset(writer->insert);
    sqlite3_clear_bindings(writer->insert);
    return ok;
}

/* Writes the gene whose pieces begin at *at, and moves *at behind it. */
static bool write_gene(struct gene_writer *writer, size_t *at, struct err *err)
{
    const char *symbol = symbol_of(writer, &writer->pieces[*at]);
    struct bytes spans = {0}, coding = {0};
    size_t from = *at, middle = from, to;
    bool ok;

    while (middle < writer->n && !writer->pieces[middle].coding &&
           strcmp(symbol_of(writer, &writer->pieces[middle]), symbol) == 0)
        middle++;
    to = middle;
    while (to < writer->n && strcmp(symbol_of(writer, &writer->pieces[to]), symbol) == 0)
        to++;
    if (middle == from)
        return err_set(err, ERR_INVALID, "%s has coding bases but no place", symbol);
    ok = pack(writer, from, middle, &spans, err) && pack(writer, middle, to, &coding, err) &&
         insert_gene(writer, symbol, &spans, &coding, err);
    bytes_clear(&spans);
    bytes_clear(&coding);
    *at = to;
    return ok;
}

static bool genes_begin(struct gene_writer *writer, const char *system, struct err *err)
{
    char sql[256];

    snprintf(sql, sizeof(sql),
             "DELETE FROM gene WHERE assembly = %d;"
             "DELETE FROM term_release WHERE system = '%s'",
             writer->assembly, system);
    if (!terms_prepare(writer->db, err) || !sql_begin(writer->db, err))
        return false;
    writer->open = true;
    return sql_run(writer->db, sql, err) &&
           sql_prepare(writer->db, "INSERT INTO gene VALUES(?1, ?2, ?3, ?4)", &writer->insert, err);
}

static bool genes_end(struct gene_writer *writer, const struct term_release *release,
                      struct err *err)
{
    if (!terms_release_put(writer->db, release, err))
        return false;
    writer->open = false;
    return sql_commit(writer->db, err);
}

bool gene_writer_commit(struct gene_writer *writer, struct term_release *release, struct err *err)
{
    assert(writer && release);
    if (writer->n == 0)
        return err_set(err, ERR_INVALID, "the file holds no gene on chromosomes 1-22, X, Y, MT");
    system_name(writer->assembly, release->system);
    release->loaded_s = clock_wall_s();
    release->n_terms = 0;
    qsort_r(writer->pieces, writer->n, sizeof(*writer->pieces), by_symbol, writer);
    if (!genes_begin(writer, release->system, err))
        return false;
    for (size_t at = 0; at < writer->n; release->n_terms++)
        if (!write_gene(writer, &at, err))
            return false;
    return genes_end(writer, release, err);
}
