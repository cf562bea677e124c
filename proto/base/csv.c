/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows are parsed from a window that always holds a whole row (at most CSV_ROW_MAX bytes). When a
 * row turns out bad, only its first physical line is consumed, so that an unclosed quote costs one
 * line and not the rest of the file. The window is longer than a row: the unread rest then has to
 * be moved to the window's front only once in three rows of the largest size, not once a row.
 */
#include "proto/base/csv.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define WINDOW (4 * CSV_ROW_MAX)
#define LOOK_AHEAD (CSV_ROW_MAX + 1) /* a row and the byte after it */

struct csv {
    csv_source *source;
    void *context;
    bool drained; /* the source has no more bytes */
    bool mark;    /* the file began with a UTF-8 byte order mark */
    bool cp1252;
    bool saw_utf8; /* a row had UTF-8 letters beyond ASCII */
    char separator;
    enum csv_fault fault;
    size_t have;        /* bytes in the window */
    size_t limit;       /* where parsing of the row stops: a row and the byte after it */
    size_t at;          /* index of the next unread byte */
    uint64_t next_line; /* physical line of window[at] */
    uint64_t line;      /* physical line on which the last row began */
    size_t n_columns;   /* 0 before the first row of a file without header */
    size_t n_nameless;  /* columns at the right whose name is empty */
    char *columns[CSV_FIELDS_MAX];
    size_t n_fields;
    const char *fields[CSV_FIELDS_MAX];
    size_t text_used;
    size_t window_touched; /* bytes of window and text that have ever held data */
    size_t text_touched;
    bool high;       /* the row has a byte beyond ASCII */
    bool stops[256]; /* true for each byte that ends a run of plain bytes */
    char window[WINDOW];
    char text[3 * CSV_ROW_MAX + CSV_FIELDS_MAX]; /* fields of the row, each ended by a NUL */
};

ssize_t csv_from_fd(void *context, void *buffer, size_t room)
{
    ssize_t n;

    do
        n = read(*(const int *)context, buffer, room);
    while (n < 0 && errno == EINTR);
    return n;
}

/* Reads until LOOK_AHEAD unread bytes are in the window, or the source has no more. */
static bool fill(struct csv *csv, struct err *err)
{
    if (csv->drained || csv->have - csv->at >= LOOK_AHEAD)
        return true;
    memmove(csv->window, csv->window + csv->at, csv->have - csv->at);
    csv->have -= csv->at;
    csv->at = 0;
    while (!csv->drained && csv->have < WINDOW) {
        ssize_t n = csv->source(csv->context, csv->window + csv->have, WINDOW - csv->have);

        if (n < 0)
            return err_set(err, ERR_INTERNAL, "line %llu: cannot read: %s",
                           (unsigned long long)csv->next_line, strerror(errno));
        if (n == 0)
            csv->drained = true;
        csv->have += (size_t)n;
    }
    if (csv->have > csv->window_touched)
        csv->window_touched = csv->have;
    return true;
}

/*** text ***/

/* The length of the valid UTF-8 sequence at text, or 0 (RFC 3629). */
static size_t utf8_length(const unsigned char *text)
{
    uint32_t c = text[0];
    size_t n = c < 0x80                ? 1
               : c >= 0xc2 && c < 0xe0 ? 2
               : c >= 0xe0 && c < 0xf0 ? 3
               : c >= 0xf0 && c < 0xf5 ? 4
                                       : 0;

    if (n > 1)
        c &= 0xffu >> (n + 1);
    for (size_t i = 1; i < n; i++) {
        if ((text[i] & 0xc0) != 0x80) /* a NUL at the end also stops here */
            return 0;
        c = c << 6 | (text[i] & 0x3fu);
    }
    if ((n == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) ||
        (n == 4 && (c < 0x10000 || c > 0x10ffff)))
        return 0;
    return n;
}

static bool is_utf8(const char *text, bool *beyond_ascii)
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at) {
        size_t n = utf8_length(at);

        if (n == 0)
            return false;
        *beyond_ascii |= n > 1;
        at += n;
    }
    return true;
}

