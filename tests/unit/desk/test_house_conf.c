/* SPDX-License-Identifier: Apache-2.0 */
/* A right configuration is read; each mistake names line, key and rule. */
#include "tests/unit/refused.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coordinator/desk/house_conf.h"

#define TOP "[desk]\naddress = https://desk.example.se\nstate = st\n"
#define NETWORK "[network]\nroots = r\norganisation = o\nkey = /k\n"
#define PROVIDER "[provider]\nissuer = https://idp\nclient = c\nmapping = m\n"

static char folder[] = "/tmp/rikstal-house-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[64];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static bool reads(const char *text, struct house_conf *out, struct err *err)
{
    char path[64];

    write_file("desk.conf", text);
    snprintf(path, sizeof(path), "%s/desk.conf", folder);
    return house_conf_read(path, out, err);
}

static void test_what_is_read(void **state)
{
    struct house_conf conf;
    struct err err;
    char path[64];

    (void)state;
    assert_true(reads(TOP NETWORK PROVIDER "secret = s\nca = ca.pem\n", &conf, &err));
    snprintf(path, sizeof(path), "%s/st", folder);
    assert_string_equal(conf.state, path);
    assert_string_equal(conf.key, "/k");
    assert_string_equal(conf.secret, "of the client");
    assert_string_equal(conf.listen, "127.0.0.1:8490");
    assert_string_equal(conf.scopes, "openid profile");
    assert_string_equal(conf.language, "sv");
    assert_true(conf.tls);
    assert_int_equal(conf.idle_ms, 1800000);
    assert_int_equal(conf.life_s, 43200);
    house_conf_clear(&conf);
    assert_true(reads(TOP NETWORK PROVIDER, &conf, &err));
    assert_null(conf.secret);
    assert_null(conf.ca);
    house_conf_clear(&conf);
}

static void test_mistakes(void **state)
{
    static const char *const rows[][2] = {
        {NETWORK PROVIDER, "no address in [desk]"},
        {"[desk]\naddress = https://d/\nstate = s\n" NETWORK PROVIDER, ":2: address in [desk]"},
        {"[desk]\naddress = https://d:443\nstate = s\n" NETWORK PROVIDER, ":2: address in [desk]"},
        {"[desk]\naddress = http://d\nstate = s\n" NETWORK PROVIDER, ":2: address in [desk]"},
        {TOP "listen = 0.0.0.0:80\n" NETWORK PROVIDER, ":4: listen in [desk]"},
        {TOP "language = no\n" NETWORK PROVIDER, ":4: language in [desk]: sv or en"},
        {TOP "idle_minutes = 0\n" NETWORK PROVIDER, ":4: idle_minutes in [desk]: 1 to 720"},
        {TOP "hours = 13\n" NETWORK PROVIDER, ":4: hours in [desk]: 1 to 12"},
        {TOP "hour = 1\n" NETWORK PROVIDER, ":4: unknown key"},
        {TOP PROVIDER, "no roots in [network]"},
        {TOP NETWORK "[provider]\nissuer = http://idp\nclient = c\nmapping = m\n",
         ":9: issuer in [provider]"},
        {TOP NETWORK "[provider]\nissuer = https://idp\nmapping = m\n", "no client in [provider]"},
        {TOP NETWORK PROVIDER "secret = absent\n", ":12: secret in [provider]"},
        {TOP NETWORK PROVIDER "secret = empty\n", ":12: secret in [provider]"},
        {TOP NETWORK "[provider]\nissuer = https://idp\nclient = c\nmapping = wrong\n",
         "/wrong:1:"},
    };
    struct house_conf conf;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) - 3; i++)
        assert_refused_for(reads(rows[i][0], &conf, &err), &err, ERR_INVALID, rows[i][1]);
    for (size_t i = sizeof(rows) / sizeof(rows[0]) - 3; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_refused_either(reads(rows[i][0], &conf, &err), &err, ERR_INVALID, ERR_INTERNAL);
    assert_non_null(strstr(err.text, "/wrong:1:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_read),
        cmocka_unit_test(test_mistakes),
    };
    static const char *const files[] = {"m", "s", "empty", "wrong", "desk.conf"};
    char path[64];
    int failed;

    if (!mkdtemp(folder))
        return 1;
    write_file("m", "role x when a is b\n");
    write_file("s", "of the client\n");
    write_file("empty", "\n");
    write_file("wrong", "x\n");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    return failed;
}
