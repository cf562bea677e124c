/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/persons.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/code_memo.h"
#include "node/import/content.h"
#include "node/import/event_map.h"
#include "node/import/id_map.h"
#include "node/import/identity.h"
#include "node/import/persons_row.h"
#include "node/import/rows.h"
#include "node/import/said_codes.h"
#include "node/import/stream.h"
#include "node/import/trace.h"
#include "node/store/entry_batch.h"
#include "node/terms/graph.h"
#include "proto/base/varint.h"

#define ROW_BYTES 64                /* of an ordinary row */
#define PERSONS_FIELDS_ALL SIZE_MAX /* the row has as many as the header */

struct persons_reading {
    struct rows rows;
    const struct persons_options *options;
    struct persons_columns columns; /* of the present file */
    struct code_memo codes;
    struct id_map *near;    /* mark of identity_near() → the first bytes of a person's hash */
    struct id_map *persons; /* → index in said */
    struct said_codes *said_codes;
    struct persons_said *said;
    size_t n_said;
    size_t room;
};

/*** what was said before ***/

/* What earlier rows said of this person; *said is NULL when memory is out. */
static bool find_said(struct persons_reading *reading, const struct person_id *person,
                      struct persons_said **said, struct err *err)
{
    uint64_t number = reading->n_said;
    bool known = false;

    if (reading->n_said == reading->room) {
        size_t room = reading->room ? 2 * reading->room : 1024;
        struct persons_said *grown = realloc(reading->said, room * sizeof(*grown));

        if (!grown)
            return err_memory(err);
        reading->said = grown;
        reading->room = room;
    }
    if (!id_map_put(reading->persons, person->b, &number, &known))
        return err_set(err, ERR_INVALID, "too many persons in one run; split the file");
    if (!known)
        reading->said[reading->n_said++] = persons_said_nothing();
    *said = &reading->said[number];
    return true;
}

/*** a row that is taken ***/

/* What a row says, as bytes: first what tells its event from others, then the rest. */
struct row_text {
    uint8_t bytes[384];
    size_t n_event; /* 0: it has none */
    size_t n;
};

_Static_assert(sizeof(((struct row_text *)0)->bytes) >= EVENT_SYSTEM_BYTES_MAX +
                                                            EVENT_CODE_BYTES_MAX +
                                                            EVENT_WORD_BYTES_MAX + 10 + 11 * 6,
               "a row's system, its code, its unit and numbers");

static void add_number(struct row_text *text, int64_t number)
{
    uint8_t *at = text->bytes + text->n;

    text->n += (size_t)(varint_write(at, varint_from_signed(number)) - at);
}

/* With its NUL. */
static void add_text(struct row_text *text, const char *word)
{
    size_t size = strlen(word) + 1;

    memcpy(text->bytes + text->n, word, size);
    text->n += size;
}

/* Nothing where there is none, so that rows of before are what they were. */
static void add_value(struct row_text *text, const struct event *event)
{
    if (event->value.form == EVENT_NO_VALUE && !event->lasts)
        return;
    add_number(text, event->lasts);
    add_number(text, event->value.form);
    add_number(text, event->value.nano);
    add_text(text, event->value.form == EVENT_NO_VALUE ? "" : event->value.word);
}

static void write_row(const struct persons_row *row, const struct person_facts *facts, bool stated,
                      struct row_text *text)
{
    text->n = text->n_event = 0;
    if (row->has_event) {
        add_text(text, row->event.system);
        add_text(text, row->event.code);
        add_number(text, row->event.kind * 2 + row->event.excluded);
        add_number(text, row->event.date);
        add_value(text, &row->event);
        text->n_event = text->n;
    }
    add_text(text, stated ? PERSONS_VERSION " stated" : PERSONS_VERSION);
    add_number(text, facts->sex);
    add_number(text, facts->birth_date);
    add_number(text, facts->birth_year);
    add_number(text, facts->age_fixed);
    add_number(text, facts->deceased * 2 + facts->alive + facts->vital_lost * 4);
    add_number(text, facts->death_date);
}

/* The facts as they are and a keyed hash of all: every change of a fact is another content. */
static void content_of(const struct identity *identity, const struct person_facts *facts,
                       const struct row_text *text, uint8_t content[static 32])
{
    uint32_t words[4] = {
        (uint32_t)facts->birth_date, (uint32_t)facts->death_date, (uint32_t)facts->birth_year,
        (uint32_t)facts->sex | (uint32_t)facts->age_fixed << 8 | (uint32_t)facts->deceased << 16 |
            (uint32_t)facts->alive << 17 | (uint32_t)facts->vital_lost << 18};

    for (size_t i = 0; i < 16; i++)
        content[i] = (uint8_t)(words[i / 4] >> (8 * (i % 4)));
    identity_said(identity, text->bytes, text->n, content + 16);
}

