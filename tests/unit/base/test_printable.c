/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be printed as it is: letters of every script, and nothing that moves a cursor, reverses
 * the order of letters or is no UTF-8.
 */
#include "proto/base/printable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_letters_are_plain(void **state)
{
    (void)state;
    assert_true(printable(""));
    assert_true(printable("Malign tum\u00f6r, 12 % \u2192 \u0410\u6f22"));
}

static void test_what_moves_a_cursor_is_not(void **state)
{
    static const char *const texts[] = {
        "a\tb",     "a\nb",     "\033[2J", "a\x7f", "a\302\205b",   "a\u202eb", "a\u200bb",
        "a\u2028b", "a\u2029b", "\xff",    "\xc3",  "\xed\xa0\x80", "\xc0\xaf", "a\u00adb",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(printable(texts[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letters_are_plain),
        cmocka_unit_test(test_what_moves_a_cursor_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
