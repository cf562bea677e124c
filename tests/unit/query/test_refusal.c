/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: every refusal has its own code and text, codes are words of small letters, and no text
 * says more than the code.
 */
#include "proto/query/refusal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_codes_are_distinct_words(void **state)
{
    (void)state;
    assert_string_equal(refusal_code(REFUSAL_NONE), "");
    for (int a = REFUSAL_MALFORMED; a <= REFUSAL_FAILED; a++) {
        const char *code = refusal_code((enum refusal)a);

        assert_true(code[0] && strspn(code, "abcdefghijklmnopqrstuvwxyz_") == strlen(code));
        assert_true(refusal_text((enum refusal)a)[0] != 0);
        assert_null(strchr(refusal_text((enum refusal)a), '%'));
        for (int b = REFUSAL_MALFORMED; b < a; b++) {
            assert_string_not_equal(code, refusal_code((enum refusal)b));
            assert_string_not_equal(refusal_text((enum refusal)a), refusal_text((enum refusal)b));
        }
    }
}

static void test_each_leaves_with_its_state(void **state)
{
    static const enum refusal unsupported[] = {REFUSAL_UNSUPPORTED, REFUSAL_NO_DATA};
    static const enum refusal failed[] = {REFUSAL_TIMED_OUT, REFUSAL_FAILED};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(refusal_state(unsupported[i]), REGION_UNSUPPORTED);
        assert_int_equal(refusal_state(failed[i]), REGION_FAILED);
    }
    assert_int_equal(refusal_state(REFUSAL_BUDGET), REGION_DECLINED);
    assert_int_equal(refusal_state(REFUSAL_MALFORMED), REGION_DECLINED);
    assert_int_equal(refusal_state(REFUSAL_PARTICIPANTS), REGION_DECLINED);
    for (int a = REFUSAL_MALFORMED; a <= REFUSAL_FAILED; a++)
        assert_string_equal(refusal_word((size_t)a - 1), refusal_code((enum refusal)a));
    assert_null(refusal_word(REFUSAL_FAILED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_codes_are_distinct_words),
                                       cmocka_unit_test(test_each_leaves_with_its_state)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
