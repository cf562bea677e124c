/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A seat has a name that the desk drew, and ends: idle, at the end of the log-in, at log-out, and
 * when its browser logs in again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/desk/seat.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"

#define IDLE_MS 60000
#define LIFE_MS 600000

static struct colleague *const anna = (struct colleague *)"anna";
static struct seat_office *office;

static int begin(void **state)
{
    (void)state;
    clock_set(1000, 1900000000);
    office = seat_office_new(IDLE_MS);
    return office ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    seat_office_free(office);
    clock_release();
    return 0;
}

static void test_a_seat_ends_when_nobody_uses_it(void **state)
{
    char name[SEAT_TEXT_BYTES];
    struct seat_look look;

    (void)state;
    seat_begin(office, anna, LIFE_MS, NULL, name);
    assert_int_equal(strlen(name), SEAT_TEXT_BYTES - 1);
    clock_set(1000 + IDLE_MS - 1, 1900000000);
    assert_true(seat_find(office, name, false, &look)); /* a look is no use */
    assert_ptr_equal(look.colleague, anna);
    assert_int_equal(look.idle_ms, 1);
    assert_true(seat_find(office, name, true, &look));
    assert_int_equal(look.idle_ms, IDLE_MS);
    clock_set(1000 + 2 * IDLE_MS - 2, 1900000000);
    assert_true(seat_find(office, name, false, &look));
    clock_set(1000 + 2 * IDLE_MS - 1, 1900000000);
    assert_false(seat_find(office, name, true, &look));
}

static void test_a_seat_ends_with_the_log_in(void **state)
{
    char name[SEAT_TEXT_BYTES];
    struct seat_look look;

    (void)state;
    seat_begin(office, anna, LIFE_MS, NULL, name);
    for (int64_t at = 1000; at < 1000 + LIFE_MS; at += IDLE_MS / 2) {
        clock_set(at, 1900000000);
        assert_true(seat_find(office, name, true, &look));
        assert_int_equal(look.left_ms, 1000 + LIFE_MS - at);
    }
    clock_set(1000 + LIFE_MS, 1900000000);
    assert_false(seat_find(office, name, true, &look));
}

static void test_names_are_the_desk_s(void **state)
{
    char name[SEAT_TEXT_BYTES], second[SEAT_TEXT_BYTES], brought[SEAT_TEXT_BYTES];
    struct seat_look look;

    (void)state;
    memset(brought, 'a', sizeof(brought) - 1);
    brought[sizeof(brought) - 1] = 0;
    seat_begin(office, anna, LIFE_MS, brought, name);
    assert_false(seat_find(office, brought, true, &look));
    assert_false(seat_find(office, NULL, true, &look));
    assert_false(seat_find(office, "", true, &look));
    name[0] = name[0] == 'a' ? 'b' : 'a';
    assert_false(seat_find(office, name, true, &look));
    seat_begin(office, anna, LIFE_MS, NULL, name);
    seat_begin(office, anna, LIFE_MS, name, second); /* the same browser logs in again */
    assert_false(seat_find(office, name, true, &look));
    assert_true(seat_find(office, second, true, &look));
    seat_end(office, second);
    assert_false(seat_find(office, second, true, &look));
}

/* SEATS_MAX are there at once; one more, and that which was used longest ago is not. */
static void test_at_the_limit_and_one_past(void **state)
{
    char first[SEAT_TEXT_BYTES], second[SEAT_TEXT_BYTES], more[SEAT_TEXT_BYTES];
    struct seat_look look;

    (void)state;
    seat_begin(office, anna, LIFE_MS, NULL, first);
    clock_set(1001, 1900000000);
    seat_begin(office, anna, LIFE_MS, NULL, second);
    clock_set(1002, 1900000000);
    for (size_t i = 2; i < SEATS_MAX; i++)
        seat_begin(office, anna, LIFE_MS, NULL, more);
    assert_true(seat_find(office, first, false, &look));
    seat_begin(office, anna, LIFE_MS, NULL, more);
    assert_false(seat_find(office, first, false, &look));
    assert_true(seat_find(office, second, false, &look));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_seat_ends_when_nobody_uses_it, begin, end),
        cmocka_unit_test_setup_teardown(test_a_seat_ends_with_the_log_in, begin, end),
        cmocka_unit_test_setup_teardown(test_names_are_the_desk_s, begin, end),
        cmocka_unit_test_setup_teardown(test_at_the_limit_and_one_past, begin, end),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
