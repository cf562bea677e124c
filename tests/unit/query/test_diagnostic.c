/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of diagnostics: a place in bytes and characters; a line with carets; a list that is
 * never overrun; and no bytes that are not text at a terminal.
 */
#include "proto/query/diagnostic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/bytes.h"

static void assert_printed(const struct diagnostics *found, const char *expected)
{
    struct bytes out = {0};

    diagnostic_print(found, &found->list[0], &out);
    bytes_add_u8(&out, 0);
    assert_string_equal((const char *)out.data, expected);
    bytes_clear(&out);
}

static void test_a_diagnostic_is_printed_with_line_and_carets(void **state)
{
    static const char text[] = "age = 3 and\n  sk\xC3\xA5nee = BRCA1 or x\nmore";
    struct diagnostics found;
    struct diagnostic *one;

    (void)state;
    diagnostics_init(&found, text, strlen(text));
    one = diagnostic_add(&found, FAULT_FIELD, 14, 21, "unknown field \"%s\"", "sk\xC3\xA5nee");
    diagnostic_expect(one, "a field");
    diagnostic_expect(one, "only the first counts");
    diagnostic_suggest(one, "gene");
    assert_int_equal(one->line, 2);
    assert_int_equal(one->column, 3);
    assert_printed(&found, "error[Q012]: unknown field \"sk\xC3\xA5nee\" at 2:3\n"
                           "    sk\xC3\xA5nee = BRCA1 or x\n"
                           "    ^^^^^^\n"
                           "  expected: a field\n"
                           "  did you mean gene?\n");
}

static void test_the_end_of_the_text_is_a_place(void **state)
{
    struct diagnostics found;

    (void)state;
    diagnostics_init(&found, "age", 3);
    diagnostic_add(&found, FAULT_SYNTAX, 3, 3, "it ends");
    assert_printed(&found, "error[Q010]: it ends at 1:4\n  age\n     ^\n");
}

static void test_what_is_not_text_is_not_shown(void **state)
{
    struct diagnostics found;

    (void)state;
    diagnostics_init(&found, "\x1B[2J", 4);
    diagnostic_add(&found, FAULT_ENCODING, 0, 1, "a control character");
    assert_printed(&found, "error[Q001]: a control character at 1:1\n");
}

static void test_more_than_the_list_holds_is_counted(void **state)
{
    struct diagnostics found;

    (void)state;
    diagnostics_init(&found, "", 0);
    for (unsigned i = 0; i < DIAGNOSTICS_MAX + 3; i++)
        assert_non_null(diagnostic_add(&found, FAULT_FIELD, i, i, "number %u", i));
    assert_int_equal(found.n, DIAGNOSTICS_MAX + 3);
    assert_int_equal(found.list[DIAGNOSTICS_MAX - 1].from, DIAGNOSTICS_MAX - 1);
}

static void test_a_cut_message_ends_in_a_whole_character(void **state)
{
    struct diagnostics found;
    struct diagnostic *one;
    char text[400] = "";

    (void)state;
    for (size_t i = 0; i + 2 < sizeof(text); i += 2)
        memcpy(text + i, "\xC3\xA5", 2);
    diagnostics_init(&found, "", 0);
    for (int shift = 0; shift < 2; shift++) {
        found.n = 0;
        one = diagnostic_add(&found, FAULT_FIELD, 0, 0, "%s%s", shift ? "x" : "", text);
        assert_int_equal((strlen(one->message) - (size_t)shift) % 2, 0);
        assert_true(strlen(one->message) >= sizeof(one->message) - 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_diagnostic_is_printed_with_line_and_carets),
        cmocka_unit_test(test_the_end_of_the_text_is_a_place),
        cmocka_unit_test(test_what_is_not_text_is_not_shown),
        cmocka_unit_test(test_more_than_the_list_holds_is_counted),
        cmocka_unit_test(test_a_cut_message_ends_in_a_whole_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
