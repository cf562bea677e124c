/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of err: setting fills and returns false, wrapping puts context in front, a long text
 * is cut and never overruns, and every code has a name and an exit code.
 */
#include "proto/base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_a_reason_is_wrapped_outward(void **state)
{
    struct err err = {0};

    (void)state;
    assert_false(err_set(&err, ERR_INVALID, "line %d", 7));
    assert_false(err_wrap(&err, "importing %s: ", "x.vcf"));
    assert_string_equal(err.text, "importing x.vcf: line 7");
    assert_int_equal(err.code, ERR_INVALID);
}

static void test_a_long_text_is_cut_off_the_end(void **state)
{
    struct err err = {0};
    char long_text[600];

    (void)state;
    memset(long_text, 'a', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = 0;
    err_set(&err, ERR_INTERNAL, "%s", long_text);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    err_wrap(&err, "front: ");
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    assert_memory_equal(err.text, "front: a", 8);
    err_wrap(&err, "%s", long_text);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

static void test_every_code_has_a_name_and_an_exit_code(void **state)
{
    const enum exit_code exits[] = {EXIT_OK,     EXIT_USAGE,       EXIT_REFUSED,
                                    EXIT_BUDGET, EXIT_UNREACHABLE, EXIT_FAILED};

    (void)state;
    for (int code = ERR_NONE; code <= ERR_INTERNAL; code++) {
        struct err err = {.code = (enum err_code)code};

        assert_string_not_equal(err_code_name(err.code), "unknown");
        assert_int_equal(err_exit_code(&err), exits[code]);
    }
}

static void test_memory_has_one_word(void **state)
{
    struct err err = {0};

    (void)state;
    assert_false(err_memory(&err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_string_equal(err.text, "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_reason_is_wrapped_outward),
        cmocka_unit_test(test_a_long_text_is_cut_off_the_end),
        cmocka_unit_test(test_every_code_has_a_name_and_an_exit_code),
        cmocka_unit_test(test_memory_has_one_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
