/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text is copied, and its TABs and line feeds become NULs, so that fields are C strings. A row
 * is kept as the place of its first field; rows are found by binary search, because the reader
 * accepts sorted rows only.
 */
#include "proto/terms/release_file.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/number.h"
#include "proto/base/printable.h"

#define FIRST_LINE "rikstal-terms 1"
#define FIRST_LINE_2 "rikstal-terms 2" /* of files with synonyms, and no others */
#define KINDS "TAYGNS"                 /* in the order in which they stand */
#define HGNC_NUMBER_MOST UINT32_MAX
#define NAME_KINDS "1234"
#define NAME_APPROVED '1'
#define STEPS_MOST 1000 /* from an obsolete term to its current one */
#define SYMBOL_BYTES 80

enum row_kind { TERMS, ALIASES, SYNONYMS, GENES, NAMES, SYMBOLS, ROW_KINDS };

static const size_t fields_of[ROW_KINDS] = {5, 2, 2, 2, 3, 2};

struct release_file {
    char *text;
    const char *system;
    const char *release;
    uint32_t *rows; /* where each row's first field begins, behind the letter of its kind */
    size_t n_rows;
    size_t from[ROW_KINDS + 1]; /* where the rows of each kind begin; the last is n_rows */
};

/*** reading ***/

static const char *row_at(const struct release_file *file, enum row_kind kind, size_t i)
{
    return file->text + file->rows[file->from[kind] + i];
}

static size_t rows_of(const struct release_file *file, enum row_kind kind)
{
    return file->from[kind + 1] - file->from[kind];
}

static const char *field_of(const char *row, size_t i)
{
    for (; i > 0; i--)
        row += strlen(row) + 1;
    return row;
}

static uint32_t number_of(const char *text)
{
    uint64_t value = 0;

    return number_whole(text, strlen(text), HGNC_NUMBER_MOST, &value) ? (uint32_t)value : 0;
}

static bool is_number(const char *text)
{
    return number_of(text) > 0 && *text != '0';
}

/* Orders two rows of a kind by what they are sorted by. */
static int row_order(enum row_kind kind, const char *a, const char *b)
{
    uint32_t x, y;
    int order;

    if (kind == GENES) {
        x = number_of(a);
        y = number_of(b);
        return (x > y) - (x < y);
    }
    order = strcmp(a, b);
    if (order || (kind != NAMES && kind != SYMBOLS && kind != SYNONYMS))
        return order;
    if (kind != NAMES)
        return strcmp(field_of(a, 1), field_of(b, 1));
    x = number_of(field_of(a, 1));
    y = number_of(field_of(b, 1));
    return (x > y) - (x < y);
}

/* Are the values of the fields those that the kind may have? */
static bool fields_valid(enum row_kind kind, const char *row)
{
    switch (kind) {
    case TERMS:
        return *row && (strcmp(field_of(row, 2), "+") == 0 || strcmp(field_of(row, 2), "-") == 0);
    case GENES:
        return is_number(row) && *field_of(row, 1);
    case NAMES:
        return *row && is_number(field_of(row, 1)) && strlen(field_of(row, 2)) == 1 &&
               strchr(NAME_KINDS, *field_of(row, 2));
    default:
        return *row && *field_of(row, 1);
    }
}

struct release_lines {
    struct release_file *file;
    char *at;
    char *end;
    size_t number; /* of the line read last */
    size_t room;   /* of rows */
    enum row_kind kind;
    bool second; /* the first line is the second form's */
};

static bool wrong(const struct release_lines *lines, const char *what, struct err *err)
{
    return err_set(err, ERR_INVALID, "a release file, line %zu: %s", lines->number, what);
}

/* Takes the next line, and cuts it into its fields. */
static bool line_next(struct release_lines *lines, char **line, size_t *n, struct err *err)
{
    char *end = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));

    lines->number++;
    if (!end)
        return wrong(lines, "the file is cut off", err);
    *line = lines->at;
    *end = 0;
    lines->at = end + 1;
    if (strlen(*line) != (size_t)(end - *line))
        return wrong(lines, "a NUL byte", err);
    *n = 1;
    for (char *field = *line;; (*n)++) {
        char *tab = strchr(field, '\t');

        if (tab)
            *tab = 0;
        if (!printable(field))
            return wrong(lines, "no UTF-8, or a control character", err);
        if (!tab)
            return true;
        field = tab + 1;
    }
}

