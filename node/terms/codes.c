/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/codes.h"

#include <assert.h>
#include <string.h>

#include "node/terms/term_file.h"
#include "node/terms/term_writer.h"
#include "proto/base/csv.h"
#include "proto/query/code.h"

/* The columns of code and label in a row. */
struct codes_shape {
    size_t code;
    size_t label;
    bool categories; /* the list of six columns: column 0 is a category, column 5 its label */
};

/* Is it the heading of a chapter ("01", "IX") or block ("A00-A09"), which is no code? */
static bool is_heading(const char *text)
{
    size_t n = strlen(text);

    return (n > 0 && n <= 2) || (n <= 5 && strspn(text, "IVXLC") == n) ||
           (strchr(text, '-') && text[n - 1] != '-' && n >= 7);
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}

/* Finds the shape from the first row. *header: this row is a header and no data. */
static bool find_shape(const char *system, const char *const *fields, size_t n,
                       struct codes_shape *shape, bool *header)
{
    static const char *const codes[] = {"code", "kod", NULL};
    static const char *const labels[] = {"label",       "name",  "title",    "benämning",
                                         "description", "titel", "klartext", NULL};
    struct code code;
    bool has_code = false, has_label = false;

    for (size_t i = 0; i < n; i++) {
        if (!has_code && is_one_of(fields[i], codes)) {
            shape->code = i;
            has_code = true;
        } else if (!has_label && is_one_of(fields[i], labels)) {
            shape->label = i;
            has_label = true;
        }
    }
    *header = has_code && has_label;
    if (*header)
        return true;
    if (n == 6 && strcmp(system, "icd10cm") == 0 && code_make(system, fields[2], &code)) {
        *shape = (struct codes_shape){.code = 2, .label = 3, .categories = true};
        return true;
    }
    *shape = (struct codes_shape){.code = 0, .label = 1};
    return n == 2 && code_make(system, fields[0], &code);
}

static bool add(struct term_writer *writer, const char *code, const char *label, uint64_t *repeats,
                struct err *err)
{
    struct term term = {.code = code, .label = label};
    bool known = false;

    if (!term_writer_add(writer, &term, &known, err))
        return false;
    *repeats += known;
    return true;
}

static bool take_row(const char *system, const char *const *fields, const struct codes_shape *shape,
                     struct term_writer *writer, uint64_t *skipped, struct err *err)
{
    struct code code;
    uint64_t again = 0; /* not told: a list repeats the category beside each of its codes */

    if (!code_make(system, fields[shape->code], &code)) {
        *skipped += is_heading(fields[shape->code]);
        return is_heading(fields[shape->code]) ||
               err_set(err, ERR_INVALID, "column %zu is no code of %s: %s", shape->code + 1, system,
                       code_shape(system));
    }
    if (!add(writer, code.code, fields[shape->label], skipped, err))
        return false;
    if (shape->categories && code_make(system, fields[0], &code))
        return add(writer, code.code, fields[5], &again, err);
    return true;
}

static bool read_rows(struct csv *csv, const char *system, struct term_writer *writer,
                      uint64_t *skipped, struct err *err)
{
    const char *const *fields = NULL;
    struct codes_shape shape = {0};
    bool first = true;

    for (;;) {
        enum csv_outcome outcome = csv_next(csv, &fields, err);
        bool header = false;

        if (outcome == CSV_END)
            return true;
        if (outcome != CSV_ROW)
            return false;
        if (first && !find_shape(system, fields, csv_columns(csv), &shape, &header))
            return err_set(err, ERR_INVALID,
                           "the first row is neither a header with code and label nor a code and "
                           "its label%s",
                           csv_columns(csv) == 6 && strcmp(system, "icd10") == 0
                               ? "; the list of ICD-10-CM is loaded as icd10cm"
                               : "");
        first = false;
        if (!header && !take_row(system, fields, &shape, writer, skipped, err))
            return err_wrap(err, "line %llu: ", (unsigned long long)csv_line(csv));
    }
}

bool codes_read(struct term_file *file, const char *system, struct term_writer *writer,
                uint64_t *skipped, struct err *err)
{
    assert(file && system && writer && skipped);
    struct csv *csv = NULL;
    bool ok;

    if (!csv_open_bare(term_file_read, file, &csv, err))
        return false;
    ok = read_rows(csv, system, writer, skipped, err);
    if (!ok && term_file_error(file)->code != ERR_NONE)
        *err = *term_file_error(file);
    csv_close(csv);
    return ok;
}
