/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/gene_files.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "node/terms/genes.h"
#include "node/terms/term_file.h"
#include "proto/query/place.h"

#define COLUMNS_MAX 64

/* The columns of a file with a header; -1 for a column that it lacks. */
struct gene_columns {
    int symbol;
    int chromosome;
    int start;
    int end;
    int coding;
    int assembly;
};

/*
 * Reads a position in 0..GENE_POSITION_MAX, which ends at stop or at the end of the text; *end
 * points behind it.
 */
static bool position(const char *text, uint32_t *value, char **end)
{
    unsigned long number;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    number = strtoul(text, end, 10);
    if (errno || number > GENE_POSITION_MAX)
        return false;
    *value = (uint32_t)number;
    return true;
}

static bool whole_position(const char *text, uint32_t *value)
{
    char *end;

    return position(text, value, &end) && *end == 0;
}

static bool bad(struct err *err, const char *why)
{
    return err_set(err, ERR_INVALID, "%s", why);
}

static uint8_t chromosome_of(const char *name)
{
    return (uint8_t)place_chromosome_by_name(name, strlen(name));
}

/*** refFlat ***/

/* Adds exon i of "1,2,3," at *starts and *ends, cut to the coding stretch (0-based, half-open). */
static bool add_exon(struct gene_writer *writer, const char *symbol, struct gene_interval exon,
                     struct gene_interval cds, struct err *err)
{
    if (exon.end < exon.start)
        return bad(err, "an exon ends before it begins");
    if (exon.start < cds.start)
        exon.start = cds.start;
    if (exon.end > cds.end)
        exon.end = cds.end;
    if (exon.start >= exon.end)
        return true; /* the exon has no coding base */
    exon.start++;
    return gene_writer_coding(writer, symbol, &exon, err);
}

static bool add_exons(struct gene_writer *writer, char *const *fields, struct gene_interval cds,
                      struct err *err)
{
    struct gene_interval exon = cds;
    char *starts = fields[9], *ends = fields[10];
    uint32_t n = 0, declared;

    if (!whole_position(fields[8], &declared))
        return bad(err, "exonCount (column 9) is no number");
    for (; *starts && *ends; n++) {
        if (!position(starts, &exon.start, &starts) || !position(ends, &exon.end, &ends))
            return bad(err, "exonStarts or exonEnds (columns 10, 11) hold no number");
        if (!add_exon(writer, fields[0], exon, cds, err))
            return false;
        starts += *starts == ',';
        ends += *ends == ',';
    }
    return (n == declared && !*starts && !*ends) ||
           bad(err, "exonStarts and exonEnds (columns 10, 11) are not exonCount long");
}

static bool take_refflat(struct gene_writer *writer, char *const *fields, size_t n,
                         uint64_t *skipped, struct err *err)
{
    struct gene_interval span = {.chromosome = chromosome_of(fields[2])};
    struct gene_interval cds = span;

    if (span.chromosome == 0 || !*fields[0]) {
        ++*skipped;
        return true;
    }
    if (!whole_position(fields[4], &span.start) || !whole_position(fields[5], &span.end))
        return bad(err, "txStart or txEnd (columns 5, 6) is no position");
    span.start++; /* 1-based, inclusive */
    if (!gene_writer_span(writer, fields[0], &span, err))
        return false;
    if (n == 6)
        return true;
    if (!whole_position(fields[6], &cds.start) || !whole_position(fields[7], &cds.end))
        return bad(err, "cdsStart or cdsEnd (columns 7, 8) is no position");
    return add_exons(writer, fields, cds, err);
}

/*** files with a header ***/

static int find(char *const *fields, size_t n, const char *name, const char *other)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(fields[i], name) == 0 || strcasecmp(fields[i], other) == 0)
            return (int)i;
    return -1;
}

