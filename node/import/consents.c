#include "node/import/consents.h"

#include <string.h>

#include "node/import/consent_row.h"
#include "node/import/content.h"
#include "node/import/id_map.h"
#include "node/import/identity.h"
#include "node/import/rows.h"
#include "node/import/stream.h"

struct reading {
    struct rows rows;
    struct id_map *persons;
    struct consent_columns columns; /* of the present file */
};

static bool offer(struct reading *reading, const struct consent_row *row,
                  const struct person_id *person, struct err *err)
{
    struct stream_unit unit = {
        .person = *person, .facts = person_facts_none(), .consent = row->consent};
    struct content content;

    identity_mark(reading->rows.job->identity, "consent", person->b, sizeof(person->b), unit.key.b);
    content_start(&content, "consents " CONSENTS_VERSION);
    content_number(&content, 'm', (int64_t)row->consent.mask);
    content_number(&content, 'f', row->consent.valid_from);
    content_number(&content, 't', row->consent.valid_to);
    content_text(&content, 'd', row->consent.disease);
    content_finish(&content, unit.content);
    reading->rows.closing.offered++;
    return stream_put_unit(reading->rows.job->out, &unit, err);
}

static bool take_row(void *owner, const char *const *fields, uint64_t line, struct err *err)
{
    struct reading *reading = owner;
    uint64_t number = id_map_count(reading->persons);
    enum reject_code code = REJECT_PERSON_ID;
    const char *field = "person";
    struct consent_row row;
    struct person_id person;
    struct err id_fault;
    bool twice = false;

    if (!consent_row_parse(&reading->columns, fields, &row, &code, &field))
        return rows_reject(&reading->rows, code, field, line, err);
    if (!identity_hash(reading->rows.job->identity, row.domain, row.person, &person, &id_fault))
        return rows_reject(&reading->rows, REJECT_PERSON_ID, "person", line, err);
    if (!id_map_put(reading->persons, person.b, &number, &twice))
        return err_set(err, ERR_INVALID, "too many persons in one run; split the file");
    if (twice)
        return rows_reject(&reading->rows, REJECT_ID_TWICE, "person", line, err);
    return offer(reading, &row, &person, err);
}

static bool take_header(void *owner, const struct csv *csv, struct err *err)
{
    struct reading *reading = owner;

    return consent_columns_find(csv, &reading->columns, err);
}

bool consents_read(struct run_job *job, struct err *err)
{
    struct reading reading = {.rows = {.job = job, .header = take_header, .row = take_row},
                              .persons = id_map_new()};
    bool ok;

    reading.rows.owner = &reading;
    ok = reading.persons ? rows_read(&reading.rows, err) : err_memory(err);
    id_map_free(reading.persons);
    return ok;
}
