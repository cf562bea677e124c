/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/event_pack.h"

#include <assert.h>

#include "proto/base/varint.h"

#define KIND_LOW 7u
#define EXCLUDED 8u
#define HAS_DATE 16u
#define HAS_AGE 32u
#define KIND_HIGH 64u /* the kind is eight higher */
#define ALL_BITS 127u

_Static_assert(EVENT_KIND_LAST < 16, "a kind has four bits");

static unsigned kind_of(uint64_t head)
{
    return (unsigned)(head & KIND_LOW) + (head & KIND_HIGH ? KIND_LOW + 1 : 0);
}

void event_pack_add(struct bytes *bytes, const struct event_pack *event)
{
    uint8_t text[4 * VARINT_BYTES_MAX];
    uint8_t *at = text;

    assert(event->kind >= EVENT_DIAGNOSIS && event->kind <= EVENT_KIND_LAST && event->concept > 0);
    at = varint_write(
        at, ((uint64_t)event->kind & KIND_LOW) | (event->kind > KIND_LOW ? KIND_HIGH : 0) |
                (event->excluded ? EXCLUDED : 0) | (event->date != PERSON_NO_DATE ? HAS_DATE : 0) |
                (event->age_days != EVENT_NO_AGE ? HAS_AGE : 0));
    at = varint_write(at, (uint64_t)event->concept);
    if (event->date != PERSON_NO_DATE)
        at = varint_write(at, varint_from_signed(event->date));
    if (event->age_days != EVENT_NO_AGE)
        at = varint_write(at, varint_from_signed(event->age_days));
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

bool event_pack_next(const uint8_t *data, size_t size, size_t *at, struct event_pack *event)
{
    uint64_t head, concept;

    *event = (struct event_pack){.date = PERSON_NO_DATE, .age_days = EVENT_NO_AGE};
    if (!bytes_read_varint(data, size, at, &head) || head > ALL_BITS ||
        kind_of(head) < EVENT_DIAGNOSIS || kind_of(head) > EVENT_KIND_LAST ||
        !bytes_read_varint(data, size, at, &concept) || concept < 1 || concept > INT64_MAX)
        return false;
    event->kind = (enum event_kind)kind_of(head);
    event->excluded = head & EXCLUDED;
    event->concept = (int64_t) concept;
    return (!(head & HAS_DATE) || read_day(data, size, at, &event->date)) &&
           (!(head & HAS_AGE) || read_day(data, size, at, &event->age_days));
}