static bool find_columns(char *const *fields, size_t n, struct gene_columns *columns)
{
    *columns = (struct gene_columns){.symbol = find(fields, n, "symbol", "gene"),
                                     .chromosome = find(fields, n, "chromosome", "chr"),
                                     .start = find(fields, n, "start", "start"),
                                     .end = find(fields, n, "end", "end"),
                                     .coding = find(fields, n, "coding", "cds"),
                                     .assembly = find(fields, n, "assembly", "assembly")};
    return columns->symbol >= 0 && columns->chromosome >= 0 && columns->start >= 0 &&
           columns->end >= 0;
}

/* "100-200,300-400" */
static bool add_coding(struct gene_writer *writer, const char *symbol, uint8_t chromosome,
                       char *text, struct err *err)
{
    struct gene_interval part = {.chromosome = chromosome};

    while (*text) {
        if (!position(text, &part.start, &text) || *text != '-' ||
            !position(text + 1, &part.end, &text) || (*text && *text != ','))
            return bad(err, "coding is not \"start-end,start-end\"");
        text += *text == ',';
        if (!gene_writer_coding(writer, symbol, &part, err))
            return false;
    }
    return true;
}

static bool take_row(struct gene_writer *writer, char *const *fields,
                     const struct gene_columns *columns, uint64_t *skipped, struct err *err)
{
    const char *symbol = fields[columns->symbol];
    struct gene_interval span = {.chromosome = chromosome_of(fields[columns->chromosome])};

    if (span.chromosome == 0 || !*symbol || strcmp(symbol, "NA") == 0 ||
        (columns->assembly >= 0 &&
         strcmp(fields[columns->assembly],
                place_assembly_name((enum ast_assembly)gene_writer_assembly(writer))) != 0)) {
        ++*skipped;
        return true;
    }
    if (!whole_position(fields[columns->start], &span.start) ||
        !whole_position(fields[columns->end], &span.end))
        return bad(err, "start or end is no position");
    if (!gene_writer_span(writer, symbol, &span, err))
        return false;
    return columns->coding < 0 ||
           add_coding(writer, symbol, span.chromosome, fields[columns->coding], err);
}

/*** both ***/

struct gene_reader {
    bool refflat;
    size_t n_columns;
    struct gene_columns columns;
};

/* Reads the first line. *data is false when it is a header. */
static bool first_line(struct gene_reader *reader, char *const *fields, size_t n, bool *data,
                       struct err *err)
{
    reader->n_columns = n;
    *data = false;
    if (find_columns(fields, n, &reader->columns))
        return true;
    *data = true;
    reader->refflat = (n == 6 || n == 11) && (fields[3][0] == '+' || fields[3][0] == '-');
    return reader->refflat ||
           bad(err, "neither refFlat (6 or 11 columns) nor a header with symbol, chromosome, "
                    "start and end, separated by tabs");
}

static bool take_line(struct gene_reader *reader, char *line, struct gene_writer *writer,
                      uint64_t *skipped, struct err *err)
{
    char *fields[COLUMNS_MAX];
    bool data = true;
    size_t n;

    if (*line == '#' || *line == 0)
        return true;
    n = term_file_split(line, fields, COLUMNS_MAX);
    if (reader->n_columns == 0 && !first_line(reader, fields, n, &data, err))
        return false;
    if (n != reader->n_columns)
        return bad(err, "another number of columns than in the first line");
    if (!data)
        return true;
    return reader->refflat ? take_refflat(writer, fields, n, skipped, err)
                           : take_row(writer, fields, &reader->columns, skipped, err);
}

bool gene_files_read(struct term_file *file, struct gene_writer *writer, uint64_t *skipped,
                     struct err *err)
{
    assert(file && writer && skipped);
    struct gene_reader reader = {0};
    char *line = NULL;

    for (;;) {
        if (!term_file_line(file, &line, err))
            return false;
        if (!line)
            return true;
        if (!take_line(&reader, line, writer, skipped, err))
            return err_wrap(err, "line %llu: ", (unsigned long long)term_file_line_number(file));
    }
}
