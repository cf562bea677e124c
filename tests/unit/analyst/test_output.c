/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The edge's promises: the exit code says how an answer ended, a form that was chosen is kept, and
 * a pipe gets neither table nor colour.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/analyst/output.h"
#include "proto/base/arguments.h"

static int exit_of(const enum region_state states[3], const char *code, size_t answered)
{
    struct report_region region[3];
    struct report report = {.n_regions = 3, .region = region, .n_answered = answered};

    for (size_t i = 0; i < 3; i++)
        region[i] = (struct report_region){
            .is = {.state = states[i], .code = states[i] == REGION_DECLINED ? code : ""}};
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
    static const struct option_spec specs[] = {OUTPUT_JSON_SPEC(struct output_chosen, "as JSON"),
                                               OUTPUT_TABLE_SPEC(struct output_chosen),
                                               OUTPUT_KEY_SPEC(struct output_chosen)};
    static const struct option_words words[] = {{0}};
    static const struct option_table table = {
        .command = "x", .about = "", .words = words, .n_words = 1, .specs = specs, .n_specs = 3};
    char name[] = "x", json[] = "--json", as_table[] = "--table", key[] = "--key=k";
    char *argv[] = {name, json, key, as_table, NULL};
    struct output_chosen chosen = {.form = OUTPUT_AUTO};
    struct arguments arguments;
    int code;

    (void)state;
    assert_true(arguments_read(&table, 3, argv, &chosen, &arguments, &code));
    assert_int_equal(output_settle(chosen.form), OUTPUT_JSON);
    assert_string_equal(chosen.session.key, "k");
    assert_true(arguments_read(&table, 4, argv, &chosen, &arguments, &code));
    assert_int_equal(output_settle(chosen.form), OUTPUT_TABLE);
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

static char printed[4000]; /* on stdout by the last report */

/* What is said on stderr beside this report in this form. */
static const char *beside(const struct report *report, enum output_form form)
{
    static char said[1000];
    int out = dup(STDOUT_FILENO), error = dup(STDERR_FILENO);
    FILE *kept = tmpfile(), *shown = tmpfile();
    struct err err;
    bool ok;

    assert_true(out >= 0 && error >= 0 && shown && kept);
    fflush(stdout);
    dup2(fileno(shown), STDOUT_FILENO);
    dup2(fileno(kept), STDERR_FILENO);
    ok = output_report(report, form, &(struct output_asked){.question = "sex = female"}, &err);
    dup2(out, STDOUT_FILENO);
    dup2(error, STDERR_FILENO);
    close(out);
    close(error);
    rewind(shown);
    printed[fread(printed, 1, sizeof(printed) - 1, shown)] = 0;
    fclose(shown);
    rewind(kept);
    said[fread(said, 1, sizeof(said) - 1, kept)] = 0;
    fclose(kept);
    assert_true(ok);
    return said;
}

static void test_forms_without_room_for_reasons_say_each_once(void **state)
{
    static const uint8_t id[QUESTION_ID_BYTES];
    struct report_region region[4] = {
        {.is = {.node = "01", .name = "", .state = REGION_DECLINED, .code = ""},
         .reason = "10 left"},
        {.is = {.node = "03", .name = "", .state = REGION_OFFLINE, .code = ""}, .reason = ""},
        {.is = {.node = "04", .name = "", .state = REGION_DECLINED, .code = ""},
         .reason = "0 left"},
        {.is = {.node = "05", .name = "", .state = REGION_DECLINED, .code = ""},
         .reason = "10 left"}};
    struct report report = {.id = id,
                            .measure = MEASURE_COUNT,
                            .mode = MODE_REGIONS,
                            .shape = &shape_count,
                            .disease = "",
                            .release = "",
                            .n_regions = 4,
                            .region = region};

    (void)state;
    assert_string_equal(beside(&report, OUTPUT_CSV),
                        "2 regions declined: 10 left\n1 region declined: 0 left\n");
    assert_true(strncmp(printed, "node,name,", 10) == 0);
    (void)beside(&report, OUTPUT_TSV);
    assert_true(strncmp(printed, "node\tname\t", 10) == 0);
    assert_string_equal(beside(&report, OUTPUT_TABLE), "");
    assert_string_equal(beside(&report, OUTPUT_JSON), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_exit_code_says_how_it_ended),
        cmocka_unit_test(test_a_chosen_form_is_kept),
        cmocka_unit_test(test_no_colour_where_none_is_wanted),
        cmocka_unit_test(test_forms_without_room_for_reasons_say_each_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
