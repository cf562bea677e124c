#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV as regions export it: quoted fields, a byte order mark, ',' or ';' or tab as separator, CRLF
 * or LF, UTF-8 or Windows-1252. Every error names the physical line.
 *
 * The separator is the one that a first line "sep=;" names, else the candidate that occurs most
 * often in the header line. Columns at the right that have neither a name nor a value, as
 * spreadsheets write them, are ignored; a row with a value in a column without a name is bad. A
 * file is read as UTF-8 until a row is not valid UTF-8, and as Windows-1252 from that row on. If
 * the file has a byte order mark, or an earlier row had UTF-8 letters beyond ASCII, such a row is
 * bad instead. After a bad row, reading continues at the next physical line. Empty lines are
 * skipped. Memory is constant. One thread.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/base/err.h"

#define CSV_ROW_MAX ((size_t)1 << 20) /* bytes of a row, its line end included */
#define CSV_FIELDS_MAX 256

struct csv;

/* Why a row is bad. */
enum csv_fault { CSV_FAULT_QUOTING, CSV_FAULT_COLUMNS, CSV_FAULT_ENCODING, CSV_FAULT_LONG };

/* The source of the bytes. Works as read(2): -1 with errno on failure. */
typedef ssize_t csv_source(void *context, void *buffer, size_t room);

enum csv_outcome {
    CSV_ROW,    /* fields are filled */
    CSV_BAD,    /* this row was rejected and err says why; reading can go on */
    CSV_END,    /* no more rows */
    CSV_FAILED, /* reading failed and err says why; stop */
};

/*
 * Reads the header row. Column names are trimmed and lower-cased (ASCII); a name given twice is an
 * error. `context` must outlive the csv.
 */
bool csv_open(csv_source *source, void *context, struct csv **out, struct err *err) MUST_CHECK;
/* Opens a file without a header, which has as many columns as its first row has fields. */
bool csv_open_bare(csv_source *source, void *context, struct csv **out, struct err *err) MUST_CHECK;
/* A source that reads a file descriptor; context is an int *. */
ssize_t csv_from_fd(void *context, void *buffer, size_t room);
void csv_close(struct csv *csv);

size_t csv_columns(const struct csv *csv);
/* The index of a column, or -1. */
int csv_find(const struct csv *csv, const char *name);

/*
 * Reads the next row: as many fields as the header has, in UTF-8, without blanks at both ends. The
 * fields are valid until the next call.
 */
enum csv_outcome csv_next(struct csv *csv, const char *const **fields, struct err *err) MUST_CHECK;
/* The physical line (counted from 1) on which the last row, good or bad, begins. */
uint64_t csv_line(const struct csv *csv);
/*
 * The fields of the last CSV_BAD row: all of them when their number is wrong, those before the
 * faulty field when one field is at fault, none when the row is too long.
 */
size_t csv_bad_row(const struct csv *csv, const char *const **fields);
/* Why the last CSV_BAD row was rejected. */
enum csv_fault csv_fault(const struct csv *csv);
