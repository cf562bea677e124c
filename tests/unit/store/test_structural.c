/* SPDX-License-Identifier: Apache-2.0 */
/* What is written is read back, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/store/structural.h"
#include "node/store/variant.h"

static const struct structural usual = {.type = 1,
                                        .copies = 3,
                                        .start_first = 100,
                                        .start_last = 120,
                                        .end_first = 900,
                                        .end_last = 950,
                                        .length_least = 781,
                                        .length_most = 851};

static void test_it_is_read_back(void **state)
{
    char text[STRUCTURAL_TEXT_BYTES], again[STRUCTURAL_TEXT_BYTES];
    struct structural got;

    (void)state;
    structural_write(&usual, text);
    assert_string_equal(text, "<1:3:120:900:950:781:851>");
    assert_true(structural_read(100, text, &got));
    assert_int_equal(got.start_first, usual.start_first);
    structural_write(&got, again); /* which spells all else */
    assert_string_equal(again, text);
}

static void test_other_texts_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "<DEL>",
        "<1:3:120:900:950:781:851",
        "<1:3:120:900:950:781:851>x",
        "<1:3:120:900:950:781>",
        "<01:3:120:900:950:781:851>",
        "<1:3:120:950:900:781:851>",
        "<1:3:120:900:950:851:781>",
        "<1:3:99:900:950:781:851>",
        "<1:3:120:900:950:781:99999999999999999999>",
    };
    struct structural got;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(structural_read(100, texts[i], &got));
}

static void test_numbers_at_their_limit_and_one_past(void **state)
{
    struct structural is = usual;

    (void)state;
    is.copies = STRUCTURAL_COPIES_MAX;
    assert_true(structural_valid(&is));
    is.copies = STRUCTURAL_COPIES_MAX + 1;
    assert_false(structural_valid(&is));
    is.copies = STRUCTURAL_COPIES_UNKNOWN;
    assert_true(structural_valid(&is));
    is.type = STRUCTURAL_TYPES_MAX - 1;
    assert_true(structural_valid(&is));
    is.type = STRUCTURAL_TYPES_MAX;
    assert_false(structural_valid(&is));
    is = usual;
    is.end_last = VARIANT_POSITION_MAX;
    assert_true(structural_valid(&is));
    is.end_last++;
    assert_false(structural_valid(&is));
    is = usual;
    is.length_most = STRUCTURAL_LENGTH_OPEN;
    assert_true(structural_valid(&is));
    is.start_first = 0;
    assert_false(structural_valid(&is));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_read_back),
        cmocka_unit_test(test_other_texts_are_refused),
        cmocka_unit_test(test_numbers_at_their_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
