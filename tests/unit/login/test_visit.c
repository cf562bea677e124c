/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log-in on its way ends once, in the browser that began it, within its life.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/login/visit.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"

static void test_it_ends_once_in_its_browser(void **state)
{
    struct visit_book *book = visit_book_new();
    struct visit visit, other, got;

    (void)state;
    assert_non_null(book);
    visit_begin(book, &visit);
    visit_begin(book, &other);
    assert_string_not_equal(visit.state, other.state);
    assert_string_not_equal(visit.state, visit.nonce);
    assert_string_not_equal(visit.nonce, visit.verifier);
    assert_false(visit_end(book, NULL, visit.mark, &got));
    assert_false(visit_end(book, visit.state, NULL, &got));
    assert_false(visit_end(book, visit.state, other.mark, &got));
    assert_false(visit_end(book, "", visit.mark, &got));
    assert_false(visit_end(book, visit.nonce, visit.mark, &got));
    assert_true(visit_end(book, visit.state, visit.mark, &got)); /* none of those ended it */
    assert_string_equal(got.verifier, visit.verifier);
    assert_string_equal(got.nonce, visit.nonce);
    assert_false(visit_end(book, visit.state, visit.mark, &got));
    assert_true(visit_end(book, other.state, other.mark, &got));
    visit_book_free(book);
}

static void test_it_has_a_life(void **state)
{
    struct visit_book *book = visit_book_new();
    struct visit early, late, got;

    (void)state;
    assert_non_null(book);
    clock_set(1000, 1900000000);
    visit_begin(book, &early);
    clock_set(1001, 1900000000);
    visit_begin(book, &late);
    clock_set(1001 + VISIT_LIFE_MS, 1900000000);
    assert_false(visit_end(book, early.state, early.mark, &got));
    assert_true(visit_end(book, late.state, late.mark, &got));
    clock_release();
    visit_book_free(book);
}

/* As many as VISITS_MAX are on their way; one more, and the oldest is not. */
static void test_at_the_limit_and_one_past(void **state)
{
    struct visit_book *book = visit_book_new();
    struct visit first, second, more, got;

    (void)state;
    assert_non_null(book);
    clock_set(1, 1900000000);
    visit_begin(book, &first);
    clock_set(2, 1900000000);
    visit_begin(book, &second);
    clock_set(3, 1900000000);
    for (size_t i = 2; i < VISITS_MAX; i++)
        visit_begin(book, &more);
    visit_begin(book, &more);
    assert_false(visit_end(book, first.state, first.mark, &got));
    assert_true(visit_end(book, second.state, second.mark, &got));
    assert_true(visit_end(book, more.state, more.mark, &got));
    clock_release();
    visit_book_free(book);
}

/* RFC 7636, appendix B. */
static void test_the_challenge_of_the_standard(void **state)
{
    struct visit visit = {.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"};
    char out[VISIT_TEXT_BYTES];

    (void)state;
    visit_challenge(&visit, out);
    assert_string_equal(out, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_ends_once_in_its_browser),
        cmocka_unit_test(test_it_has_a_life),
        cmocka_unit_test(test_at_the_limit_and_one_past),
        cmocka_unit_test(test_the_challenge_of_the_standard),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
