#include "node/terms/codes.h"

#include <string.h>

#include "node/terms/term_file.h"
#include "node/terms/terms.h"
#include "proto/base/csv.h"
#include "proto/query/code.h"

/* Where code and label stand in a row. */
struct shape {
    size_t code;
    size_t label;
    bool categories; /* the six columns: 0 is a category, 5 its label */
};

/* The code in the spelling in which import stores it and a question asks for it. */
static bool normalise(enum code_list list, const char *text, struct code *code)
{
    return code_make(list == CODE_LIST_ICD10 ? "icd10" : "atc", text, code);
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}

/* The shape told by the first row; *header says that this row is none of the data. */
static bool find_shape(enum code_list list, const char *const *fields, size_t n,
                       struct shape *shape, bool *header)
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
    if (n == 6 && list == CODE_LIST_ICD10 && normalise(list, fields[2], &code)) {
        *shape = (struct shape){.code = 2, .label = 3, .categories = true};
        return true;
    }
    *shape = (struct shape){.code = 0, .label = 1};
    return n == 2 && normalise(list, fields[0], &code);
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

static bool take_row(enum code_list list, const char *const *fields, const struct shape *shape,
                     struct term_writer *writer, uint64_t *skipped, struct err *err)
{
    struct code code;
    uint64_t again = 0; /* a category comes with each of its codes */

    if (!normalise(list, fields[shape->code], &code))
        return err_set(err, ERR_INVALID, "column %zu is no %s code", shape->code + 1,
                       list == CODE_LIST_ICD10 ? "ICD-10" : "ATC");
    if (!add(writer, code.code, fields[shape->label], skipped, err))
        return false;
    if (shape->categories && normalise(list, fields[0], &code))
        return add(writer, code.code, fields[5], &again, err);
    return true;
}

static bool read_rows(struct csv *csv, enum code_list list, struct term_writer *writer,
                      uint64_t *skipped, struct err *err)
{
    const char *const *fields = NULL;
    struct shape shape = {0};
    bool first = true;

    for (;;) {
        enum csv_outcome outcome = csv_next(csv, &fields, err);
        bool header = false;

        if (outcome == CSV_END)
            return true;
        if (outcome != CSV_ROW)
            return false;
        if (first && !find_shape(list, fields, csv_columns(csv), &shape, &header))
            return err_set(err, ERR_INVALID,
                           "the first row is neither a header with code and label nor a code and "
                           "its label");
        first = false;
        if (!header && !take_row(list, fields, &shape, writer, skipped, err))
            return err_wrap(err, "line %llu: ", (unsigned long long)csv_line(csv));
    }
}

bool codes_read(struct term_file *file, enum code_list list, struct term_writer *writer,
                uint64_t *skipped, struct err *err)
{
    struct csv *csv = NULL;
    bool ok;

    if (!csv_open_bare(term_file_read, file, &csv, err))
        return false;
    ok = read_rows(csv, list, writer, skipped, err);
    if (!ok && term_file_error(file)->code != ERR_NONE)
        *err = *term_file_error(file);
    csv_close(csv);
    return ok;
}
