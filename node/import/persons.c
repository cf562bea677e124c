#include "node/import/persons.h"

#include <stdlib.h>
#include <string.h>

#include "node/import/content.h"
#include "node/import/identity.h"
#include "node/import/persons_row.h"
#include "node/import/seen.h"
#include "node/import/stream.h"
#include "node/terms/csv.h"
#include "node/terms/graph.h"

#define PROGRESS_EVERY 4096 /* rows */

struct reading {
    struct run_job *job;
    const struct persons_options *options;
    struct seen *persons; /* → index in said */
    struct persons_said *said;
    size_t n_said;
    size_t room;
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

static bool tell(struct reading *reading, enum reject_code code, const char *field, uint64_t line,
                 struct err *err)
{
    struct stream_reject told = {.input = reading->input,
                                 .line = line,
                                 .record = reading->closing.read,
                                 .field = field,
                                 .code = code};

    return stream_put_reject(reading->job->out, &told, err);
}

/*** what was said before ***/

/* What earlier rows said of this person; *said is NULL when memory is out. */
static bool find_said(struct reading *reading, const struct person_id *person,
                      struct persons_said **said, struct err *err)
{
    uint64_t number = reading->n_said;
    bool known = false;

    if (reading->n_said == reading->room) {
        size_t room = reading->room ? 2 * reading->room : 1024;
        struct persons_said *grown = realloc(reading->said, room * sizeof(*grown));

        if (!grown)
            return err_set(err, ERR_INTERNAL, "no memory for persons");
        reading->said = grown;
        reading->room = room;
    }
    if (!seen_put(reading->persons, person->b, &number, &known))
        return err_set(err, ERR_INVALID, "too many persons in one run; split the file");
    if (!known)
        reading->said[reading->n_said++] = persons_said_nothing();
    *said = &reading->said[number];
    return true;
}

/*** a row ***/

/* The entry's key: the person and, for an event, all that makes it this event. */
static void mark_row(const struct reading *reading, const struct persons_row *row,
                     const struct person_id *person, uint8_t key[static 16])
{
    struct content content;
    uint8_t hash[32];

    content_start(&content, "persons");
    for (size_t i = 0; i < sizeof(person->b); i++)
        content_number(&content, 'p', person->b[i]);
    if (row->has_event)
        content_event(&content, &row->event);
    content_finish(&content, hash);
    identity_mark(reading->job->identity, "persons", hash, sizeof(hash), key);
}

static bool offer(struct reading *reading, const struct persons_row *row,
                  const struct person_id *person, const struct persons_said *said, struct err *err)
{
    struct stream_unit unit = {.person = *person, .facts = said->facts};
    struct content content;

    mark_row(reading, row, person, unit.key.b);
    content_start(&content, PERSONS_VERSION);
    content_facts(&content, &unit.facts);
    if (row->has_event)
        content_event(&content, &row->event);
    content_finish(&content, unit.content);
    reading->closing.offered++;
    return stream_put_unit(reading->job->out, &unit, err) &&
           (!row->has_event || stream_put_event(reading->job->out, &row->event, err));
}

static bool warn_unknown_term(struct reading *reading, const struct persons_row *row, uint64_t line,
                              struct err *err)
{
    const struct term_graph *hp = reading->options->hp;

    if (!hp || !row->has_event || strcmp(row->event.system, "hp") != 0 ||
        term_graph_find(hp, row->event.code) != TERM_NONE)
        return true;
    return tell(reading, REJECT_TERM_UNKNOWN, "code", line, err);
}

static bool reject(struct reading *reading, const struct persons_fault *fault, uint64_t line,
                   struct err *err)
{
    reading->closing.rejected++;
    return tell(reading, fault->code, fault->field, line, err);
}

static bool take_row(struct reading *reading, const struct persons_columns *columns,
                     const char *const *fields, uint64_t line, struct err *err)
{
    struct persons_fault fault = {0};
    struct persons_row row;
    struct persons_said *said = NULL;
    struct person_id person;
    struct err id_fault;

    if (!persons_row_parse(columns, fields, &row, &fault))
        return reject(reading, &fault, line, err);
    if (!identity_hash(reading->job->identity, row.domain, row.person, &person, &id_fault)) {
        fault = (struct persons_fault){REJECT_PERSON_ID, "person"};
        return reject(reading, &fault, line, err);
    }
    if (!find_said(reading, &person, &said, err))
        return false;
    if (!persons_said_agree(said, &row, &fault))
        return reject(reading, &fault, line, err);
    return warn_unknown_term(reading, &row, line, err) && offer(reading, &row, &person, said, err);
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
    struct persons_columns columns;
    const char *const *fields = NULL;

    if (!persons_columns_find(csv, &columns, err))
        return false;
    for (;;) {
        enum csv_outcome outcome = csv_next(csv, &fields, err);
        struct persons_fault fault = {.field = ""};

        if (outcome == CSV_END)
            return true;
        if (outcome == CSV_FAILED)
            return false;
        reading->closing.read++;
        fault.code = code_of(csv_fault(csv));
        if (outcome == CSV_BAD ? !reject(reading, &fault, csv_line(csv), err)
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

bool persons_read(struct run_job *job, struct err *err)
{
    struct reading reading = {.job = job, .options = job->options, .persons = seen_new()};
    bool ok = reading.persons ? read_inputs(&reading, err)
                              : err_set(err, ERR_INTERNAL, "no memory to read persons");

    seen_free(reading.persons);
    free(reading.said);
    return ok;
}
