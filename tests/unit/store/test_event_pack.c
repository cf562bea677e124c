/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of packed events: all values come back at the ends of their ranges, and bytes that are
 * no events are refused without reading beyond them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/store/event_pack.h"

static const struct event_pack events[] = {
    {EVENT_DIAGNOSIS, false, 1, PERSON_NO_DATE, EVENT_NO_AGE, 0, EVENT_NO_VALUE, 0, 0},
    {EVENT_OTHER, true, INT64_MAX, INT32_MAX, INT32_MAX, 0, EVENT_NO_VALUE, 0, 0},
    {EVENT_TREATMENT, false, 127, INT32_MIN + 1, 0, 0, EVENT_NO_VALUE, 0, 0},
    {EVENT_PHENOTYPE, true, 128, PERSON_NO_DATE, INT32_MIN + 1, 0, EVENT_NO_VALUE, 0, 0},
    {EVENT_PROCEDURE, false, 300, 0, EVENT_NO_AGE, 0, EVENT_NO_VALUE, 0, 0},
    {EVENT_OBSERVATION, false, 5, 1, 2, 0, EVENT_NO_VALUE, 0, 0},
    {EVENT_SPECIMEN, true, 6, 3, EVENT_NO_AGE, 0, EVENT_NO_VALUE, 0, 0},
    {EVENT_KIND_LAST, false, 7, PERSON_NO_DATE, 4, 0, EVENT_NO_VALUE, 0, 0},
    {EVENT_LAB, false, 8, 5, EVENT_NO_AGE, 0, EVENT_NUMBER, INT64_MIN, 0},
    {EVENT_LAB, false, 9, 5, 6, INT32_MAX, EVENT_NUMBER, INT64_MAX, INT64_MAX},
    {EVENT_OBSERVATION, true, 10, PERSON_NO_DATE, EVENT_NO_AGE, 1, EVENT_ANSWER, 0, 1},
};

#define N (sizeof(events) / sizeof(events[0]))

static void pack_all(struct bytes *bytes)
{
    for (size_t i = 0; i < N; i++)
        event_pack_add(bytes, &events[i]);
    assert_false(bytes->failed);
}

static void test_what_was_written_is_read_back(void **state)
{
    struct bytes bytes = {0};
    size_t at = 0;

    (void)state;
    pack_all(&bytes);
    for (size_t i = 0; i < N; i++) {
        struct event_pack event;

        assert_true(event_pack_next(bytes.data, bytes.size, &at, &event));
        assert_int_equal(event.kind, events[i].kind);
        assert_int_equal(event.excluded, events[i].excluded);
        assert_int_equal(event.concept, events[i].concept);
        assert_int_equal(event.date, events[i].date);
        assert_int_equal(event.age_days, events[i].age_days);
        assert_int_equal(event.lasts, events[i].lasts);
        assert_int_equal(event.form, events[i].form);
        assert_int_equal(event.nano, events[i].nano);
        assert_int_equal(event.word, events[i].word);
    }
    assert_int_equal(at, bytes.size);
    bytes_clear(&bytes);
}

/* Reads to the end or to the first fault, in a buffer that ends where the bytes end. */
static bool reads(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    struct event_pack event;
    size_t at = 0;
    bool ok = true;

    assert_non_null(copy);
    memcpy(copy + 1, data, size);
    while (ok && at < size) {
        ok = event_pack_next(copy + 1, size, &at, &event);
        assert_true(at <= size);
        assert_true(!ok || (event.kind >= EVENT_DIAGNOSIS && event.kind <= EVENT_KIND_LAST &&
                            event.concept > 0));
    }
    free(copy);
    return ok;
}

static void test_damage_stays_in_bounds(void **state)
{
    static const uint8_t no_kind[] = {0, 1}, past_last[] = {64 + EVENT_KIND_LAST - 8 + 1, 1},
                         bit_7[] = {128 + 1, 1, 1}, no_concept[] = {1, 0}, cut[] = {1};
    struct bytes bytes = {0};

    (void)state;
    assert_false(reads(no_kind, sizeof(no_kind)));
    assert_false(reads(past_last, sizeof(past_last)));
    assert_false(reads(bit_7, sizeof(bit_7)));
    assert_false(reads(no_concept, sizeof(no_concept)));
    assert_false(reads(cut, sizeof(cut)));
    pack_all(&bytes);
    for (size_t i = 0; i < bytes.size; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes.data[i] ^= (uint8_t)(1u << bit);
            (void)reads(bytes.data, bytes.size);
            (void)reads(bytes.data, i);
            bytes.data[i] ^= (uint8_t)(1u << bit);
        }
    bytes_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_written_is_read_back),
        cmocka_unit_test(test_damage_stays_in_bounds),
    };

    return cmocka_run_group_tests_name("event_pack", tests, NULL, NULL);
}
