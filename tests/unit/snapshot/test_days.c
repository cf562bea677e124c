/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of days: rows come back as they were written, in few bytes, and damaged bytes are
 * refused or give persons and days within their bounds.
 */
#include "node/snapshot/days.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/bytes.h"
#include "proto/base/date.h"

static const struct day_row rows[] = {{20000, 0, false},   {19000, 3, false},
                                      {19001, 3, false},   {19400, 3, false},
                                      {12000, 200, false}, {20000, 16383, false}};
#define N (sizeof(rows) / sizeof(rows[0]))

static void test_rows_come_back(void **state)
{
    struct bytes bytes = {0};
    struct day_row read[N];

    (void)state;
    days_pack(rows, N, &bytes);
    assert_false(bytes.failed);
    assert_int_equal(days_count(bytes.data, bytes.size), N);
    assert_true(days_unpack(bytes.data, bytes.size, 16384, read));
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(read[i].person, rows[i].person);
        assert_int_equal(read[i].day, rows[i].day);
    }
    bytes_clear(&bytes);
}

static void test_the_ends_of_the_calendar(void **state)
{
    const struct day_row ends[] = {{date_from_civil(1, 1, 1), 5, false},
                                   {date_from_civil(9999, 12, 31), 5, false}};
    struct bytes bytes = {0};
    struct day_row read[2];

    (void)state;
    days_pack(ends, 2, &bytes);
    assert_true(days_unpack(bytes.data, bytes.size, 6, read));
    assert_int_equal(read[0].day, ends[0].day);
    assert_int_equal(read[1].day, ends[1].day);
    assert_false(days_unpack(bytes.data, bytes.size, 5, read)); /* no such person */
    bytes_clear(&bytes);
}

/* A code of many: about three bytes an event. */
static void test_few_bytes_an_event(void **state)
{
    struct day_row *many = calloc(20000, sizeof(*many));
    struct bytes bytes = {0};
    size_t n = 0;

    (void)state;
    for (uint32_t person = 0; person < 16384; person += 1 + person % 3)
        for (int i = 0; i < 2 && n < 20000; i++)
            many[n++] = (struct day_row){15000 + (int32_t)(person * 7 % 4000) + i * 300,
                                         (uint16_t)person, false};
    days_pack(many, n, &bytes);
    assert_true(bytes.size < 3 * n + n / 4);
    free(many);
    bytes_clear(&bytes);
}

static void reads(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    size_t n;

    assert_non_null(copy);
    memcpy(copy + 1, data, size);
    n = days_count(copy + 1, size);
    if (n > 0) {
        struct day_row *read = malloc(n * sizeof(*read));

        assert_non_null(read);
        if (days_unpack(copy + 1, size, 16384, read))
            for (size_t i = 0; i < n; i++)
                assert_true(read[i].person < 16384 && read[i].day >= date_from_civil(1, 1, 1) &&
                            read[i].day <= date_from_civil(9999, 12, 31));
        free(read);
    }
    free(copy);
}

static void test_damage_stays_in_bounds(void **state)
{
    struct bytes bytes = {0};

    (void)state;
    days_pack(rows, N, &bytes);
    for (size_t i = 0; i < bytes.size; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes.data[i] ^= (uint8_t)(1u << bit);
            reads(bytes.data, bytes.size);
            reads(bytes.data, i);
            bytes.data[i] ^= (uint8_t)(1u << bit);
        }
    assert_int_equal(days_count(NULL, 0), 0);
    bytes_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_come_back),
        cmocka_unit_test(test_the_ends_of_the_calendar),
        cmocka_unit_test(test_few_bytes_an_event),
        cmocka_unit_test(test_damage_stays_in_bounds),
    };

    return cmocka_run_group_tests_name("days", tests, NULL, NULL);
}
