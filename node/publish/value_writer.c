/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/value_writer.h"

#include <assert.h>
#include <stdlib.h>

#include "node/publish/event_rows.h"
#include "node/snapshot/segment_schema.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/bytes.h"
#include "proto/base/sql.h"

struct value_writer {
    const struct event_rows *events;
    sqlite3_stmt *word;
    int64_t id; /* of the word that was looked up last */
    uint16_t place;
};

bool value_writer_new(struct sqlite3 *from, const struct event_rows *events,
                      struct value_writer **out, struct err *err)
{
    struct value_writer *writer = calloc(1, sizeof(*writer));

    if (!writer)
        return err_memory(err);
    writer->events = events;
    if (!sql_prepare(from, "SELECT text FROM event_word WHERE id = ?1", &writer->word, err)) {
        free(writer);
        return false;
    }
    *out = writer;
    return true;
}

void value_writer_free(struct value_writer *writer)
{
    if (!writer)
        return;
    sqlite3_finalize(writer->word);
    free(writer);
}

/* The place of a word of the store among those of the code. */
static bool find_word(struct value_writer *writer, int64_t id, struct value_rows *values,
                      struct err *err)
{
    bool row;

    if (writer->id == id)
        return true;
    sqlite3_bind_int64(writer->word, 1, id);
    if (!sql_next(writer->word, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_INTERNAL, "the store has not the unit or answer of an event");
    if (!value_rows_word(values, (const char *)sqlite3_column_text(writer->word, 0),
                         (size_t)sqlite3_column_bytes(writer->word, 0), &writer->place, err))
        return false;
    sqlite3_reset(writer->word);
    writer->id = id;
    return true;
}

static bool add_row(struct value_writer *writer, const struct event_row *row,
                    struct value_rows *values, struct err *err)
{
    struct value_row *made = &values->rows[values->n];

    *made = (struct value_row){.day = row->day,
                               .person = (uint16_t)(row->key & (SEGMENT_PERSONS_MAX - 1))};
    values->n++;
    if (!row->value)
        return true;

    const struct event_row_value *value = event_rows_value(writer->events, row);

    made->form = (uint8_t)value->form;
    made->nano = value->nano;
    if (value->word && !find_word(writer, value->word, values, err))
        return false;
    made->word = value->word ? writer->place : 0;
    return true;
}

/* The events that came before the first one with a value. */
static bool add_before(const struct value_before *before, struct value_rows *values,
                       struct err *err)
{
    if (!value_rows_room(values, before->n_days + before->n_persons, err))
        return false;
    for (size_t i = 0; i < before->n_days; i++)
        values->rows[values->n++] =
            (struct value_row){.day = before->days[i].day, .person = before->days[i].person};
    for (uint32_t person = 0; before->undated && person < before->n_persons; person++)
        if (before->undated[person / 64] >> (person % 64) & 1)
            values->rows[values->n++] =
                (struct value_row){.day = PERSON_NO_DATE, .person = (uint16_t)person};
    return true;
}

bool value_writer_add(struct value_writer *writer, const struct event_row *rows, size_t n,
                      const struct value_before *before, struct value_rows *values, struct err *err)
{
    assert(writer && rows && before && values);
    bool any = values->n > 0;
    uint16_t none;

    for (size_t i = 0; i < n; i++)
        any |= rows[i].value != 0;
    if (!any)
        return true;
    writer->id = 0; /* places are those of this code */
    if ((!values->n && !add_before(before, values, err)) || !value_rows_room(values, n, err) ||
        !value_rows_word(values, "", 0, &none, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!add_row(writer, &rows[i], values, err))
            return false;
    return true;
}

static int by_person_and_day(const void *left, const void *right)
{
    const struct value_row *a = left, *b = right;

    return a->person != b->person ? (a->person > b->person) - (a->person < b->person)
                                  : (a->day > b->day) - (a->day < b->day);
}

bool value_writer_bind(struct sqlite3_stmt *stmt, int column, struct value_rows *values,
                       struct bytes *text, struct err *err)
{
    assert(stmt && values && text);
    if (!values->n)
        return true;
    qsort(values->rows, values->n, sizeof(*values->rows), by_person_and_day);
    value_rows_pack(values, text);
    if (text->failed)
        return err_memory(err);
    sqlite3_bind_blob64(stmt, column, text->data, text->size, SQLITE_STATIC);
    return true;
}