static bool head_read(struct release_lines *lines, const char *name, size_t bytes,
                      const char **value, struct err *err)
{
    char *line;
    size_t n;

    if (!line_next(lines, &line, &n, err))
        return false;
    *value = field_of(line, n - 1);
    return (n == 2 && strcmp(line, name) == 0 && **value && strlen(*value) < bytes) ||
           wrong(lines, name, err);
}

static bool row_keep(struct release_lines *lines, const char *row, struct err *err)
{
    struct release_file *file = lines->file;

    if (file->n_rows == lines->room) {
        size_t room = lines->room ? 2 * lines->room : 1024;
        uint32_t *grown = realloc(file->rows, room * sizeof(*grown));

        if (!grown)
            return err_memory(err);
        file->rows = grown;
        lines->room = room;
    }
    file->rows[file->n_rows++] = (uint32_t)(row - file->text);
    return true;
}

static bool row_take(struct release_lines *lines, char *line, size_t n, struct err *err)
{
    struct release_file *file = lines->file;
    const char *letter = strlen(line) == 1 ? strchr(KINDS, *line) : NULL;
    enum row_kind kind = letter ? (enum row_kind)(letter - KINDS) : ROW_KINDS;
    const char *row = line + 2;

    if (!letter || n != fields_of[kind] + 1 || kind < lines->kind || !fields_valid(kind, row))
        return wrong(lines, "no row of this place", err);
    while (lines->kind < kind)
        file->from[++lines->kind] = file->n_rows;
    if (file->n_rows > file->from[kind] &&
        row_order(kind, file->text + file->rows[file->n_rows - 1], row) >= 0)
        return wrong(lines, "the rows are not sorted", err);
    return row_keep(lines, row, err);
}

static bool end_read(struct release_lines *lines, const char *count, struct err *err)
{
    struct release_file *file = lines->file;
    char rows[24];

    snprintf(rows, sizeof(rows), "%zu", file->n_rows);
    if (strcmp(rows, count) != 0)
        return wrong(lines, "another number of rows", err);
    if (lines->at != lines->end)
        return wrong(lines, "something stands behind the end", err);
    while (lines->kind < ROW_KINDS)
        file->from[++lines->kind] = file->n_rows;
    if (lines->second != (rows_of(file, SYNONYMS) > 0))
        return wrong(lines, "synonyms stand in files of the second form, and in all of them", err);
    return true;
}

static bool lines_read(struct release_lines *lines, struct err *err)
{
    struct release_file *file = lines->file;
    char *line;
    size_t n;

    if (!line_next(lines, &line, &n, err))
        return false;
    lines->second = strcmp(line, FIRST_LINE_2) == 0;
    if (n != 1 || (!lines->second && strcmp(line, FIRST_LINE) != 0))
        return wrong(lines, "not \"" FIRST_LINE "\" or 2", err);
    if (!head_read(lines, "system", RELEASE_FILE_SYSTEM_BYTES, &file->system, err) ||
        !head_read(lines, "release", RELEASE_FILE_RELEASE_BYTES, &file->release, err))
        return false;
    for (;;) {
        if (!line_next(lines, &line, &n, err))
            return false;
        if (n == 2 && strcmp(line, "end") == 0)
            return end_read(lines, field_of(line, 1), err);
        if (!row_take(lines, line, n, err))
            return false;
    }
}

bool release_file_open(const uint8_t *data, size_t size, struct release_file **out, struct err *err)
{
    assert((data || !size) && out);
    struct release_file *file;
    struct release_lines lines = {0};

    if (size > RELEASE_FILE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "a release file has at most %zu bytes",
                       RELEASE_FILE_BYTES_MAX);
    file = calloc(1, sizeof(*file));
    if (file)
        file->text = malloc(size + 1);
    if (!file || !file->text) {
        release_file_free(file);
        return err_memory(err);
    }
    if (size)
        memcpy(file->text, data, size);
    file->text[size] = 0;
    lines = (struct release_lines){.file = file, .at = file->text, .end = file->text + size};
    if (!lines_read(&lines, err)) {
        release_file_free(file);
        return false;
    }
    *out = file;
    return true;
}