/* Offers the row. Its key is made of the person and the event, its content of all that the row
 * says. */
static bool offer(struct persons_reading *reading, const struct persons_row *row,
                  const struct person_id *person, const struct persons_said *said, struct err *err)
{
    const struct identity *identity = reading->rows.job->identity;
    struct stream_writer *out = reading->rows.job->out;
    struct stream_unit unit = {.person = *person, .facts = said->facts};
    bool stated = row->has_event && reading->options->undeclared;
    struct row_text text;

    write_row(row, &unit.facts, stated, &text);
    unit.key = entry_batch_key(person, identity_row(identity, text.bytes, text.n_event));
    content_of(identity, &unit.facts, &text, unit.content);
    reading->rows.closing.offered++;
    return stream_put_unit(out, &unit, err) &&
           (!row->has_event || stream_put_event(out, &row->event, err)) &&
           (!stated || trace_put_stated(out, row->event.kind, row->event.system, err));
}

/*** a row that is rejected ***/

/* Puts a trace of one kind of event: of this code when it was read, otherwise of its whole system.
 */
static bool put_lost_kind(struct stream_writer *out, enum event_kind kind,
                          const struct persons_lost *lost, struct err *err)
{
    struct event event = {.kind = kind, .system = lost->code.system, .code = lost->code.code};

    if (!lost->code.code[0])
        return trace_put_lost(out, kind, lost->code.system, err);
    if (!trace_put_refused(out, &event, err))
        return false;
    event.excluded = true;
    return !lost->excluded || trace_put_refused(out, &event, err);
}

static bool put_lost(struct persons_reading *reading, const struct persons_lost *lost,
                     const struct stream_unit *unit, struct err *err)
{
    struct stream_writer *out = reading->rows.job->out;

    if (!stream_put_unit(out, unit, err))
        return false;
    for (int kind = EVENT_DIAGNOSIS; kind <= EVENT_KIND_LAST; kind++)
        if (lost->kinds >> kind & 1 && !put_lost_kind(out, (enum event_kind)kind, lost, err))
            return false;
    return true;
}

/* Leaves a trace of what may be missing of the person, when the person can be read. */
static bool leave_trace(struct persons_reading *reading, const struct persons_lost *lost,
                        const struct persons_row *row, uint64_t line, struct err *err)
{
    struct stream_unit unit = {.facts = person_facts_none(), .line = line, .uncounted = true};
    struct persons_said *said = NULL;
    struct persons_fault ignored;
    struct content content;
    struct err id_fault;
    struct identity_who who = {lost->domain, lost->person, row ? row->facts.birth_year : 0};

    if (!*lost->person ||
        !identity_person(reading->rows.job->identity, &who, &unit.person, &id_fault))
        return true;
    if (!find_said(reading, &unit.person, &said, err))
        return false;
    unit.aside = !lost->facts_hold || !persons_said_agree(said, row, &ignored);
    if (!unit.aside)
        unit.facts = said->facts;
    unit.facts.vital_lost = unit.aside && lost->vital;
    if (unit.aside && !lost->kinds && !lost->vital)
        return true;
    content_start(&content, PERSONS_VERSION " lost");
    content_number(&content, 'a', unit.aside);
    content_number(&content, 'k', lost->kinds);
    content_text(&content, 's', lost->code.system);
    content_text(&content, 'c', lost->code.code);
    content_number(&content, 'x', lost->excluded);
    content_facts(&content, &unit.facts);
    content_finish(&content, unit.content);
    unit.key = entry_batch_key(&unit.person, identity_row(reading->rows.job->identity, unit.content,
                                                          sizeof(unit.content)));
    return put_lost(reading, lost, &unit, err);
}

static bool take_bad(void *owner, enum reject_code code, const char *const *fields, size_t n,
                     uint64_t line, struct err *err)
{
    struct persons_reading *reading = owner;
    struct persons_lost lost;

    (void)code;
    persons_row_lost(&reading->columns, fields, n, NULL, NULL, &lost);
    return leave_trace(reading, &lost, NULL, line, err);
}

/* The day of a row is "date" in a file of persons and "start" in one of events. */
static const char *field_of(const struct persons_reading *reading,
                            const struct persons_fault *fault)
{
    return reading->options->map && strcmp(fault->field, "date") == 0 ? "start" : fault->field;
}

static bool reject_row(struct persons_reading *reading, const char *const *fields, uint64_t line,
                       const struct persons_row *row, const struct persons_fault *fault,
                       struct err *err)
{
    struct persons_lost lost;

    persons_row_lost(&reading->columns, fields, PERSONS_FIELDS_ALL, row, fault, &lost);
    return rows_reject(&reading->rows, fault->code, field_of(reading, fault), line, err) &&
           leave_trace(reading, &lost, row, line, err);
}