/* Unicode of Windows-1252's bytes 0x80..0x9f; 0 = not assigned. 0xa0..0xff are the same in both. */
static const uint16_t cp1252_high[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

/* Copies a run of bytes that need no attention. Returns the index of the first byte after it. */
static size_t copy_run(struct csv *csv, size_t at)
{
    const unsigned char *from = (const unsigned char *)csv->window + at;
    const unsigned char *end = (const unsigned char *)csv->window + csv->limit;
    const unsigned char *c = from;
    unsigned char seen = 0;

    while (c < end && !csv->stops[*c])
        seen |= *c++;
    memcpy(csv->text + csv->text_used, from, (size_t)(c - from));
    csv->text_used += (size_t)(c - from);
    csv->high |= seen >= 0x80;
    return at + (size_t)(c - from);
}

/* Adds the byte that ended a run, in UTF-8. False when it is no letter in the file's encoding. */
static bool put(struct csv *csv, unsigned char byte)
{
    char *to = csv->text + csv->text_used;
    unsigned c = byte;

    if (byte < 0x80) {
        to[0] = (char)byte;
        csv->text_used += 1;
        return byte != 0;
    }
    if (byte < 0xa0)
        c = cp1252_high[byte - 0x80];
    if (c == 0)
        return false;
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        csv->text_used += 2;
    } else {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        csv->text_used += 3;
    }
    return true;
}

static void set_stops(struct csv *csv)
{
    csv->stops[0] = true;
    csv->stops['"'] = true;
    csv->stops['\n'] = true;
    csv->stops['\r'] = true;
    csv->stops[(unsigned char)csv->separator] = true;
    for (size_t c = 0x80; c < 256; c++)
        csv->stops[c] = csv->cp1252;
}

/*** a row ***/

static bool bad(struct csv *csv, enum csv_fault fault, struct err *err, const char *why)
{
    csv->fault = fault;
    return err_set(err, ERR_INVALID, "line %llu: %s", (unsigned long long)csv->line, why);
}

static bool at_line_end(const struct csv *csv, size_t i)
{
    return i == csv->limit || csv->window[i] == '\n' ||
           (csv->window[i] == '\r' && (i + 1 == csv->limit || csv->window[i + 1] == '\n'));
}

static bool at_field_end(const struct csv *csv, size_t i)
{
    return at_line_end(csv, i) || csv->window[i] == csv->separator;
}

static bool quoted_field(struct csv *csv, size_t *i, struct err *err)
{
    size_t at = *i + 1;

    for (;; at++) {
        at = copy_run(csv, at);
        if (at == csv->limit)
            return bad(csv, CSV_FAULT_QUOTING, err, "a quoted field is not closed");
        if (csv->window[at] == '"') {
            if (at + 1 == csv->limit || csv->window[at + 1] != '"')
                break;
            at++;
        }
        if (!put(csv, (unsigned char)csv->window[at]))
            return bad(csv, CSV_FAULT_ENCODING, err,
                       "a byte that is no letter in this file's encoding");
    }
    at++;
    while (!at_field_end(csv, at) && csv->window[at] == ' ')
        at++;
    if (!at_field_end(csv, at))
        return bad(csv, CSV_FAULT_QUOTING, err, "something stands behind a closing quote");
    *i = at;
    return true;
}

