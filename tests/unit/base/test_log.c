/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's promises: one line an event, a value cannot forge a line or a pair, a long one is cut,
 * and what is below the level is not written.
 */
#include "proto/base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/clock.h"

/* What these events write to stderr. */
static const char *logged(void (*act)(void))
{
    static char text[4096];
    int saved = dup(STDERR_FILENO), pipes[2];
    ssize_t n;

    assert_int_equal(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    close(pipes[1]);
    act();
    dup2(saved, STDERR_FILENO);
    close(saved);
    n = read(pipes[0], text, sizeof(text) - 1);
    close(pipes[0]);
    text[n > 0 ? n : 0] = 0;
    return text;
}

static void act_plain(void)
{
    log_event(LOG_INFO_LEVEL, "link_up", "region", "12", "peer", "a b", NULL);
}

static void test_an_event_is_one_line_of_pairs(void **state)
{
    (void)state;
    clock_set(0, 1795285867);
    log_process_set("test");
    assert_string_equal(logged(act_plain), "ts=2026-11-21T18:31:07Z level=info process=test "
                                           "event=link_up region=12 peer=\"a b\"\n");
    clock_release();
}

static void act_forging(void)
{
    log_event(LOG_INFO_LEVEL, "x", "name", "a\nts=0 level=error event=\"forged\" \x1b[2J", NULL);
}

static void test_a_value_cannot_forge_a_line(void **state)
{
    const char *text = logged(act_forging);

    (void)state;
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    assert_non_null(strstr(text, "name=\"a?ts=0 level=error event=\\\"forged\\\" ?[2J\""));
}

static void act_quiet(void)
{
    log_level_set(LOG_WARN_LEVEL);
    log_event(LOG_INFO_LEVEL, "quiet", NULL);
    log_level_set(LOG_INFO_LEVEL);
}

static void test_a_level_silences(void **state)
{
    (void)state;
    assert_string_equal(logged(act_quiet), "");
}

static void act_long(void)
{
    char value[3000];

    memset(value, 'v', sizeof(value) - 1);
    value[sizeof(value) - 1] = 0;
    log_event(LOG_INFO_LEVEL, "long", "value", value, NULL);
}

static void test_a_long_line_is_cut_and_ends(void **state)
{
    const char *text = logged(act_long);

    (void)state;
    assert_int_equal(strlen(text), 1024);
    assert_int_equal(text[1023], '\n');
}

static void act_error(void)
{
    struct err err = {0};

    err_set(&err, ERR_DENIED, "no");
    log_error("refused", &err);
}

static void test_an_error_is_logged_with_its_code(void **state)
{
    (void)state;
    assert_non_null(strstr(logged(act_error), "event=refused code=denied reason=no\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_event_is_one_line_of_pairs),
        cmocka_unit_test(test_a_value_cannot_forge_a_line),
        cmocka_unit_test(test_a_level_silences),
        cmocka_unit_test(test_a_long_line_is_cut_and_ends),
        cmocka_unit_test(test_an_error_is_logged_with_its_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
