/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/event_rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/publish/contradiction.h"
#include "node/store/event_pack.h"
#include "node/store/person.h"
#include "proto/base/sql.h"

struct event_rows {
    struct contradiction *contradiction;
    sqlite3_stmt *of_entry;
    struct event_row *rows;
    size_t n;
    size_t room;
    struct event_row_value *values;
    size_t n_values;
    size_t values_room;
    size_t first;   /* of the person in hand */
    uint64_t *keys; /* of the person in hand, while they are marked */
    size_t keys_room;
};

bool event_rows_new(struct sqlite3 *from, const struct closure *closure, struct event_rows **out,
                    struct err *err)
{
    struct event_rows *events = calloc(1, sizeof(*events));

    if (!events)
        return err_memory(err);
    if (!sql_prepare(from,
                     "SELECT kind, concept, excluded, date, form, number, word FROM event"
                     " WHERE entry = ?1",
                     &events->of_entry, err) ||
        !contradiction_new(from, closure, &events->contradiction, err)) {
        event_rows_free(events);
        return false;
    }
    *out = events;
    return true;
}

void event_rows_free(struct event_rows *events)
{
    if (!events)
        return;
    contradiction_free(events->contradiction);
    sqlite3_finalize(events->of_entry);
    free(events->rows);
    free(events->keys);
    free(events->values);
    free(events);
}

/* Keeps the value of an event; *place is 0 where it has none. */
static bool add_value(struct event_rows *events, const struct event_pack *event, uint32_t *place)
{
    *place = 0;
    if (event->form == EVENT_NO_VALUE)
        return true;
    if (events->n_values == events->values_room) {
        size_t room = events->values_room ? 2 * events->values_room : 4096;
        struct event_row_value *grown = realloc(events->values, room * sizeof(*grown));

        if (!grown || room > UINT32_MAX)
            return false;
        events->values = grown;
        events->values_room = room;
    }
    events->values[events->n_values] =
        (struct event_row_value){event->nano, event->word, event->form};
    *place = (uint32_t)++events->n_values;
    return true;
}

const struct event_row_value *event_rows_value(const struct event_rows *events,
                                               const struct event_row *row)
{
    assert(events && row && row->value > 0 && row->value <= events->n_values);
    return &events->values[row->value - 1];
}

static bool add(struct event_rows *events, const struct event_pack *event, uint32_t person)
{
    uint64_t concept = (uint64_t)event->concept, kind = (uint64_t)event->kind & 15;
    uint64_t excluded = event->excluded;
    uint32_t value;

    if (!add_value(events, event, &value))
        return false;

    if (events->n == events->room) {
        size_t room = events->room ? 2 * events->room : 4096;
        struct event_row *grown = realloc(events->rows, room * sizeof(*grown));

        if (!grown)
            return false;
        events->rows = grown;
        events->room = room;
    }
    events->rows[events->n++] =
        (struct event_row){concept << EVENT_CONCEPT_SHIFT | kind << EVENT_KIND_SHIFT |
                               excluded << EVENT_BITS_PERSON | person,
                           event->date, value};
    return true;
}

static bool add_packed(struct event_rows *events, const uint8_t *data, size_t size, uint32_t person,
                       struct err *err)
{
    size_t at = 0;

    while (at < size) {
        struct event_pack event;

        if (!event_pack_next(data, size, &at, &event))
            return err_set(err, ERR_INTERNAL, "the store's events of an entry are damaged");
        if (!add(events, &event, person))
            return err_memory(err);
    }
    return true;
}

bool event_rows_entry(struct event_rows *events, int64_t entry, uint32_t person,
                      const uint8_t *packed, size_t size, struct err *err)
{
    assert(events);
    bool row = true;

    if (!add_packed(events, packed, size, person, err))
        return false;
    sqlite3_bind_int64(events->of_entry, 1, entry);
    while (row) {
        struct event_pack event = {.date = PERSON_NO_DATE};

        if (!sql_next(events->of_entry, &row, err))
            return false;
        if (!row)
            break;
        event.kind = (enum event_kind)sqlite3_column_int(events->of_entry, 0);
        event.concept = sqlite3_column_int64(events->of_entry, 1);
        event.excluded = sqlite3_column_int(events->of_entry, 2) != 0;
        if (sqlite3_column_type(events->of_entry, 3) != SQLITE_NULL)
            event.date = sqlite3_column_int(events->of_entry, 3);
        event.form = (enum event_value_form)sqlite3_column_int(events->of_entry, 4);
        event.nano = sqlite3_column_int64(events->of_entry, 5);
        event.word = sqlite3_column_int64(events->of_entry, 6);
        if (!add(events, &event, person))
            return err_memory(err);
    }
    return true;
}

bool event_rows_person(struct event_rows *events, struct err *err)
{
    assert(events);
    size_t n = events->n - events->first;

    if (n > events->keys_room) {
        uint64_t *grown = realloc(events->keys, 2 * n * sizeof(*grown));

        if (!grown)
            return err_memory(err);
        events->keys = grown;
        events->keys_room = 2 * n;
    }
    for (size_t i = 0; i < n; i++)
        events->keys[i] = events->rows[events->first + i].key;
    if (n && !contradiction_mark(events->contradiction, events->keys, n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        events->rows[events->first + i].key = events->keys[i];
    events->first = events->n;
    return true;
}

static int by_key_and_day(const void *left, const void *right)
{
    const struct event_row *a = left, *b = right;
    int order = (a->key > b->key) - (a->key < b->key);

    if (!order)
        order = (a->day > b->day) - (a->day < b->day);
    return order ? order : (a->value > b->value) - (a->value < b->value);
}

const struct event_row *event_rows_sorted(struct event_rows *events, size_t *n)
{
    assert(events && n);
    if (events->n)
        qsort(events->rows, events->n, sizeof(*events->rows), by_key_and_day);
    *n = events->n;
    return events->rows;
}
