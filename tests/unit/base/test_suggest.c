/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of suggestions: the nearest candidate, or the shortest that begins so; none when
 * nothing is near; any length of word is safe.
 */
#include "proto/base/suggest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *nearest(const char *typed)
{
    static const char *const candidates[] = {"age",         "gene",    "missense_or_worse",
                                             "region",      "clinvar", "missense_variant",
                                             "consequence", "af"};
    struct suggest suggest;

    suggest_start(&suggest, typed, strlen(typed));
    for (size_t i = 0; i < sizeof(candidates) / sizeof(*candidates); i++)
        suggest_offer(&suggest, candidates[i]);
    return suggest.best;
}

static void test_the_nearest_is_found(void **state)
{
    (void)state;
    assert_string_equal(nearest("genee"), "gene");
    assert_string_equal(nearest("GENE"), "gene");
    assert_string_equal(nearest("regoin"), "region");
    assert_string_equal(nearest("gnee"), "gene");
    assert_string_equal(nearest("clin"), "clinvar");
    assert_string_equal(nearest("missense"), "missense_variant");
    assert_string_equal(nearest("a"), "af");
    assert_null(nearest("xyzzy"));
    assert_null(nearest(""));
}

static void test_distances_count_edits(void **state)
{
    (void)state;
    assert_int_equal(suggest_distance("", ""), 0);
    assert_int_equal(suggest_distance("abc", ""), 3);
    assert_int_equal(suggest_distance("", "abc"), 3);
    assert_int_equal(suggest_distance("kitten", "sitting"), 3);
    assert_int_equal(suggest_distance("saturday", "sunday"), 3);
    assert_int_equal(suggest_distance("vfc", "vcf"), 1);
    assert_int_equal(suggest_distance("aks", "ask"), 1);
    assert_int_equal(suggest_distance("ca", "abc"), 3); /* no letter is moved twice */
}

static void test_long_words_are_safe_and_get_nothing(void **state)
{
    char word[200];

    (void)state;
    memset(word, 'a', sizeof(word));
    for (size_t length = SUGGEST_MAX - 2; length < sizeof(word) - 1; length++) {
        word[length] = 0;
        assert_null(nearest(word));
        word[length] = 'a';
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_nearest_is_found),
        cmocka_unit_test(test_distances_count_edits),
        cmocka_unit_test(test_long_words_are_safe_and_get_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
