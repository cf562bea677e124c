/*
 * The configuration's promises: unknown and repeated keys and broken lines are errors with file and
 * line, numbers have ranges, and a missing key is a fallback or an error, never zero.
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
    int64_t port = 0;

    (void)state;
    assert_true(read_text("[node]\nregion = 12\n", &conf, &err));
    assert_string_equal(conf_text(conf, "node", "region"), "12");
    assert_string_equal(conf_text(conf, "node", "name"), "unnamed");
    assert_null(conf_text(conf, "node", "nothing"));
    assert_true(conf_int(conf, "link", "port", 1, 65535, &port, &err));
    assert_int_equal(port, 7443);
    assert_false(conf_int(conf, "link", "port", 1, 7442, &port, &err));
    assert_int_equal(err.code, ERR_INVALID);
    conf_free(conf);
    conf_free(NULL);
}

static void refuses(const char *text, const char *reason)
{
    struct conf *conf = NULL;
    struct err err = {0};

    assert_false(read_text(text, &conf, &err));
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
    assert_false(conf_read("/nonexistent/node.conf", known, &conf, &err));
    assert_non_null(strstr(err.text, "/nonexistent/node.conf"));
}

static void test_a_number_is_whole(void **state)
{
    const char *const bad[] = {"12x", "", "1e3", "99999999999999999999", " "};
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct conf *conf = NULL;
        char text[64];
        int64_t port = 5;

        snprintf(text, sizeof(text), "[link]\nport = %s\n", bad[i]);
        assert_true(read_text(text, &conf, &err));
        assert_false(conf_int(conf, "link", "port", 0, INT64_MAX, &port, &err));
        assert_int_equal(port, 5);
        conf_free(conf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_and_fallbacks),
        cmocka_unit_test(test_typing_errors_are_named_with_their_line),
        cmocka_unit_test(test_a_missing_file_is_an_error),
        cmocka_unit_test(test_a_number_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
