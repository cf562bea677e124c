/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/event_pack.h"

#include <assert.h>

#include "proto/base/varint.h"

#define KIND_LOW 7u
#define EXCLUDED 8u
#define HAS_DATE 16u
#define HAS_AGE 32u
#define KIND_HIGH 64u /* the kind is eight higher */
#define LASTS 128u
#define HAS_NUMBER 256u
#define HAS_ANSWER 512u
#define ALL_BITS 1023u

_Static_assert(EVENT_KIND_LAST < 16, "a kind has four bits");

static unsigned kind_of(uint64_t head)
{
    return (unsigned)(head & KIND_LOW) + (head & KIND_HIGH ? KIND_LOW + 1 : 0);
}

static uint64_t head_of(const struct event_pack *event)
{
    return ((uint64_t)event->kind & KIND_LOW) | (event->kind > KIND_LOW ? KIND_HIGH : 0) |
           (event->excluded ? EXCLUDED : 0) | (event->date != PERSON_NO_DATE ? HAS_DATE : 0) |
           (event->age_days != EVENT_NO_AGE ? HAS_AGE : 0) | (event->lasts ? LASTS : 0) |
           (event->form == EVENT_NUMBER ? HAS_NUMBER : 0) |
           (event->form == EVENT_ANSWER ? HAS_ANSWER : 0);
}

void event_pack_add(struct bytes *bytes, const struct event_pack *event)
{
    uint8_t text[7 * VARINT_BYTES_MAX];
    uint8_t *at = text;

    assert(event->kind >= EVENT_DIAGNOSIS && event->kind <= EVENT_KIND_LAST && event->concept > 0);
    assert(event->lasts >= 0 && event->word >= (event->form == EVENT_ANSWER));
    at = varint_write(at, head_of(event));
    at = varint_write(at, (uint64_t)event->concept);
    if (event->date != PERSON_NO_DATE)
        at = varint_write(at, varint_from_signed(event->date));
    if (event->age_days != EVENT_NO_AGE)
        at = varint_write(at, varint_from_signed(event->age_days));
    if (event->lasts)
        at = varint_write(at, (uint64_t)event->lasts);
    if (event->form == EVENT_NUMBER)
        at = varint_write(at, varint_from_signed(event->nano));
    if (event->form != EVENT_NO_VALUE)
        at = varint_write(at, (uint64_t)event->word);
    bytes_add(bytes, text, (size_t)(at - text));
}

static bool read_day(const uint8_t *data, size_t size, size_t *at, int32_t *day)
{
    uint64_t value;
    int64_t number;

    if (!bytes_read_varint(data, size, at, &value))
        return false;
    number = varint_to_signed(value);
    *day = (int32_t)number;
    return number > INT32_MIN && number <= INT32_MAX;
}

/* How long it lasted, and its value. */
static bool read_rest(const uint8_t *data, size_t size, size_t *at, uint64_t head,
                      struct event_pack *event)
{
    uint64_t number = 0;

    if (head & LASTS &&
        (!bytes_read_varint(data, size, at, &number) || !number || number > INT32_MAX))
        return false;
    event->lasts = (int32_t)number;
    if (!(head & (HAS_NUMBER | HAS_ANSWER)))
        return true;
    event->form = head & HAS_NUMBER ? EVENT_NUMBER : EVENT_ANSWER;
    if (event->form == EVENT_NUMBER) {
        if (!bytes_read_varint(data, size, at, &number))
            return false;
        event->nano = varint_to_signed(number);
    }
    if (!bytes_read_varint(data, size, at, &number) || number > INT64_MAX)
        return false;
    event->word = (int64_t)number;
    return event->form == EVENT_NUMBER || number > 0;
}

bool event_pack_next(const uint8_t *data, size_t size, size_t *at, struct event_pack *event)
{
    uint64_t head, concept;

    *event = (struct event_pack){.date = PERSON_NO_DATE, .age_days = EVENT_NO_AGE};
    if (!bytes_read_varint(data, size, at, &head) || head > ALL_BITS ||
        (head & HAS_NUMBER && head & HAS_ANSWER) || kind_of(head) < EVENT_DIAGNOSIS ||
        kind_of(head) > EVENT_KIND_LAST || !bytes_read_varint(data, size, at, &concept) ||
        concept < 1 || concept > INT64_MAX)
        return false;
    event->kind = (enum event_kind)kind_of(head);
    event->excluded = head & EXCLUDED;
    event->concept = (int64_t) concept;
    return (!(head & HAS_DATE) || read_day(data, size, at, &event->date)) &&
           (!(head & HAS_AGE) || read_day(data, size, at, &event->age_days)) &&
           read_rest(data, size, at, head, event);
}
