/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A timestamp gives its day in Sweden, or is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/import/timestamp.h"
#include "proto/base/date.h"

static void test_a_timestamp_gives_its_day(void **state)
{
    int32_t day = 0;

    (void)state;
    assert_true(timestamp_day("1998-03-01", &day));
    assert_int_equal(day, date_from_civil(1998, 3, 1));
    assert_true(timestamp_day("1998-03-01T23:59:59.5+02:00", &day));
    assert_int_equal(day, date_from_civil(1998, 3, 1));
    assert_true(timestamp_day("1998-02-28T23:00:00Z", &day)); /* midnight in Sweden */
    assert_int_equal(day, date_from_civil(1998, 3, 1));
    assert_true(timestamp_day("1998-02-28T22:59:59Z", &day));
    assert_int_equal(day, date_from_civil(1998, 2, 28));
    assert_true(timestamp_day("1998-07-31T22:00:00Z", &day)); /* summer time */
    assert_int_equal(day, date_from_civil(1998, 8, 1));
    assert_true(timestamp_day("1995-10-01T22:30:00Z", &day)); /* ended in September until 1995 */
    assert_int_equal(day, date_from_civil(1995, 10, 1));
    assert_true(timestamp_day("1996-10-01T22:30:00Z", &day));
    assert_int_equal(day, date_from_civil(1996, 10, 2));
    assert_true(timestamp_day("1969-12-31T23:30:00-00:00", &day));
    assert_int_equal(day, date_from_civil(1970, 1, 1));
    assert_true(timestamp_day("1998-03-01T23:59:59", &day)); /* without a zone: in Sweden */
    assert_int_equal(day, date_from_civil(1998, 3, 1));
    assert_true(timestamp_day("1998-02-28t23:00:00Z", &day));
    assert_int_equal(day, date_from_civil(1998, 3, 1));
    assert_true(timestamp_day("1998-02-28 23:00:00Z", &day));
    assert_int_equal(day, date_from_civil(1998, 3, 1));
    assert_false(timestamp_day("1998-02-28x23:00:00Z", &day));
    assert_false(timestamp_day("1998-03-01T24:00:00Z", &day));
    assert_false(timestamp_day("1998-03-01T10:00:00+1", &day));
    assert_false(timestamp_day("1998-02-30", &day));
    assert_false(timestamp_day("1998-03", &day));
    assert_false(timestamp_day("1998-03-01 10:00", &day));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_timestamp_gives_its_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
