/* SPDX-License-Identifier: Apache-2.0 */
/* A cookie is found by its whole name, and fits or is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/http/cookie.h"

static void test_what_is_found(void **state)
{
    static const char *const rows[][2] = {
        {"a=1", "1"},         {"b=2; a=1", "1"}, {"a=1; a=2", "1"}, {"a=; b=2", ""},
        {"a=x=y;b=2", "x=y"}, {"aa=1", NULL},    {"ba=1", NULL},    {"A=1", NULL},
        {"", NULL},           {"a", NULL},       {"; ;a=1", "1"},   {"a=12345678", NULL},
        {NULL, NULL},
    };
    char out[8];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool found = cookie_value(rows[i][0], "a", out, sizeof(out));

        if (found != (rows[i][1] != NULL) || (found && strcmp(out, rows[i][1]) != 0))
            fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_is_found)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
