/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/value_rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/varint.h"

#define DAY_FIRST (-719162) /* of the years 1 and 9999: date_from_civil() */
#define DAY_LAST 2932896
#define TENS_MOST 18

void value_rows_clear(struct value_rows *values)
{
    assert(values);
    for (size_t i = 0; i < values->n_words; i++)
        free(values->words[i]);
    free(values->words);
    free(values->rows);
    *values = (struct value_rows){0};
}

bool value_rows_room(struct value_rows *values, size_t n, struct err *err)
{
    assert(values);
    size_t room = values->room ? values->room : 256;
    struct value_row *grown;

    while (room < values->n + n)
        room *= 2;
    if (room == values->room)
        return true;
    grown = realloc(values->rows, room * sizeof(*grown));
    if (!grown)
        return err_memory(err);
    values->rows = grown;
    values->room = room;
    return true;
}

bool value_rows_word(struct value_rows *values, const char *text, size_t length, uint16_t *place,
                     struct err *err)
{
    assert(values && text && place);
    char **grown;

    for (size_t i = 0; i < values->n_words; i++)
        if (strncmp(values->words[i], text, length) == 0 && !values->words[i][length]) {
            *place = (uint16_t)i;
            return true;
        }
    if (!values->n_words && length) /* the first is "" */
        return value_rows_word(values, "", 0, place, err) &&
               value_rows_word(values, text, length, place, err);
    if (values->n_words > VALUE_WORDS_MAX)
        return err_set(err, ERR_EXHAUSTED, "the events of one code have too many units or answers");
    grown = realloc(values->words, (values->n_words + 1) * sizeof(*grown));
    if (!grown)
        return err_memory(err);
    values->words = grown;
    grown[values->n_words] = strndup(text, length);
    if (!grown[values->n_words])
        return err_memory(err);
    *place = (uint16_t)values->n_words++;
    return true;
}

/* ---- to bytes -------------------------------------------------------------------------------- */

/* What all rows share. */
struct shared {
    int32_t earliest;
    unsigned tens;
    int64_t power; /* 10 to the tens */
    int64_t least; /* divided by it */
};

static struct shared shared_of(const struct value_rows *values)
{
    struct shared shared = {
        .earliest = INT32_MAX, .tens = TENS_MOST, .power = 1, .least = INT64_MAX};
    bool any = false;

    for (unsigned i = 0; i < TENS_MOST; i++)
        shared.power *= 10;
    for (size_t i = 0; i < values->n; i++) {
        const struct value_row *row = &values->rows[i];

        if (row->day != PERSON_NO_DATE && row->day < shared.earliest)
            shared.earliest = row->day;
        if (row->form != EVENT_NUMBER)
            continue;
        any = true;
        for (; row->nano % shared.power; shared.tens--)
            shared.power /= 10;
        shared.least = row->nano < shared.least ? row->nano : shared.least;
    }
    shared.earliest = shared.earliest == INT32_MAX ? 0 : shared.earliest;
    shared.least = any ? shared.least / shared.power : 0;
    return shared;
}

static uint64_t code_of(const struct value_row *row)
{
    return row->form == EVENT_NO_VALUE
               ? 0
               : 2 * (uint64_t)row->word + (row->form == EVENT_NUMBER ? 1 : 2);
}

static void pack_row(const struct value_row *row, uint16_t before, const struct shared *shared,
                     struct bytes *out)
{
    uint8_t text[4 * VARINT_BYTES_MAX];
    uint8_t *at = varint_write(text, (uint64_t)row->person - before);

    at = varint_write(
        at, row->day == PERSON_NO_DATE ? 0 : 1 + (uint64_t)((int64_t)row->day - shared->earliest));
    at = varint_write(at, code_of(row));
    if (row->form == EVENT_NUMBER)
        at = varint_write(at, (uint64_t)(row->nano / shared->power) - (uint64_t)shared->least);
    bytes_add(out, text, (size_t)(at - text));
}

void value_rows_pack(const struct value_rows *values, struct bytes *out)
{
    assert(values && values->n > 0 && out);
    struct shared shared = shared_of(values);

    bytes_add_varint(out, values->n);
    bytes_add_varint(out, values->n_words);
    for (size_t i = 0; i < values->n_words; i++) {
        bytes_add_varint(out, strlen(values->words[i]));
        bytes_add_text(out, values->words[i]);
    }
    bytes_add_varint(out, varint_from_signed(shared.earliest));
    bytes_add_varint(out, shared.tens);
    bytes_add_varint(out, varint_from_signed(shared.least));
    for (size_t i = 0; i < values->n; i++) {
        uint16_t before = i ? values->rows[i - 1].person : 0;

        assert(values->rows[i].person >= before);
        pack_row(&values->rows[i], before, &shared, out);
    }
}

