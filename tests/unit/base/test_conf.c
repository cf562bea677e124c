/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration's promises: unknown and repeated keys and broken lines are errors with file and
 * line, and a missing key is its fallback or nothing.
 */
#include "proto/base/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/refused.h"

static const struct conf_key known[] = {
    {"node", "region", NULL},
    {"node", "name", "unnamed"},
    {"link", "port", "7443"},
    {0},
};

static bool read_text(const char *text, struct conf **conf, struct err *err)
{
    char path[] = "/tmp/rikstal-conf-XXXXXX";
    int fd = mkstemp(path);
    bool ok;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    ok = conf_read(path, known, conf, err);
    unlink(path);
    return ok;
}

static void test_values_and_fallbacks(void **state)
{
    struct conf *conf = NULL;
    struct err err = {0};

    (void)state;
    assert_true(read_text("[node]\nregion = 12\n", &conf, &err));
    assert_string_equal(conf_text(conf, "node", "region"), "12");
    assert_string_equal(conf_text(conf, "node", "name"), "unnamed");
    assert_null(conf_text(conf, "node", "nothing"));
    assert_string_equal(conf_text(conf, "link", "port"), "7443");
    conf_free(conf);
    conf_free(NULL);
}

static void refuses(const char *text, const char *reason)
{
    struct conf *conf = NULL;
    struct err err = {0};

    assert_refused(read_text(text, &conf, &err), &err, ERR_INVALID);
    assert_null(conf);
    assert_int_equal(err.code, ERR_INVALID);
    if (!strstr(err.text, reason))
        fail_msg("\"%s\" does not name \"%s\"", err.text, reason);
}

static void test_typing_errors_are_named_with_their_line(void **state)
{
    (void)state;
    refuses("[node]\nregion = 12\nregoin = 3\n", ":3: unknown key \"regoin\"");
    refuses("[nod]\nregion = 12\n", ":2: unknown key \"region\" in [nod]");
    refuses("[node]\nregion = 12\nregion = 13\n", ":3: repeated key");
    refuses("[node]\nregion\n", ":2: not a line");
}

static void test_a_missing_file_is_an_error(void **state)
{
    struct conf *conf = NULL;
    struct err err = {0};

    (void)state;
    assert_refused(conf_read("/nonexistent/node.conf", known, &conf, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "/nonexistent/node.conf"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_and_fallbacks),
        cmocka_unit_test(test_typing_errors_are_named_with_their_line),
        cmocka_unit_test(test_a_missing_file_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