void release_file_free(struct release_file *file)
{
    if (!file)
        return;
    free(file->text);
    free(file->rows);
    free(file);
}

const char *release_file_system(const struct release_file *file)
{
    return file->system;
}

const char *release_file_release(const struct release_file *file)
{
    return file->release;
}

/* The first row of the kind whose first field is not before key; rows_of() when there is none. */
static size_t row_from(const struct release_file *file, enum row_kind kind, const char *key)
{
    size_t low = 0, high = rows_of(file, kind);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(row_at(file, kind, middle), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* NULL when no row of the kind begins with this field. */
static const char *row_find(const struct release_file *file, enum row_kind kind, const char *key)
{
    size_t i = row_from(file, kind, key);

    return i < rows_of(file, kind) && strcmp(row_at(file, kind, i), key) == 0
               ? row_at(file, kind, i)
               : NULL;
}

/*** terms ***/

static struct release_term term_of(const char *row)
{
    return (struct release_term){.code = row,
                                 .label = field_of(row, 1),
                                 .obsolete = *field_of(row, 2) == '-',
                                 .replace = field_of(row, 3),
                                 .parents = field_of(row, 4)};
}

size_t release_file_n_terms(const struct release_file *file)
{
    return rows_of(file, TERMS);
}

struct release_term release_file_nth(const struct release_file *file, size_t i)
{
    assert(i < rows_of(file, TERMS));
    return term_of(row_at(file, TERMS, i));
}

/* The row of a code, or of the code that it was merged into. */
static const char *term_row(const struct release_file *file, const char *code)
{
    const char *alias = row_find(file, ALIASES, code);

    return row_find(file, TERMS, alias ? field_of(alias, 1) : code);
}

bool release_file_find(const struct release_file *file, const char *code, struct release_term *out)
{
    const char *row = term_row(file, code);
    int steps = 0;

    if (!row)
        return false;
    *out = term_of(row);
    for (const char *next = row; next && steps < STEPS_MOST; steps++) {
        struct release_term term = term_of(next);

        if (!term.obsolete) {
            *out = term;
            return true;
        }
        next = *term.replace ? term_row(file, term.replace) : NULL;
    }
    return true;
}

size_t release_file_n_synonyms(const struct release_file *file)
{
    return rows_of(file, SYNONYMS);
}

struct release_synonym release_file_synonym(const struct release_file *file, size_t i)
{
    assert(i < rows_of(file, SYNONYMS));
    const char *row = row_at(file, SYNONYMS, i);

    return (struct release_synonym){.code = row, .text = field_of(row, 1)};
}

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = words; *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");

        if (length == n && memcmp(at, word, n) == 0)
            return true;
        at += length;
    }
    return false;
}

bool release_file_has_below(const struct release_file *file, const char *code, bool by_prefix)
{
    size_t n = strlen(code);
    struct release_term of;

    if (by_prefix) {
        size_t i = row_from(file, TERMS, code);
        bool itself = i < rows_of(file, TERMS) && strcmp(row_at(file, TERMS, i), code) == 0;

        i += itself;
        return i < rows_of(file, TERMS) && strncmp(row_at(file, TERMS, i), code, n) == 0;
    }
    if (!release_file_find(file, code, &of))
        return false;
    for (size_t i = 0; i < rows_of(file, TERMS); i++)
        if (has_word(field_of(row_at(file, TERMS, i), 4), of.code))
            return true;
    return false;
}

/*** genes ***/

