/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the rows of an option table say: with which verbs an option goes, where it is needed, and a
 * number is all of its text and within its limits.
 */
#include "proto/base/option.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/refused.h"

static void test_an_option_goes_with_its_verbs(void **state)
{
    const struct option_spec all = {.name = "json", .type = OPTION_FLAG};
    const struct option_spec some = {.name = "key", .type = OPTION_PATH, .verbs = "sign resign"};

    (void)state;
    assert_true(option_goes(&all, "check") && option_goes(&all, NULL));
    assert_true(option_goes(&some, "sign") && option_goes(&some, "resign"));
    assert_false(option_goes(&some, "sig") || option_goes(&some, "signs"));
}

static void test_an_option_is_needed_always_or_by_verbs(void **state)
{
    const struct option_spec never = {.name = "a", .type = OPTION_TEXT};
    const struct option_spec always = {.name = "b", .type = OPTION_TEXT, .needed = OPTION_ALWAYS};
    const struct option_spec some = {.name = "c", .type = OPTION_TEXT, .needed = "stop start"};

    (void)state;
    assert_false(option_needed(&never, "stop"));
    assert_true(option_needed(&always, "stop") && option_needed(&always, NULL));
    assert_true(option_needed(&some, "start"));
    assert_false(option_needed(&some, "show") || option_needed(&some, NULL));
}

static void test_what_takes_an_argument(void **state)
{
    (void)state;
    assert_false(option_takes(&(struct option_spec){.type = OPTION_FLAG}));
    assert_false(option_takes(&(struct option_spec){.type = OPTION_SET}));
    assert_true(option_takes(&(struct option_spec){.type = OPTION_READ}));
    assert_true(option_repeats(&(struct option_spec){.type = OPTION_PATHS}));
    assert_false(option_repeats(&(struct option_spec){.type = OPTION_PATH}));
}

static void test_a_number_is_all_of_its_text_and_within_its_limits(void **state)
{
    static const char *const bad[] = {"", "x", "3x", " ", "0", "8", "-1", "99999999999999999999"};
    struct err err = {0};
    long number = 5;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        assert_refused(option_number("--days", bad[i], 1, 7, &number, &err), &err, ERR_INVALID);
        assert_int_equal(number, 5);
    }
    assert_string_equal(err.text, "--days takes 1 to 7, not \"99999999999999999999\"");
    assert_true(option_number("--days", "1", 1, 7, &number, &err));
    assert_int_equal(number, 1);
    assert_true(option_number("--days", "7", 1, 7, &number, &err));
    assert_int_equal(number, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_option_goes_with_its_verbs),
        cmocka_unit_test(test_an_option_is_needed_always_or_by_verbs),
        cmocka_unit_test(test_what_takes_an_argument),
        cmocka_unit_test(test_a_number_is_all_of_its_text_and_within_its_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
