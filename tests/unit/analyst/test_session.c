/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session's promises: options go before the file, the file before the defaults; a relative path
 * in the file is beside it; an unknown key is an error with file and key; a coordinator's roster is
 * taken only with the pinned root keys' signatures; a key speaks for whom the roster or a
 * certificate says, and for nobody else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/analyst/session.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/trust/certificate.h"
#include "tests/unit/ask/country.h"
#include "tests/unit/refused.h"

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
    assert_null(session.purpose); /* the role's */
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
    assert_refused(session_open(&options, &session, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "coordinatr"));
    options.config = country_path(&c, "not-there");
    assert_refused(session_open(&options, &session, &err), &err, ERR_INVALID);
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
    assert_refused(session_roster(&session, &roster, &err), &err, ERR_INVALID);
    session.roots_path = country_path(&c, "roots");
    assert_refused(session_roster(&session, &roster, &err), &err, ERR_INVALID); /* no key */
    session.key_path = country_path(&c, "session.key");
    assert_true(secret_key_write(c.analyst, session.key_path, &err));
    assert_refused(session_roster(&session, &roster, &err), &err,
                   ERR_UNAVAILABLE); /* nobody listens there */
    unlink(session.key_path);
    session_close(&session);
    country_down(&c);
}

/* A certificate in the folder, for the stranger's key, in the role that the roster gives. */
static void write_certificate(struct country *c, const char *role)
{
    struct certificate_terms terms = {.network = "test",
                                      .id = "bertil",
                                      .organisation = "gms",
                                      .key = secret_key_public(c->stranger),
                                      .roles = &role,
                                      .n_roles = 1,
                                      .not_before = clock_wall_s(),
                                      .not_after = clock_wall_s() + 3600};
    const char *text;
    uint8_t *data;
    size_t size;
    struct err err;

    assert_true(certificate_sign(&terms, c->officer, c->arena, &data, &size, &err));
    assert_true(certificate_text(data, size, c->arena, &text, &err));
    assert_true(file_write(country_path(c, "cert"), text, strlen(text), 0600, &err));
}

static void test_a_key_is_the_rosters_or_a_certificates(void **state)
{
    struct session_speaker speaker;
    struct session session;
    struct roster *roster;
    const char *role;
    struct country c;
    struct err err;

    (void)state;
    country_up(&c, 1);
    session = (struct session){.arena = c.arena};
    assert_true(roster_read(country_path(&c, "roster"), &c.roots, NULL, 0, &roster, &err));
    role = roster_message(roster)->analysts[0]->roles[0];
    assert_true(session_speaker(&session, roster, c.analyst, &speaker, &err));
    assert_string_equal(speaker.analyst->id, "anna");
    assert_null(speaker.certificate);
    assert_refused(session_speaker(&session, roster, c.stranger, &speaker, &err), &err, ERR_DENIED);
    assert_non_null(strstr(err.text, "rikstal keys show"));

    session.certificate_path = country_path(&c, "cert");
    write_certificate(&c, role);
    assert_true(session_speaker(&session, roster, c.stranger, &speaker, &err));
    assert_string_equal(speaker.analyst->id, "bertil");
    assert_string_equal(speaker.analyst->organisation, "gms");
    assert_true(speaker.certificate && speaker.certificate_bytes > 0);
    assert_refused(session_speaker(&session, roster, c.officer, &speaker, &err), &err, ERR_DENIED);
    assert_non_null(strstr(err.text, "another key"));
    write_certificate(&c, "a-role-that-may-not-be-given");
    assert_refused(session_speaker(&session, roster, c.stranger, &speaker, &err), &err, ERR_DENIED);
    assert_non_null(strstr(err.text, "cert: ")); /* which file */
    unlink(country_path(&c, "cert"));
    roster_free(roster);
    country_down(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_go_before_the_file_and_the_file_before_defaults),
        cmocka_unit_test(test_without_a_file_everything_has_its_usual_place),
        cmocka_unit_test(test_a_typing_error_in_the_file_is_an_error),
        cmocka_unit_test(test_without_root_keys_or_coordinator_there_is_no_roster),
        cmocka_unit_test(test_a_key_is_the_rosters_or_a_certificates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
