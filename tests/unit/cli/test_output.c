/*
 * The edge's promises: the exit code says how an answer ended, a form that was chosen is kept, and
 * a pipe gets neither table nor colour.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "coordinator/cli/output.h"

static int exit_of(const enum region_state states[3], const char *code, size_t answered)
{
    struct report_region region[3];
    struct report report = {.n_regions = 3, .region = region, .n_answered = answered};

    for (size_t i = 0; i < 3; i++)
        region[i] = (struct report_region){.state = states[i],
                                           .code = states[i] == REGION_DECLINED ? code : ""};
    return output_exit(&report);
}

static void test_the_exit_code_says_how_it_ended(void **state)
{
    const enum region_state all[] = {REGION_VALUE, REGION_SUPPRESSED, REGION_VALUE};
    const enum region_state some[] = {REGION_VALUE, REGION_DECLINED, REGION_OFFLINE};
    const enum region_state refused[] = {REGION_DECLINED, REGION_OFFLINE, REGION_DECLINED};
    const enum region_state none[] = {REGION_OFFLINE, REGION_TIMED_OUT, REGION_FAILED};

    (void)state;
    assert_int_equal(exit_of(all, "", 3), EXIT_OK);
    assert_int_equal(exit_of(some, "policy", 1), EXIT_PARTIAL);
    assert_int_equal(exit_of(refused, "policy", 0), EXIT_REFUSED);
    assert_int_equal(exit_of(refused, "budget", 0), EXIT_BUDGET);
    assert_int_equal(exit_of(none, "", 0), EXIT_UNREACHABLE);
}

static void test_a_chosen_form_is_kept(void **state)
{
    struct session_options session = {0};
    enum output_form form = OUTPUT_AUTO;

    (void)state;
    assert_true(output_option(OUTPUT_OPT_JSON, &form, &session));
    assert_int_equal(output_settle(form), OUTPUT_JSON);
    assert_true(output_option(OUTPUT_OPT_TABLE, &form, &session));
    assert_int_equal(output_settle(form), OUTPUT_TABLE);
    assert_false(output_option('x', &form, &session));
}

static void test_no_colour_where_none_is_wanted(void **state)
{
    (void)state;
    setenv("NO_COLOR", "1", 1);
    assert_false(output_colour());
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    assert_false(output_colour());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_exit_code_says_how_it_ended),
        cmocka_unit_test(test_a_chosen_form_is_kept),
        cmocka_unit_test(test_no_colour_where_none_is_wanted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
