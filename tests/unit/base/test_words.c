/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a word of the list is found with its number and nothing else is, and a list is told in
 * one line as people write one.
 */
#include "proto/base/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *colour(size_t i)
{
    static const char *const names[] = {"red", "green", "blue"};

    return i < 3 ? names[i] : NULL;
}

static const char *lone(size_t i)
{
    return i == 0 ? "red" : NULL;
}

static const char *none(size_t i)
{
    (void)i;
    return NULL;
}

static void test_a_word_is_found_by_all_of_it(void **state)
{
    size_t i = 9;

    (void)state;
    assert_false(words_find(colour, "gree", &i));
    assert_false(words_find(colour, "Green", &i));
    assert_false(words_find(colour, "", &i));
    assert_false(words_find(none, "red", &i));
    assert_int_equal(i, 9);
    assert_true(words_find(colour, "green", &i));
    assert_int_equal(i, 1);
}

static void test_a_list_is_told_in_one_line(void **state)
{
    char room[WORDS_TEXT_BYTES];

    (void)state;
    assert_string_equal(words_join(colour, " or ", room), "red, green or blue");
    assert_string_equal(words_join(lone, " or ", room), "red");
    assert_string_equal(words_join(none, " or ", room), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_word_is_found_by_all_of_it),
                                       cmocka_unit_test(test_a_list_is_told_in_one_line)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
