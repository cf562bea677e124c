/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/consents.h"

#include <assert.h>
#include <string.h>

#include <string.h>

#include "node/import/consent_row.h"
#include "node/import/content.h"
#include "node/import/id_map.h"
#include "node/import/identity.h"
#include "node/import/rows.h"
#include "node/import/stream.h"

struct consents_reading {
    struct rows rows;
    struct id_map *persons;
    struct consent_columns columns; /* of the present file */
};

static void describe(const struct consents_reading *reading, const struct consent *consent,
                     const struct person_id *person, struct stream_unit *unit)
{
    struct content content;

    unit->person = *person;
    unit->consent = *consent;
    identity_mark(reading->rows.job->identity, "consent", person->b, sizeof(person->b),
                  unit->key.b);
    content_start(&content, "consents " CONSENTS_VERSION);
    content_number(&content, 'm', (int64_t)consent->mask);
    if (consent->silent)
        content_number(&content, 's', (int64_t)consent->silent);
    content_number(&content, 'f', consent->valid_from);
    content_number(&content, 't', consent->valid_to);
    content_text(&content, 'd', consent->disease);
    content_finish(&content, unit->content);
}

/* Keeps the person out of every evaluation until the row is mended, because the row may have been a
 * refusal. */
static bool exclude(struct consents_reading *reading, const struct person_id *person, uint64_t line,
                    struct err *err)
{
    struct consent unread = {.mask = CONSENT_BIT(CONSENT_SAID) | CONSENT_BIT(CONSENT_UNREAD),
                             .silent = CONSENT_SILENCES,
                             .valid_from = PERSON_NO_DATE,
                             .valid_to = PERSON_NO_DATE};
    struct stream_unit unit = {
        .facts = person_facts_none(), .line = line, .uncounted = true, .aside = true};

    describe(reading, &unread, person, &unit);
    return stream_put_unit(reading->rows.job->out, &unit, err);
}

/* Finds the person of a row that could not be read. False when not even the person can be read. */
static bool person_of(const struct consents_reading *reading, const char *domain, const char *id,
                      struct person_id *person)
{
    struct identity_who who = {.domain = domain, .id = id};
    struct err ignored;

    return *id && identity_person(reading->rows.job->identity, &who, person, &ignored);
}

static bool reject(struct consents_reading *reading, const struct consent_row *row,
                   const char *field, uint64_t line, struct err *err)
{
    struct person_id person;
    uint64_t number =
        0; /* no row has this mark, so every later row of the person is a contradiction */
    bool twice;

    if (!person_of(reading, row->domain, row->person, &person))
        return rows_reject(&reading->rows, REJECT_PERSON_ID, "person", line, err);
    if (!id_map_put(reading->persons, person.b, &number, &twice))
        return err_set(err, ERR_INVALID, "too many persons in one run; split the file");
    return rows_reject(&reading->rows, REJECT_CONSENT_UNREAD, field, line, err) &&
           exclude(reading, &person, line, err);
}

/* A row that is no row: whom it names is told from its fields, where it has them. */
static bool take_bad(void *owner, enum reject_code code, const char *const *fields, size_t n,
                     uint64_t line, struct err *err)
{
    struct consents_reading *reading = owner;
    int at = reading->columns.at[CONSENT_PERSON_COLUMN];
    int of = reading->columns.at[CONSENT_DOMAIN_COLUMN];
    const char *domain = of >= 0 && (size_t)of < n && *fields[of] ? fields[of] : NULL;
    struct person_id person;
    uint64_t number = 0;
    bool twice;

    if ((size_t)at >= n || !person_of(reading, domain, fields[at], &person))
        return err_set(err, ERR_INVALID,
                       "line %llu is no row (%s), and nobody can say whose consent it is: it may "
                       "be a refusal; mend it and import the whole file again; nothing was "
                       "imported",
                       (unsigned long long)line, reject_code_name(code));
    if (!id_map_put(reading->persons, person.b, &number, &twice))
        return err_set(err, ERR_INVALID, "too many persons in one run; split the file");
    return exclude(reading, &person, line, err);
}

/* The first bytes of what a row says, never 0. */
static uint64_t number_of(const struct stream_unit *unit)
{
    uint64_t number;

    memcpy(&number, unit->content, sizeof(number));
    return number | 1;
}

static bool take_row(void *owner, const char *const *fields, uint64_t line, struct err *err)
{
    struct consents_reading *reading = owner;
    struct stream_unit unit = {.facts = person_facts_none(), .line = line, .aside = true};
    enum reject_code code = REJECT_PERSON_ID;
    const char *field = "person";
    struct consent_row row;
    struct person_id person;
    uint64_t number;
    bool twice = false;

    if (!consent_row_parse(&reading->columns, fields, &row, &code, &field))
        return reject(reading, &row, field, line, err);
    if (!person_of(reading, row.domain, row.person, &person))
        return rows_reject(&reading->rows, REJECT_PERSON_ID, "person", line, err);
    describe(reading, &row.consent, &person, &unit);
    number = number_of(&unit);
    if (!id_map_put(reading->persons, person.b, &number, &twice))
        return err_set(err, ERR_INVALID, "too many persons in one run; split the file");
    if (twice && number == number_of(&unit)) {
        reading->rows.closing.filtered[FILTER_DUPLICATE]++;
        return true;
    }
    if (twice)
        return rows_reject(&reading->rows, REJECT_ID_TWICE, "person", line, err) &&
               exclude(reading, &person, line, err);
    reading->rows.closing.offered++;
    return stream_put_unit(reading->rows.job->out, &unit, err);
}

static bool take_header(void *owner, const struct csv *csv, struct err *err)
{
    struct consents_reading *reading = owner;

    return consent_columns_find(csv, &reading->columns, err);
}

bool consents_read(struct run_job *job, struct err *err)
{
    assert(job);
    struct consents_reading reading = {
        .rows = {.job = job, .header = take_header, .row = take_row, .bad = take_bad},
        .persons = id_map_new()};
    bool ok;

    reading.rows.owner = &reading;
    ok = reading.persons ? rows_read(&reading.rows, err) : err_memory(err);
    id_map_free(reading.persons);
    return ok;
}
