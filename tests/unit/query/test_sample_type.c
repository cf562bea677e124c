/* SPDX-License-Identifier: Apache-2.0 */
/* Every type has a word, and its calls are of one origin at most. */
#include "proto/query/sample_type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void test_words_are_read_as_they_are_written(void **state)
{
    enum sample_type type;

    (void)state;
    for (size_t i = 0; i < SAMPLE_TYPES; i++) {
        assert_true(sample_type_read(sample_type_word(i), &type));
        assert_int_equal(type, i + 1);
    }
    assert_null(sample_type_word(SAMPLE_TYPES));
    assert_false(sample_type_read("tumor", &type));
    assert_false(sample_type_read("", &type));
}

static void test_a_normal_is_of_the_germline_and_a_tumour_never(void **state)
{
    (void)state;
    assert_true(sample_type_is(SAMPLE_GERMLINE, ORIGIN_GERMLINE));
    assert_true(sample_type_is(SAMPLE_NORMAL, ORIGIN_GERMLINE));
    assert_true(sample_type_is(SAMPLE_TUMOUR, ORIGIN_SOMATIC));
    assert_true(sample_type_is(SAMPLE_CFDNA, ORIGIN_SOMATIC));
    for (int type = 1; type <= SAMPLE_TYPES; type++)
        assert_false(sample_type_is((enum sample_type)type, ORIGIN_GERMLINE) &&
                     sample_type_is((enum sample_type)type, ORIGIN_SOMATIC));
    assert_false(sample_type_is(SAMPLE_RNA, ORIGIN_SOMATIC));
    assert_false(sample_type_is(SAMPLE_ISOLATE, ORIGIN_GERMLINE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_read_as_they_are_written),
        cmocka_unit_test(test_a_normal_is_of_the_germline_and_a_tumour_never),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