static bool bare_field(struct csv *csv, size_t *i, struct err *err)
{
    size_t at = copy_run(csv, *i);

    for (; !at_field_end(csv, at); at = copy_run(csv, at + 1)) {
        if (csv->window[at] == '"')
            return bad(csv, CSV_FAULT_QUOTING, err,
                       "a quote inside a field that does not begin with one");
        if (!put(csv, (unsigned char)csv->window[at]))
            return bad(csv, CSV_FAULT_ENCODING, err,
                       "a byte that is no letter in this file's encoding");
    }
    *i = at;
    return true;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Ends the field that began at text[from]: trims it and adds the NUL. */
static void end_field(struct csv *csv, size_t from)
{
    while (csv->text_used > from && blank(csv->text[csv->text_used - 1]))
        csv->text_used--;
    csv->text[csv->text_used++] = 0;
    while (blank(csv->text[from]))
        from++;
    csv->fields[csv->n_fields++] = csv->text + from;
}

/* Parses the row at window[at]; *end becomes the index of its line end. */
static bool parse_row(struct csv *csv, size_t *end, struct err *err)
{
    size_t i = csv->at;

    csv->n_fields = 0;
    csv->text_used = 0;
    csv->high = false;
    for (;;) {
        size_t from = csv->text_used;

        if (csv->n_fields == CSV_FIELDS_MAX)
            return bad(csv, CSV_FAULT_COLUMNS, err, "more than 256 fields");
        while (i < csv->limit && csv->window[i] == ' ')
            i++;
        if (i < csv->limit && csv->window[i] == '"' ? !quoted_field(csv, &i, err)
                                                    : !bare_field(csv, &i, err))
            return false;
        end_field(csv, from);
        if (at_line_end(csv, i))
            break;
        i++;
    }
    *end = i;
    return i - csv->at < CSV_ROW_MAX || bad(csv, CSV_FAULT_LONG, err, "longer than 1 MiB");
}

/* Parses the row in the file's encoding, which this row may be the first to decide. */
static bool parse_decoded(struct csv *csv, size_t *end, struct err *err)
{
    bool beyond = false;
    bool valid = true;

    if (!parse_row(csv, end, err))
        return false;
    if (csv->cp1252 || !csv->high)
        return true;
    for (size_t i = 0; i < csv->n_fields && valid; i++)
        valid = is_utf8(csv->fields[i], &beyond);
    if (valid) {
        csv->saw_utf8 |= beyond;
        return true;
    }
    if (csv->mark || csv->saw_utf8)
        return bad(csv, CSV_FAULT_ENCODING, err, "not UTF-8, which the rest of the file is");
    csv->cp1252 = true;
    set_stops(csv);
    return parse_row(csv, end, err);
}

/* Consumes the bytes up to and including the first line end at or after `end`, and counts lines. */
static void consume(struct csv *csv, size_t end)
{
    const char *stop = csv->window + csv->have;
    const char *at = csv->window + csv->at;
    const char *last = csv->window + end;

    while (at < stop) {
        const char *line = memchr(at, '\n', (size_t)(stop - at));

        if (!line) {
            at = stop;
            break;
        }
        csv->next_line++;
        at = line + 1;
        if (line >= last)
            break;
    }
    csv->at = (size_t)(at - csv->window);
    if (csv->text_used > csv->text_touched)
        csv->text_touched = csv->text_used;
}

/* Consumes one physical line of any length. False when reading fails. */
static bool skip_line(struct csv *csv, struct err *err)
{
    for (;;) {
        consume(csv, csv->at);
        if (csv->next_line > csv->line || (csv->drained && csv->at == csv->have))
            return true;
        if (!fill(csv, err))
            return false;
    }
}

static enum csv_outcome next_row(struct csv *csv, struct err *err)
{
    size_t end = 0;

    do {
        if (!fill(csv, err))
            return CSV_FAILED;
        csv->line = csv->next_line;
        csv->limit = csv->have - csv->at < LOOK_AHEAD ? csv->have : csv->at + LOOK_AHEAD;
        if (csv->at == csv->have)
            return CSV_END;
        if (!at_line_end(csv, csv->at))
            break;
        consume(csv, csv->at);
    } while (true);
    if (parse_decoded(csv, &end, err)) {
        consume(csv, end);
        return CSV_ROW;
    }
    return skip_line(csv, err) ? CSV_BAD : CSV_FAILED;
}

size_t csv_bad_row(const struct csv *csv, const char *const **fields)
{
    assert(csv && fields);
    bool beyond = false;
    size_t n = 0;

    *fields = csv->fields;
    if (csv->fault == CSV_FAULT_LONG || csv->n_fields >= CSV_FIELDS_MAX)
        return 0;
    while (n < csv->n_fields && (csv->cp1252 || is_utf8(csv->fields[n], &beyond)))
        n++;
    return n;
}

/* Spreadsheets write columns at the right without name and value. A value there has no column. */
static bool nameless_are_empty(const struct csv *csv)
{
    for (size_t i = csv->n_columns; i < csv->n_fields; i++)
        if (*csv->fields[i])
            return false;
    return true;
}

enum csv_outcome csv_next(struct csv *csv, const char *const **fields, struct err *err)
{
    enum csv_outcome outcome = next_row(csv, err);

    if (outcome != CSV_ROW)
        return outcome;
    if (!csv->n_columns)
        csv->n_columns = csv->n_fields; /* the first row of a file without header decides */
    if (csv->n_fields == csv->n_columns + csv->n_nameless && nameless_are_empty(csv))
        csv->n_fields = csv->n_columns;
    if (csv->n_fields != csv->n_columns) {
        csv->fault = CSV_FAULT_COLUMNS;
        err_set(err, ERR_INVALID, "line %llu: %zu fields, but the first row has %zu",
                (unsigned long long)csv->line, csv->n_fields, csv->n_columns);
        return CSV_BAD;
    }
    *fields = csv->fields;
    return CSV_ROW;
}

/*** the header ***/

static void find_separator(struct csv *csv)
{
    size_t commas = 0, semicolons = 0, tabs = 0;
    bool quoted = false;

    for (size_t i = csv->at; i < csv->have && (quoted || csv->window[i] != '\n'); i++) {
        quoted ^= csv->window[i] == '"';
        commas += !quoted && csv->window[i] == ',';
        semicolons += !quoted && csv->window[i] == ';';
        tabs += !quoted && csv->window[i] == '\t';
    }
    csv->separator = tabs > commas && tabs > semicolons ? '\t' : semicolons > commas ? ';' : ',';
}

/*
 * Skips Excel's first line "sep=;", which names the separator and is not a row. True when it was
 * there.
 */
static bool pass_separator_line(struct csv *csv)
{
    const char *at = csv->window + csv->at;
    size_t left = csv->have - csv->at;
    size_t end = 5;

    if (left < 6 || strncasecmp(at, "sep=", 4) != 0)
        return false;
    if (at[4] != ',' && at[4] != ';' && at[4] != '\t')
        return false;
    end += at[end] == '\r';
    if (end >= left || at[end] != '\n')
        return false;
    csv->separator = at[4];
    consume(csv, csv->at + end);
    return true;
}

static bool find_mark(struct csv *csv, struct err *err)
{
    if (csv->have >= 3 && memcmp(csv->window, "\xef\xbb\xbf", 3) == 0) {
        csv->mark = true;
        csv->at = 3;
    } else if (csv->have >= 2 && (memcmp(csv->window, "\xff\xfe", 2) == 0 ||
                                  memcmp(csv->window, "\xfe\xff", 2) == 0)) {
        return err_set(err, ERR_INVALID, "the file is UTF-16; save it as \"CSV UTF-8\"");
    }
    return true;
}

static bool keep_column(struct csv *csv, const char *name, struct err *err)
{
    char *copy;

    if (!*name)
        return err_set(err, ERR_INVALID, "line %llu: column %zu has no name",
                       (unsigned long long)csv->line, csv->n_columns + 1);
    copy = strdup(name);
    if (!copy)
        return err_memory(err);
    for (char *c = copy; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 32);
    if (csv_find(csv, copy) >= 0) {
        free(copy);
        return err_set(err, ERR_INVALID, "line %llu: column %zu has the name of another one",
                       (unsigned long long)csv->line, csv->n_columns + 1);
    }
    csv->columns[csv->n_columns++] = copy;
    return true;
}

static bool read_header(struct csv *csv, struct err *err)
{
    enum csv_outcome outcome = next_row(csv, err);

    if (outcome == CSV_END)
        return err_set(err, ERR_INVALID, "the file is empty; a header row is needed");
    if (outcome != CSV_ROW)
        return false;
    while (csv->n_fields > 1 && !*csv->fields[csv->n_fields - 1]) {
        csv->n_fields--;
        csv->n_nameless++;
    }
    for (size_t i = 0; i < csv->n_fields; i++)
        if (!keep_column(csv, csv->fields[i], err))
            return false;
    return true;
}

static bool open_either(csv_source *source, void *context, bool header, struct csv **out,
                        struct err *err)
{
    struct csv *csv = calloc(1, sizeof(*csv));

    if (!csv)
        return err_memory(err);
    csv->source = source;
    csv->context = context;
    csv->next_line = 1;
    if (!fill(csv, err) || !find_mark(csv, err)) {
        csv_close(csv);
        return false;
    }
    if (!pass_separator_line(csv))
        find_separator(csv);
    set_stops(csv);
    if (header && !read_header(csv, err)) {
        csv_close(csv);
        return false;
    }
    *out = csv;
    return true;
}

bool csv_open(csv_source *source, void *context, struct csv **out, struct err *err)
{
    return open_either(source, context, true, out, err);
}

bool csv_open_bare(csv_source *source, void *context, struct csv **out, struct err *err)
{
    return open_either(source, context, false, out, err);
}

void csv_close(struct csv *csv)
{
    if (!csv)
        return;
    for (size_t i = 0; i < csv->n_columns; i++)
        free(csv->columns[i]);
    explicit_bzero(csv->window, csv->window_touched); /* because they held person ids */
    explicit_bzero(csv->text, csv->text_touched);
    free(csv);
}

size_t csv_columns(const struct csv *csv)
{
    assert(csv);
    return csv->n_columns;
}

int csv_find(const struct csv *csv, const char *name)
{
    assert(csv && name);
    for (size_t i = 0; i < csv->n_columns; i++)
        if (csv->columns[i] && strcmp(csv->columns[i], name) == 0)
            return (int)i;
    return -1;
}

uint64_t csv_line(const struct csv *csv)
{
    return csv->line;
}

enum csv_fault csv_fault(const struct csv *csv)
{
    return csv->fault;
}
