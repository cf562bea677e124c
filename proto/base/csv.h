#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV as regions export it: quoted fields, a byte order mark, ',' or ';' or tab, CRLF or LF, UTF-8
 * or Windows-1252, and physical line numbers in every complaint.
 *
 * The separator is what stands most often in the header line, or what a first line "sep=;" names.
 * Columns at the right that have neither a name nor a value, as spreadsheets write them, are passed
 * over; a value in a column without a name makes a bad row. A file is UTF-8 until a row is not;
 * from there it is Windows-1252, unless it has a byte order mark or showed UTF-8 letters before:
 * then that row is bad. A row that cannot be read is one bad row: reading goes on with the next
 * physical line. Empty lines are no rows. Memory is constant. One thread.
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

/* Where the bytes come from: as read(2), -1 with errno on failure. */
typedef ssize_t csv_source(void *context, void *buffer, size_t room);

enum csv_outcome {
    CSV_ROW,    /* fields are filled */
    CSV_BAD,    /* this row is rejected, err says why; go on */
    CSV_END,    /* no more rows */
    CSV_FAILED, /* reading failed, err says why; stop */
};

/*
 * Reads the header row. Its names are trimmed, lower-cased (ASCII) and all different. Context must
 * outlive the csv.
 */
bool csv_open(csv_source *source, void *context, struct csv **out, struct err *err) MUST_CHECK;
/* A file without a header: there are as many columns as the first row has fields. */
bool csv_open_bare(csv_source *source, void *context, struct csv **out, struct err *err) MUST_CHECK;
/* A source over a file descriptor; context is an int *. */
ssize_t csv_from_fd(void *context, void *buffer, size_t room);
void csv_close(struct csv *csv);

size_t csv_columns(const struct csv *csv);
/* The index of a column, or -1. */
int csv_find(const struct csv *csv, const char *name);

/*
 * The next row: as many fields as the header has, UTF-8, blanks at both ends removed. They are
 * valid until the next call.
 */
enum csv_outcome csv_next(struct csv *csv, const char *const **fields, struct err *err) MUST_CHECK;
/* The physical line (from 1) on which the last row, good or bad, begins. */
uint64_t csv_line(const struct csv *csv);
/* The fields of the last CSV_BAD, where it has only too few or too many of them; else 0. */
size_t csv_bad_row(const struct csv *csv, const char *const **fields);
/* Of the last CSV_BAD. */
enum csv_fault csv_fault(const struct csv *csv);