static const char *gene_row(const struct release_file *file, uint32_t hgnc)
{
    size_t low = 0, high = rows_of(file, GENES);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t number = number_of(row_at(file, GENES, middle));

        if (number == hgnc)
            return row_at(file, GENES, middle);
        if (number < hgnc)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool begins(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

/* Turns the name to upper case, and drops the version of an id of Ensembl or RefSeq. */
static void fold(const char *name, char out[static SYMBOL_BYTES])
{
    size_t n = 0;

    for (; name[n] && n + 1 < SYMBOL_BYTES; n++)
        out[n] = (char)toupper((unsigned char)name[n]);
    out[n] = 0;
    if (begins(out, "ENSG") || begins(out, "NM_") || begins(out, "NR_") || begins(out, "XM_"))
        out[strcspn(out, ".")] = 0;
}

static void gene_add(const struct release_file *file, uint32_t hgnc, struct release_gene *out)
{
    const char *row = gene_row(file, hgnc);
    size_t used = strlen(out->others);

    if (!row)
        return;
    snprintf(out->others + used, sizeof(out->others) - used, "%s%s", used ? ", " : "",
             field_of(row, 1));
    out->state = out->symbol ? RELEASE_GENE_AMBIGUOUS : RELEASE_GENE_KNOWN;
    out->symbol = field_of(row, 1);
    out->hgnc = hgnc;
}

/* All genes that have the name; of one that has it as its approved symbol, that gene alone. */
static void gene_named(const struct release_file *file, const char *name, struct release_gene *out)
{
    size_t from = row_from(file, NAMES, name), n = rows_of(file, NAMES);
    bool approved = false;

    for (size_t i = from; i < n && strcmp(row_at(file, NAMES, i), name) == 0; i++)
        approved |= *field_of(row_at(file, NAMES, i), 2) == NAME_APPROVED;
    for (size_t i = from; i < n && strcmp(row_at(file, NAMES, i), name) == 0; i++)
        if (!approved || *field_of(row_at(file, NAMES, i), 2) == NAME_APPROVED)
            gene_add(file, number_of(field_of(row_at(file, NAMES, i), 1)), out);
}

void release_file_gene(const struct release_file *file, const char *name, struct release_gene *out)
{
    char folded[SYMBOL_BYTES];
    const char *row;

    *out = (struct release_gene){.state = RELEASE_GENE_UNKNOWN};
    fold(name, folded);
    if (begins(folded, "HGNC:") && is_number(folded + strlen("HGNC:")))
        gene_add(file, number_of(folded + strlen("HGNC:")), out);
    else
        gene_named(file, folded, out);
    row = out->state == RELEASE_GENE_UNKNOWN ? row_find(file, SYMBOLS, folded) : NULL;
    if (row) {
        out->state = RELEASE_GENE_KNOWN;
        out->symbol = field_of(row, 1);
    }
}

size_t release_file_n_symbols(const struct release_file *file)
{
    return rows_of(file, GENES) + rows_of(file, SYMBOLS);
}

const char *release_file_symbol(const struct release_file *file, size_t i)
{
    size_t genes = rows_of(file, GENES);

    return field_of(i < genes ? row_at(file, GENES, i) : row_at(file, SYMBOLS, i - genes), 1);
}

/*** writing ***/

static void add_field(const char *text, struct bytes *out)
{
    bytes_add_u8(out, '\t');
    bytes_add_text(out, text ? text : "");
}

void release_file_begin(const char *system, const char *release, bool synonyms, struct bytes *out)
{
    bytes_add_text(out, synonyms ? FIRST_LINE_2 : FIRST_LINE);
    bytes_add_text(out, "\nsystem");
    add_field(system, out);
    bytes_add_text(out, "\nrelease");
    add_field(release, out);
    bytes_add_u8(out, '\n');
}

void release_file_add_term(const struct release_term *term, struct bytes *out)
{
    bytes_add_u8(out, 'T');
    add_field(term->code, out);
    add_field(term->label && printable(term->label) ? term->label : NULL, out);
    add_field(term->obsolete ? "-" : "+", out);
    add_field(term->replace, out);
    add_field(term->parents, out);
    bytes_add_u8(out, '\n');
}

bool release_file_add_synonym(const char *code, const char *synonym, struct bytes *out)
{
    if (!printable(synonym))
        return false;
    release_file_add('Y', code, synonym, NULL, out);
    return true;
}

void release_file_add(char kind, const char *first, const char *second, const char *third,
                      struct bytes *out)
{
    bytes_add_u8(out, (uint8_t)kind);
    add_field(first, out);
    add_field(second, out);
    if (third)
        add_field(third, out);
    bytes_add_u8(out, '\n');
}

void release_file_end(uint64_t rows, struct bytes *out)
{
    char text[24];

    snprintf(text, sizeof(text), "%llu", (unsigned long long)rows);
    bytes_add_text(out, "end");
    add_field(text, out);
    bytes_add_u8(out, '\n');
}
