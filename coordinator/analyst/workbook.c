/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libxlsxwriter writes to a file alone, so it is given one in memory.
 */
#include "coordinator/analyst/workbook.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define CELL_BYTES 32768 /* a cell holds 32,767 characters */
#define NUMBER_BYTES 32
#define READ_BYTES 65536

struct sheet {
    lxw_worksheet *to;
    lxw_format *head;
    bool *is_name; /* by column */
    lxw_col_t columns;
    char cell[CELL_BYTES];
};

/* As our own renderer spells a number: no sign but minus, no zero before a digit. */
static bool is_number(const char *text, double *value)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    char *end;

    if (strlen(text) >= NUMBER_BYTES || strspn(text, "-0123456789.e+") != strlen(text) ||
        digits[0] < '0' || digits[0] > '9' || (digits[0] == '0' && digits[1] && digits[1] != '.'))
        return false;
    *value = strtod(text, &end);
    return !*end;
}

static lxw_error put_cell(struct sheet *sheet, lxw_row_t row, lxw_col_t column)
{
    double value;

    if (!row) {
        sheet->is_name[column] = !strcmp(sheet->cell, "node") || !strcmp(sheet->cell, "id");
        return worksheet_write_string(sheet->to, row, column, sheet->cell, sheet->head);
    }
    if (!sheet->cell[0])
        return LXW_NO_ERROR;
    if (!sheet->is_name[column] && is_number(sheet->cell, &value))
        return worksheet_write_number(sheet->to, row, column, value, NULL);
    return worksheet_write_string(sheet->to, row, column, sheet->cell, NULL);
}

/* One line, without its end. A longer cell is cut at what a cell holds. */
static lxw_error put_line(struct sheet *sheet, lxw_row_t row, const char *line, size_t size)
{
    lxw_error failed = LXW_NO_ERROR;
    size_t from = 0;

    for (lxw_col_t column = 0; !failed && from <= size && column < sheet->columns; column++) {
        const char *tab = memchr(line + from, '\t', size - from);
        size_t n = tab ? (size_t)(tab - line) - from : size - from;
        size_t kept = n < CELL_BYTES ? n : CELL_BYTES - 1;

        memcpy(sheet->cell, line + from, kept);
        sheet->cell[kept] = 0;
        failed = put_cell(sheet, row, column);
        from += n + 1;
    }
    return failed;
}

static lxw_error put_lines(struct sheet *sheet, const char *tsv, size_t size)
{
    lxw_error failed = LXW_NO_ERROR;
    lxw_row_t row = 0;

    for (size_t from = 0; !failed && from < size; row++) {
        const char *end = memchr(tsv + from, '\n', size - from);
        size_t n = end ? (size_t)(end - tsv) - from : size - from;

        failed = put_line(sheet, row, tsv + from, n);
        from += n + 1;
    }
    worksheet_freeze_panes(sheet->to, 1, 0);
    if (!failed && row > 1)
        failed = worksheet_autofilter(sheet->to, 0, 0, row - 1, (lxw_col_t)(sheet->columns - 1));
    return failed;
}

static lxw_col_t columns_of(const char *tsv, size_t size)
{
    const char *end = memchr(tsv, '\n', size);
    size_t n = end ? (size_t)(end - tsv) : size;
    lxw_col_t columns = 1;

    for (size_t i = 0; i < n; i++)
        columns = (lxw_col_t)(columns + (tsv[i] == '\t'));
    return columns;
}

static lxw_error fill(const char *path, const char *tsv, size_t size, int64_t made_s,
                      struct sheet *sheet)
{
    lxw_doc_properties said = {.title = (char *)"rikstal", .created = (time_t)made_s};
    lxw_workbook *book = workbook_new(path);
    lxw_error failed, closed;

    if (!book)
        return LXW_ERROR_MEMORY_MALLOC_FAILED;
    sheet->to = workbook_add_worksheet(book, "answer");
    sheet->head = workbook_add_format(book);
    failed = sheet->to && sheet->head ? workbook_set_properties(book, &said)
                                      : LXW_ERROR_MEMORY_MALLOC_FAILED;
    if (!failed) {
        format_set_bold(sheet->head);
        failed = put_lines(sheet, tsv, size);
    }
    closed = workbook_close(book); /* frees it too */
    return failed ? failed : closed;
}

static bool read_back(int fd, struct bytes *out, struct err *err)
{
    uint8_t piece[READ_BYTES];
    ssize_t n;

    for (off_t at = 0; (n = pread(fd, piece, sizeof(piece), at)) > 0; at += n)
        bytes_add(out, piece, (size_t)n);
    if (n < 0)
        return err_set(err, ERR_INTERNAL, "a workbook cannot be read back: %s", strerror(errno));
    return !out->failed || err_memory(err);
}

bool workbook_add(const char *tsv, size_t size, int64_t made_s, struct bytes *out, struct err *err)
{
    assert(tsv && size && out);
    struct sheet *sheet = calloc(1, sizeof(*sheet));
    int fd = memfd_create("workbook", MFD_CLOEXEC);
    lxw_error failed = LXW_ERROR_MEMORY_MALLOC_FAILED;
    char path[32];
    bool ok;

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (sheet)
        sheet->columns = columns_of(tsv, size);
    if (sheet && (sheet->is_name = calloc(sheet->columns, sizeof(*sheet->is_name))) && fd >= 0)
        failed = fill(path, tsv, size, made_s, sheet);
    ok = !failed
             ? read_back(fd, out, err)
             : err_set(err, ERR_INTERNAL, "a workbook cannot be made: %s", lxw_strerror(failed));
    if (fd >= 0)
        close(fd);
    if (sheet)
        free(sheet->is_name);
    free(sheet);
    return ok;
}
