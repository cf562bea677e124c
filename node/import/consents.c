#include "node/import/consents.h"

#include <string.h>

#include "node/import/consent_row.h"
#include "node/import/content.h"
#include "node/import/identity.h"
#include "node/import/seen.h"
#include "node/import/stream.h"
#include "node/terms/csv.h"

#define PROGRESS_EVERY 4096 /* rows */

struct reading {
    struct run_job *job;
    struct seen *persons;
    struct stream_closing closing;
    uint32_t input;
    int fd;
    uint64_t consumed; /* bytes of all inputs */
};

static ssize_t read_counted(void *context, void *buffer, size_t room)
{
    struct reading *reading = context;
    ssize_t n = csv_from_fd(&reading->fd, buffer, room);

    reading->consumed += n > 0 ? (uint64_t)n : 0;
    return n;
}

static bool reject(struct reading *reading, enum reject_code code, const char *field, uint64_t line,
                   struct err *err)
{
    struct stream_reject told = {.input = reading->input,
                                 .line = line,
                                 .record = reading->closing.read,
                                 .field = field,
                                 .code = code};

    reading->closing.rejected++;
    return stream_put_reject(reading->job->out, &told, err);
}

static bool offer(struct reading *reading, const struct consent_row *row,
                  const struct person_id *person, struct err *err)
{
    struct stream_unit unit = {
        .person = *person, .facts = person_facts_none(), .consent = row->consent};
    struct content content;

    identity_mark(reading->job->identity, "consent", person->b, sizeof(person->b), unit.key.b);
    content_start(&content, "consents " CONSENTS_VERSION);
    content_number(&content, 'm', (int64_t)row->consent.mask);
    content_number(&content, 'f', row->consent.valid_from);
    content_number(&content, 't', row->consent.valid_to);
    content_text(&content, 'd', row->consent.disease);
    content_finish(&content, unit.content);
    reading->closing.offered++;
    return stream_put_unit(reading->job->out, &unit, err);
}

static bool take_row(struct reading *reading, const struct consent_columns *columns,
                     const char *const *fields, uint64_t line, struct err *err)
{
    uint64_t number = seen_count(reading->persons);
    enum reject_code code = REJECT_PERSON_ID;
    const char *field = "person";
    struct consent_row row;
    struct person_id person;
    struct err id_fault;
    bool twice = false;

    if (!consent_row_parse(columns, fields, &row, &code, &field))
        return reject(reading, code, field, line, err);
    if (!identity_hash(reading->job->identity, row.domain, row.person, &person, &id_fault))
        return reject(reading, REJECT_PERSON_ID, "person", line, err);
    if (!seen_put(reading->persons, person.b, &number, &twice))
        return err_set(err, ERR_INVALID, "too many persons in one run; split the file");
    if (twice)
        return reject(reading, REJECT_ID_TWICE, "person", line, err);
    return offer(reading, &row, &person, err);
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

static bool read_rows(struct reading *reading, struct csv *csv, struct err *err)
{
    struct consent_columns columns;
    const char *const *fields = NULL;

    if (!consent_columns_find(csv, &columns, err))
        return false;
    for (;;) {
        enum csv_outcome outcome = csv_next(csv, &fields, err);

        if (outcome == CSV_END)
            return true;
        if (outcome == CSV_FAILED)
            return false;
        reading->closing.read++;
        if (outcome == CSV_BAD ? !reject(reading, code_of(csv_fault(csv)), "", csv_line(csv), err)
                               : !take_row(reading, &columns, fields, csv_line(csv), err))
            return false;
        if (reading->closing.read % PROGRESS_EVERY == 0 &&
            !stream_put_progress(reading->job->out, reading->consumed, err))
            return false;
    }
}

static bool read_inputs(struct reading *reading, struct err *err)
{
    for (size_t i = 0; i < reading->job->n_inputs; i++) {
        const struct run_input *input = &reading->job->inputs[i];
        struct csv *csv = NULL;
        bool ok;

        reading->input = (uint32_t)i;
        reading->fd = input->fd;
        ok = csv_open(read_counted, reading, &csv, err) && read_rows(reading, csv, err);
        csv_close(csv);
        if (!ok)
            return err_wrap(err, "%s: ", input->name);
    }
    return stream_put_closing(reading->job->out, &reading->closing, err);
}

bool consents_read(struct run_job *job, struct err *err)
{
    struct reading reading = {.job = job, .persons = seen_new()};
    bool ok = reading.persons ? read_inputs(&reading, err)
                              : err_set(err, ERR_INTERNAL, "no memory to read consents");

    seen_free(reading.persons);
    return ok;
}
