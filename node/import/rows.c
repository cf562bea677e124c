/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/rows.h"

#include <assert.h>
#include <stdio.h>

#include "proto/base/csv.h"

#define PROGRESS_EVERY 4096 /* rows */

/* Names all columns that there may be. */
static bool strange_column(size_t number, const char *const *names, size_t n, struct err *err)
{
    char all[512] = "";

    for (size_t i = 0, at = 0; i < n && at < sizeof(all); i++)
        at += (size_t)snprintf(all + at, sizeof(all) - at, " %s", names[i]);
    return err_set(err, ERR_INVALID, "line 1: column %zu is none of%s", number, all);
}

bool rows_columns(const struct csv *csv, const char *const *names, size_t n, int *at,
                  struct err *err)
{
    size_t known = 0;

    assert(csv && names && n > 0 && at);
    for (size_t i = 0; i < n; i++) {
        at[i] = csv_find(csv, names[i]);
        known += at[i] >= 0;
    }
    if (at[0] < 0)
        return err_set(err, ERR_INVALID, "line 1: the header has no column \"%s\"", names[0]);
    for (size_t i = 0; known < csv_columns(csv) && i < csv_columns(csv); i++) {
        size_t column = 0;

        while (column < n && at[column] != (int)i)
            column++;
        if (column == n)
            return strange_column(i + 1, names, n, err);
    }
    return true;
}

static ssize_t read_counted(void *context, void *buffer, size_t room)
{
    struct rows *rows = context;
    ssize_t n = csv_from_fd(&rows->fd, buffer, room);

    rows->consumed += n > 0 ? (uint64_t)n : 0;
    rows->last = n > 0 ? ((const char *)buffer)[n - 1] : rows->last;
    return n;
}

bool rows_warn(struct rows *rows, enum reject_code code, const char *field, uint64_t line,
               struct err *err)
{
    assert(rows);
    struct stream_reject told = {.input = rows->input,
                                 .line = line,
                                 .record = rows->closing.read,
                                 .field = field,
                                 .code = code};

    return stream_put_reject(rows->job->out, &told, err);
}

bool rows_reject(struct rows *rows, enum reject_code code, const char *field, uint64_t line,
                 struct err *err)
{
    assert(rows);
    rows->closing.rejected++;
    return rows_warn(rows, code, field, line, err);
}

static enum reject_code code_of(enum csv_fault fault)
{
    switch (fault) {
    case CSV_FAULT_QUOTING:
        return REJECT_CSV_QUOTING;
    case CSV_FAULT_ENCODING:
        return REJECT_TEXT_ENCODING;
    case CSV_FAULT_LONG:
        return REJECT_TOO_LONG;
    case CSV_FAULT_COLUMNS:
        break;
    }
    return REJECT_CSV_COLUMNS;
}

static bool take_bad(struct rows *rows, const struct csv *csv, struct err *err)
{
    enum reject_code code = code_of(csv_fault(csv));
    const char *const *fields = NULL;
    size_t n = csv_bad_row(csv, &fields);

    return rows_reject(rows, code, "", csv_line(csv), err) &&
           (!rows->bad || rows->bad(rows->owner, code, fields, n, csv_line(csv), err));
}

static bool read_file(struct rows *rows, struct csv *csv, struct err *err)
{
    const char *const *fields = NULL;

    if (!rows->header(rows->owner, csv, err))
        return false;
    for (;;) {
        enum csv_outcome outcome = csv_next(csv, &fields, err);

        if (outcome == CSV_END)
            return true;
        if (outcome == CSV_FAILED)
            return false;
        rows->closing.read++;
        if (outcome == CSV_BAD ? !take_bad(rows, csv, err)
                               : !rows->row(rows->owner, fields, csv_line(csv), err))
            return false;
        if (rows->closing.read % PROGRESS_EVERY == 0 &&
            !stream_put_progress(rows->job->out, rows->consumed, err))
            return false;
    }
}

bool rows_read(struct rows *rows, struct err *err)
{
    assert(rows);
    for (size_t i = 0; i < rows->job->n_inputs; i++) {
        const struct run_input *input = &rows->job->inputs[i];
        struct csv *csv = NULL;
        bool ok;

        rows->input = (uint32_t)i;
        rows->fd = input->fd;
        rows->last = '\n';
        ok = csv_open(read_counted, rows, &csv, err) && read_file(rows, csv, err);
        if (ok && rows->last != '\n' && rows->last != '\r')
            ok = err_set(err, ERR_INVALID,
                         "the last line has no line feed: the file was cut off; deliver it whole "
                         "(or end its last line, where it is)");
        csv_close(csv);
        if (!ok)
            return err_wrap(err, "%s: ", input->name);
    }
    return stream_put_closing(rows->job->out, &rows->closing, err);
}