/*** a row ***/

static bool warn_unknown_term(struct persons_reading *reading, const struct persons_row *row,
                              uint64_t line, struct err *err)
{
    const struct term_graph *hp = reading->options->hp;
    uint32_t term;

    if (!hp || !row->has_event || strcmp(row->event.system, "hp") != 0)
        return true;
    term = term_graph_find(hp, row->event.code);
    if (term == TERM_NONE)
        return rows_warn(&reading->rows, REJECT_TERM_UNKNOWN, "code", line, err);
    return term_graph_placed(hp, term) ||
           rows_warn(&reading->rows, REJECT_TERM_OBSOLETE, "code", line, err);
}

/* Warns of an event that an earlier row contradicts. Both are kept, and a question on either is
 * "cannot tell" for this person. */
static bool warn_contradiction(struct persons_reading *reading, const struct persons_row *row,
                               const struct person_id *person, uint64_t line, struct err *err)
{
    if (!row->has_event || (reading->columns.at[COLUMN_EXCLUDED] < 0 && !row->event.excluded))
        return true; /* a file without this column says of nothing that it is absent */
    return !said_codes_take(reading->said_codes, person, &row->event) ||
           rows_warn(&reading->rows, REJECT_EVENT_CONTRADICTS, "code", line, err);
}

/* Warns when the id differs from an earlier one only in capitals, leading zeros or signs. They stay
 * two persons. */
static bool tell_near(struct persons_reading *reading, const uint8_t mark[static 16],
                      const struct person_id *person, uint64_t line, struct err *err)
{
    uint64_t first, mine;
    bool known = false;

    memcpy(&mine, person->b, sizeof(mine));
    first = mine;
    return !id_map_put(reading->near, mark, &first, &known) || !known || first == mine ||
           rows_warn(&reading->rows, REJECT_PERSON_NEAR, "person", line, err);
}

static bool take_row(void *owner, const char *const *fields, uint64_t line, struct err *err)
{
    struct persons_reading *reading = owner;
    struct persons_fault fault = {0};
    struct persons_row row;
    struct persons_said *said = NULL;
    struct person_id person;
    struct identity_who who;
    struct err id_fault;
    uint8_t near[16];

    if (!persons_row_parse(&reading->columns, fields, &row, &fault))
        return reject_row(reading, fields, line, &row, &fault, err);
    who = (struct identity_who){row.domain, row.person, row.facts.birth_year};
    if (!identity_person(reading->rows.job->identity, &who, &person, &id_fault))
        return rows_reject(&reading->rows, REJECT_PERSON_ID, "person", line, err);
    id_map_fetch(reading->persons, person.b); /* while the mark is made */
    identity_near(reading->rows.job->identity, &who, near);
    id_map_fetch(reading->near, near);
    if (!find_said(reading, &person, &said, err) || !tell_near(reading, near, &person, line, err))
        return false;
    if (!persons_said_agree(said, &row, &fault))
        return reject_row(reading, fields, line, &row, &fault, err);
    return warn_unknown_term(reading, &row, line, err) &&
           warn_contradiction(reading, &row, &person, line, err) &&
           (!row.unit_unknown ||
            rows_warn(&reading->rows, REJECT_UNIT_UNKNOWN, "unit", line, err)) &&
           offer(reading, &row, &person, said, err);
}

static bool take_header(void *owner, const struct csv *csv, struct err *err)
{
    struct persons_reading *reading = owner;

    reading->columns.codes = &reading->codes;
    if (reading->options->map)
        return event_map_find(reading->options->map, csv, &reading->columns, err);
    return persons_columns_find(csv, &reading->columns, err);
}

/* An estimate of how many rows the files have. */
static uint64_t rows_about(const struct run_job *job)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < job->n_inputs; i++)
        bytes += job->inputs[i].bytes;
    return bytes / ROW_BYTES;
}

bool persons_read(struct run_job *job, struct err *err)
{
    assert(job);
    struct persons_reading *reading = calloc(1, sizeof(*reading));
    bool ok;

    if (!reading)
        return err_memory(err);
    reading->rows = (struct rows){
        .job = job, .owner = reading, .header = take_header, .row = take_row, .bad = take_bad};
    reading->options = job->options;
    reading->near = id_map_new_for(rows_about(job));
    reading->persons = id_map_new_for(rows_about(job));
    reading->said_codes = said_codes_new(reading->options->hp);
    ok = reading->persons && reading->near && reading->said_codes ? rows_read(&reading->rows, err)
                                                                  : err_memory(err);
    id_map_free(reading->persons);
    id_map_free(reading->near);
    said_codes_free(reading->said_codes);
    free(reading->said);
    free(reading);
    return ok;
}
