/* SPDX-License-Identifier: Apache-2.0 */
/* The address works once, and a session is one that this desk began, for as long as it is used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/desk/ticket.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"

static bool heard(struct ticket_office *office, const char *session)
{
    char cookies[256];

    snprintf(cookies, sizeof(cookies), "other=1; " TICKET_COOKIE "=%s; more=2", session);
    return ticket_is_valid(office, cookies);
}

static void test_a_token_is_taken_once(void **state)
{
    struct ticket_office *office = ticket_office_new();
    char token[TICKET_TEXT_BYTES], session[TICKET_TEXT_BYTES], second[TICKET_TEXT_BYTES];

    (void)state;
    assert_false(ticket_take(office, "", session)); /* before one was printed */
    ticket_print(office, token);
    assert_int_equal(strlen(token), TICKET_TEXT_BYTES - 1);
    assert_false(ticket_take(office, "0000", session));
    assert_true(ticket_take(office, token, session));
    assert_string_not_equal(token, session);
    assert_false(ticket_take(office, token, second));
    assert_true(heard(office, session));
    assert_false(heard(office, token));
    assert_false(ticket_is_valid(office, NULL));
    assert_false(ticket_is_valid(office, TICKET_COOKIE "="));
    assert_false(ticket_is_valid(office, "x" TICKET_COOKIE "=1"));
    ticket_office_free(office);
}

static void test_a_new_token_ends_the_one_before(void **state)
{
    struct ticket_office *office = ticket_office_new();
    char first[TICKET_TEXT_BYTES], next[TICKET_TEXT_BYTES], session[TICKET_TEXT_BYTES];

    (void)state;
    ticket_print(office, first);
    ticket_print(office, next);
    assert_false(ticket_take(office, first, session));
    assert_true(ticket_take(office, next, session));
    ticket_office_free(office);
}

static void test_a_session_ends_when_nobody_uses_it(void **state)
{
    struct ticket_office *office = ticket_office_new();
    char token[TICKET_TEXT_BYTES], session[TICKET_TEXT_BYTES];

    (void)state;
    clock_set(1000, 1);
    ticket_print(office, token);
    assert_true(ticket_take(office, token, session));
    clock_set(1000 + TICKET_IDLE_MS, 1);
    assert_true(heard(office, session)); /* and begins anew */
    clock_set(1000 + 2 * TICKET_IDLE_MS, 1);
    assert_true(heard(office, session));
    clock_set(1001 + 3 * TICKET_IDLE_MS, 1);
    assert_false(heard(office, session));
    clock_release();
    ticket_office_free(office);
}

static void test_one_session_more_ends_the_oldest(void **state)
{
    struct ticket_office *office = ticket_office_new();
    char token[TICKET_TEXT_BYTES], session[TICKET_SESSIONS + 1][TICKET_TEXT_BYTES];

    (void)state;
    for (int i = 0; i <= TICKET_SESSIONS; i++) {
        clock_set(1000 + i, 1);
        ticket_print(office, token);
        assert_true(ticket_take(office, token, session[i]));
    }
    assert_false(heard(office, session[0]));
    assert_true(heard(office, session[1]));
    assert_true(heard(office, session[TICKET_SESSIONS]));
    clock_release();
    ticket_office_free(office);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_token_is_taken_once),
        cmocka_unit_test(test_a_new_token_ends_the_one_before),
        cmocka_unit_test(test_a_session_ends_when_nobody_uses_it),
        cmocka_unit_test(test_one_session_more_ends_the_oldest),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
