/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/days.h"

#include <assert.h>
#include <stdlib.h>

#include "proto/base/bytes.h"
#include "proto/base/varint.h"

/* Of the years 1 and 9999: date_from_civil(). */
#define DAY_FIRST (-719162)
#define DAY_LAST 2932896

void days_clear(struct days *days)
{
    assert(days);
    free(days->rows);
    *days = (struct days){0};
}

bool days_room(struct days *days, size_t n, struct err *err)
{
    assert(days);
    struct day_row *grown;
    size_t room = days->room ? days->room : 1024;

    while (room < days->n + n)
        room *= 2;
    if (room == days->room)
        return true;
    grown = realloc(days->rows, room * sizeof(*grown));
    if (!grown)
        return err_memory(err);
    days->rows = grown;
    days->room = room;
    return true;
}

static int by_person_and_day(const void *left, const void *right)
{
    const struct day_row *a = left, *b = right;

    return a->person != b->person ? (a->person > b->person) - (a->person < b->person)
                                  : (a->day > b->day) - (a->day < b->day);
}

size_t days_settle(struct day_row *rows, size_t n, bool sorted)
{
    assert(rows);
    size_t kept = 0;

    if (!sorted)
        qsort(rows, n, sizeof(*rows), by_person_and_day);
    for (size_t i = 0; i < n; i++)
        if (!kept || by_person_and_day(&rows[kept - 1], &rows[i]) != 0)
            rows[kept++] = rows[i];
    return kept;
}

void days_pack(const struct day_row *rows, size_t n, struct bytes *out)
{
    assert(rows && n > 0 && out);
    int32_t earliest = rows[0].day;
    uint8_t text[2 * VARINT_BYTES_MAX];

    for (size_t i = 1; i < n; i++)
        if (rows[i].day < earliest)
            earliest = rows[i].day;
    bytes_add_varint(out, n);
    bytes_add_varint(out, varint_from_signed(earliest));
    for (size_t i = 0; i < n; i++) {
        uint32_t person = rows[i].person - (i ? rows[i - 1].person : 0u);
        bool same = i > 0 && person == 0;
        uint8_t *at = varint_write(text, person);

        assert(!same || rows[i].day > rows[i - 1].day);
        at = varint_write(at, (uint32_t)(rows[i].day - (same ? rows[i - 1].day : earliest)));
        bytes_add(out, text, (size_t)(at - text));
    }
}

size_t days_count(const uint8_t *data, size_t size)
{
    uint64_t n = 0;

    /* a row has at least two bytes */
    return data && varint_read(data, data + size, &n) && n <= size / 2 ? (size_t)n : 0;
}

static inline const uint8_t *read_number(const uint8_t *at, const uint8_t *end, uint64_t *value)
{
    if (at < end && *at < 128) {
        *value = *at;
        return at + 1;
    }
    return varint_read(at, end, value);
}

bool days_unpack(const uint8_t *data, size_t size, uint32_t n_persons, struct day_row *rows)
{
    assert(data && rows);
    const uint8_t *end = data + size, *at;
    uint64_t n, number, person = 0, step, later;
    int64_t earliest, day = 0;

    at = varint_read(data, end, &n);
    at = at ? varint_read(at, end, &number) : NULL;
    if (!at)
        return false;
    earliest = varint_to_signed(number);
    if (earliest < DAY_FIRST || earliest > DAY_LAST)
        return false;
    for (uint64_t i = 0; i < n; i++) {
        at = read_number(at, end, &step);
        at = at ? read_number(at, end, &later) : NULL;
        if (!at || step >= n_persons || later > DAY_LAST - DAY_FIRST)
            return false;
        person += step;
        day = (i > 0 && step == 0 ? day : earliest) + (int64_t)later;
        if (person >= n_persons || day > DAY_LAST)
            return false;
        rows[i] = (struct day_row){(int32_t)day, (uint16_t)person, false};
    }
    return at == end;
}
