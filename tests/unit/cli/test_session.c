/*
 * A session's promises: options go before the file, the file before the defaults; a relative path
 * in the file is beside it; an unknown key is an error with file and key; a coordinator's roster is
 * taken only with the pinned root keys' signatures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/cli/session.h"
#include "proto/base/file.h"
#include "tests/unit/ask/country.h"

static void write_config(struct country *c, const char *text)
{
    struct err err;

    assert_true(file_write(country_path(c, "config"), text, strlen(text), 0600, &err));
}

static void test_options_go_before_the_file_and_the_file_before_defaults(void **state)
{
    struct session_options options = {.purpose = "statistics"};
    struct session session;
    struct country c;
    struct err err;

    (void)state;
    country_up(&c, 1);
    write_config(&c, "[rikstal]\ncoordinator = http://127.0.0.1:1\npurpose = planning\n"
                     "key = my.key\nroots = /etc/roots\n");
    options.config = country_path(&c, "config");
    assert_true(session_open(&options, &session, &err));
    assert_string_equal(session.coordinator, "http://127.0.0.1:1");
    assert_string_equal(session.purpose, "statistics");
    assert_string_equal(session.key_path, country_path(&c, "my.key"));
    assert_string_equal(session.roots_path, "/etc/roots");
    assert_null(session.role);
    session_close(&session);
    unlink(country_path(&c, "config"));
    country_down(&c);
}

static void test_without_a_file_everything_has_its_usual_place(void **state)
{
    struct session_options options = {0};
    struct session session;
    struct err err;

    (void)state;
    unsetenv("RIKSTAL_CONFIG");
    setenv("XDG_CONFIG_HOME", "/nowhere", 1);
    assert_true(session_open(&options, &session, &err));
    assert_string_equal(session.coordinator, "http://127.0.0.1:8480");
    assert_string_equal(session.key_path, "/nowhere/rikstal/analyst.key");
    assert_string_equal(session.roots_path, "/nowhere/rikstal/roots");
    assert_string_equal(session.purpose, "research");
    session_close(&session);
}

static void test_a_typing_error_in_the_file_is_an_error(void **state)
{
    struct session_options options = {0};
    struct session session;
    struct country c;
    struct err err;

    (void)state;
    country_up(&c, 1);
    write_config(&c, "[rikstal]\ncoordinatr = http://127.0.0.1:1\n");
    options.config = country_path(&c, "config");
    assert_false(session_open(&options, &session, &err));
    assert_non_null(strstr(err.text, "coordinatr"));
    options.config = country_path(&c, "not-there");
    assert_false(session_open(&options, &session, &err));
    unlink(country_path(&c, "config"));
    country_down(&c);
}

static void test_without_root_keys_or_coordinator_there_is_no_roster(void **state)
{
    struct session_options options = {.coordinator = "http://127.0.0.1:9", .roots = "/nowhere"};
    struct session session;
    struct roster *roster;
    struct country c;
    struct err err;

    (void)state;
    country_up(&c, 1);
    setenv("XDG_CONFIG_HOME", "/nowhere", 1);
    assert_true(session_open(&options, &session, &err));
    assert_false(session_roster(&session, &roster, &err));
    session.roots_path = country_path(&c, "roots");
    assert_false(session_roster(&session, &roster, &err)); /* nobody listens there */
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    session_close(&session);
    country_down(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_go_before_the_file_and_the_file_before_defaults),
        cmocka_unit_test(test_without_a_file_everything_has_its_usual_place),
        cmocka_unit_test(test_a_typing_error_in_the_file_is_an_error),
        cmocka_unit_test(test_without_root_keys_or_coordinator_there_is_no_roster),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
