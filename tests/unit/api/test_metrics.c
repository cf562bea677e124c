/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The metrics' promises: Prometheus' text form, each counter once with its type, and nothing that
 * is derived from data.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/api/metrics.h"

static void test_every_counter_has_help_type_and_one_value(void **state)
{
    struct service_counts counts = {.asked = 3, .connected = 20, .enrolled = 21};
    struct bytes out = {0};
    size_t help = 0, types = 0, values = 0;

    (void)state;
    metrics_write(&counts, &out);
    bytes_add_u8(&out, 0);
    assert_non_null(strstr((char *)out.data, "\nrikstal_questions_total 3\n"));
    assert_non_null(strstr((char *)out.data, "\nrikstal_nodes_reachable 20\n"));
    for (const char *line = (char *)out.data; *line; line = strchr(line, '\n') + 1) {
        help += strncmp(line, "# HELP rikstal_", 15) == 0;
        types += strncmp(line, "# TYPE rikstal_", 15) == 0;
        values += strncmp(line, "rikstal_", 8) == 0;
    }
    assert_true(help > 10);
    assert_int_equal(help, types);
    assert_int_equal(help, values);
    bytes_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_counter_has_help_type_and_one_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
