/* SPDX-License-Identifier: Apache-2.0 */
/* What is added comes back as it was, and cannot add a name of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "coordinator/login/query_string.h"

static void test_what_is_added(void **state)
{
    struct bytes to = {0};

    (void)state;
    query_string_add(&to, "a", "x y&b=1/\xc3\xa5+%");
    query_string_add(&to, "c", "-._~Az09");
    bytes_add_u8(&to, 0);
    assert_string_equal((const char *)to.data, "a=x%20y%26b%3D1%2F%C3%A5%2B%25&c=-._~Az09");
    bytes_clear(&to);
    bytes_add_text(&to, "https://idp/auth?");
    query_string_add(&to, "a", "");
    bytes_add_u8(&to, 0);
    assert_string_equal((const char *)to.data, "https://idp/auth?a=");
    bytes_clear(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_is_added)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
