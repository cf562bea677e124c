/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which addresses are called at all; the calls themselves are those of tests/system/test_login.py.
 */
#include "tests/unit/refused.h"

#include "coordinator/login/fetch.h"

static void test_addresses(void **state)
{
    static const struct {
        const char *url;
        bool safe;
    } rows[] = {
        {"https://idp.example.se", true},
        {"https://idp.example.se:8443/realms/x?y=1", true},
        {"http://127.0.0.1:4711/token", true},
        {"http://[::1]:1", true},
        {"http://localhost", true},
        {"http://idp.example.se", false},
        {"http://127.0.0.1.evil.example/", false},
        {"http://localhost.evil.example/", false},
        {"HTTPS://idp", false},
        {"https://", false},
        {"https:///x", false},
        {"https://user@idp", false},
        {"https://idp/#x", false},
        {"https://idp/a b", false},
        {"https://idp/\r\nX: 1", false},
        {"https://idp/\xc3\xa5", false},
        {"file:///etc/passwd", false},
        {"gopher://127.0.0.1:1", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (fetch_url_is_safe(rows[i].url) != rows[i].safe)
            fail_msg("%s", rows[i].url);
}

static void test_one_that_is_not_safe_is_not_called(void **state)
{
    struct fetch_call call = {.url = "http://idp.example.se/", .most = 1};
    struct bytes body = {0};
    struct err err;
    long status;

    (void)state;
    assert_refused_for(fetch_run(&call, &body, &status, &err), &err, ERR_INVALID, "https");
}

static void test_at_the_limit_and_one_past(void **state)
{
    char url[FETCH_URL_MAX + 2] = "https://idp/";

    (void)state;
    memset(url + 12, 'x', FETCH_URL_MAX - 12);
    assert_true(fetch_url_is_safe(url));
    url[FETCH_URL_MAX] = 'x';
    assert_false(fetch_url_is_safe(url));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_one_that_is_not_safe_is_not_called),
        cmocka_unit_test(test_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
