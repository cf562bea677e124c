/* SPDX-License-Identifier: Apache-2.0 */
/* Places go there and back for every character, and bytes that are no UTF-8 do no harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/desk/utf16.h"

static void test_places_there_and_back(void **state)
{
    static const char text[] = "a\303\245\342\202\254\360\235\204\236z"; /* a å € 𝄞 z */
    static const size_t byte[] = {0, 1, 3, 6, 10, 11};
    static const size_t units[] = {0, 1, 2, 3, 5, 6};

    (void)state;
    for (size_t i = 0; i < sizeof(byte) / sizeof(byte[0]); i++) {
        assert_int_equal(utf16_units(text, strlen(text), byte[i]), units[i]);
        assert_int_equal(utf16_byte(text, strlen(text), units[i]), byte[i]);
    }
    assert_int_equal(utf16_units(text, strlen(text), 2), 1); /* within å */
    assert_int_equal(utf16_byte(text, strlen(text), 99), strlen(text));
    assert_int_equal(utf16_units("", 0, 5), 0);
}

static void test_bytes_that_are_no_text(void **state)
{
    static const char text[] = "\377\303(\342\202";

    (void)state;
    assert_int_equal(utf16_units(text, strlen(text), strlen(text)), strlen(text));
    for (size_t i = 0; i <= strlen(text); i++)
        assert_int_equal(utf16_byte(text, strlen(text), i), i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_places_there_and_back),
                                       cmocka_unit_test(test_bytes_that_are_no_text)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