/* ---- from bytes ------------------------------------------------------------------------------ */

struct value_cursor {
    const uint8_t *at; /* NULL: what was read is no number */
    const uint8_t *end;
};

static uint64_t take(struct value_cursor *cursor, uint64_t most)
{
    uint64_t value = 0;

    if (cursor->at)
        cursor->at = varint_read(cursor->at, cursor->end, &value);
    if (value > most)
        cursor->at = NULL;
    return cursor->at ? value : 0;
}

static int64_t take_signed(struct value_cursor *cursor)
{
    return varint_to_signed(take(cursor, UINT64_MAX));
}

static bool damaged(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "the values of a segment are damaged");
}

static bool take_words(struct value_cursor *cursor, struct value_rows *values, struct err *err)
{
    uint64_t n = take(cursor, VALUE_WORDS_MAX + UINT64_C(1));

    for (uint64_t i = 0; i < n; i++) {
        uint64_t length = take(cursor, EVENT_WORD_BYTES_MAX);
        uint16_t place;

        if (!cursor->at || length > (uint64_t)(cursor->end - cursor->at) ||
            memchr(cursor->at, 0, (size_t)length) || (i == 0) != (length == 0))
            return damaged(err);
        if (!value_rows_word(values, (const char *)cursor->at, (size_t)length, &place, err))
            return false;
        if (place != i)
            return damaged(err);
        cursor->at += length;
    }
    return true;
}

static bool take_shared(struct value_cursor *cursor, struct shared *shared)
{
    int64_t earliest = take_signed(cursor);

    shared->tens = (unsigned)take(cursor, TENS_MOST);
    shared->least = take_signed(cursor);
    shared->earliest = (int32_t)earliest;
    shared->power = 1;
    for (unsigned i = 0; i < shared->tens; i++)
        shared->power *= 10;
    return cursor->at && earliest >= DAY_FIRST && earliest <= DAY_LAST;
}

/* The number, which must fit: least + step, times the power. */
static bool take_nano(struct value_cursor *cursor, const struct shared *shared, int64_t *nano)
{
    uint64_t step = take(cursor, UINT64_MAX);
    int64_t whole;

    return cursor->at &&
           !__builtin_add_overflow((__int128_t)shared->least, (__int128_t)step, &whole) &&
           !__builtin_mul_overflow(whole, shared->power, nano);
}

static bool take_row(struct value_cursor *cursor, const struct shared *shared,
                     const struct value_rows *values, uint32_t n_persons, uint64_t *person,
                     struct value_row *row)
{
    uint64_t step = take(cursor, n_persons), day = take(cursor, DAY_LAST - DAY_FIRST + 1);
    uint64_t code = take(cursor, 2 * (VALUE_WORDS_MAX + UINT64_C(1)) + 2);
    uint64_t word = code ? (code - 1) / 2 : 0;

    *person += step;
    *row = (struct value_row){.day = day ? shared->earliest + (int32_t)day - 1 : PERSON_NO_DATE,
                              .person = (uint16_t)*person,
                              .word = (uint16_t)word,
                              .form = code == 0  ? EVENT_NO_VALUE
                                      : code % 2 ? EVENT_NUMBER
                                                 : EVENT_ANSWER};
    if (!cursor->at || *person >= n_persons || (day && row->day > DAY_LAST) ||
        (code && word >= values->n_words))
        return false;
    return row->form != EVENT_NUMBER || take_nano(cursor, shared, &row->nano);
}

bool value_rows_unpack(const uint8_t *data, size_t size, uint32_t n_persons,
                       struct value_rows *values, struct err *err)
{
    assert(data && values);
    struct value_cursor cursor = {data, data + size};
    struct shared shared;
    uint64_t n = take(&cursor, size), person = 0; /* a row has more than one byte */

    value_rows_clear(values);
    if (!n || !take_words(&cursor, values, err))
        return !n ? damaged(err) : false;
    if (!take_shared(&cursor, &shared))
        return damaged(err);
    if (!value_rows_room(values, (size_t)n, err))
        return false;
    for (; values->n < n; values->n++)
        if (!take_row(&cursor, &shared, values, n_persons, &person, &values->rows[values->n]))
            return damaged(err);
    return cursor.at == cursor.end || damaged(err);
}
