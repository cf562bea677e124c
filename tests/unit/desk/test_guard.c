/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which requests are heard. Each row alone is refused: what another site's page in the same browser
 * can send, by a form, a script, or a name that it bound again to this address.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/desk/guard.h"

/* Of a desk of many. */
#define ADDRESS "https://desk.example.se"

struct sent {
    const char *method, *host, *type;
    const char *header[3][2]; /* others */
    const char *refused;      /* NULL: heard */
};

static const char *header(void *owner, const char *name)
{
    const struct sent *sent = owner;

    for (size_t i = 0; i < 3 && sent->header[i][0]; i++)
        if (strcmp(sent->header[i][0], name) == 0)
            return sent->header[i][1];
    return NULL;
}

#define OURS                                                                                       \
    {                                                                                              \
        GUARD_HEADER, "1"                                                                          \
    }
#define HOST "127.0.0.1:4711"
#define JSON "application/json"

static void test_who_is_heard(void **state)
{
    static const struct sent rows[] = {
        {"GET", HOST, NULL, {{NULL}}, NULL},
        {"HEAD", "localhost:4711", NULL, {{NULL}}, NULL},
        {"POST", HOST, JSON, {OURS}, NULL},
        {"POST", HOST, JSON "; charset=utf-8", {OURS}, NULL},
        {"POST",
         HOST,
         JSON,
         {OURS, {"Origin", "http://" HOST}, {"Sec-Fetch-Site", "same-origin"}},
         NULL},
        {"DELETE", HOST, NULL, {OURS}, NULL},
        {"GET", "evil.example", NULL, {{NULL}}, "host"},
        {"GET", "evil.example:4711", NULL, {{NULL}}, "host"},
        {"GET", NULL, NULL, {{NULL}}, "host"},
        {"GET", "127.0.0.1.evil.example", NULL, {{NULL}}, "host"},
        {"POST", HOST, JSON, {{NULL}}, "csrf"},
        {"POST", HOST, JSON, {{GUARD_HEADER, "0"}}, "csrf"},
        {"POST", HOST, JSON, {OURS, {"Origin", "http://evil.example"}}, "csrf"},
        {"POST", HOST, JSON, {OURS, {"Origin", "http://127.0.0.1:4712"}}, "csrf"},
        {"POST", HOST, JSON, {OURS, {"Origin", "null"}}, "csrf"},
        {"POST", HOST, JSON, {OURS, {"Sec-Fetch-Site", "cross-site"}}, "csrf"},
        {"POST", HOST, JSON, {OURS, {"Sec-Fetch-Site", "same-site"}}, "csrf"},
        {"DELETE", HOST, NULL, {{NULL}}, "csrf"},
        {"POST", HOST, NULL, {OURS}, "type"},
        {"POST", HOST, "text/plain", {OURS}, "type"},
        {"POST", HOST, "application/jsonp", {OURS}, "type"},
        {"OPTIONS", HOST, NULL, {{NULL}}, "method"},
        {"PUT", HOST, JSON, {OURS}, "method"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct exchange_request request = {.method = rows[i].method,
                                           .path = "/",
                                           .host = rows[i].host,
                                           .content_type = rows[i].type,
                                           .header = header,
                                           .argument_owner = (void *)&rows[i]};
        const char *refused = guard_refusal(&request, NULL);

        if ((refused == NULL) != (rows[i].refused == NULL) ||
            (refused && strcmp(refused, rows[i].refused) != 0))
            fail_msg("row %zu: %s", i, refused ? refused : "heard");
        if (refused)
            assert_true(strlen(guard_detail(refused)) > 10);
    }
}

static void test_the_headers_of_a_page(void **state)
{
    struct exchange_response response = {0}, other = {0};

    (void)state;
    guard_headers(&response, "0123456789abcdef0123456789abcdef");
    assert_string_equal(response.header[response.n_headers - 1].name, "Content-Security-Policy");
    assert_string_equal(
        response.header[response.n_headers - 1].value,
        "default-src 'none'; script-src 'self'; style-src 'self' "
        "'nonce-0123456789abcdef0123456789abcdef'; img-src 'self' data:; connect-src "
        "'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'");
    guard_headers(&other, NULL);
    assert_null(strstr(other.header[other.n_headers - 1].value, "script-src"));
    assert_non_null(strstr(other.header[other.n_headers - 1].value, "frame-ancestors 'none'"));
}

static void test_a_desk_of_many_has_one_name(void **state)
{
    static const struct sent rows[] = {
        {"GET", "desk.example.se", NULL, {{NULL}}, NULL},
        {"GET", "DESK.example.se", NULL, {{NULL}}, NULL},
        {"POST", "desk.example.se", JSON, {OURS, {"Origin", ADDRESS}}, NULL},
        {"GET", HOST, NULL, {{NULL}}, "host"},
        {"GET", "localhost", NULL, {{NULL}}, "host"},
        {"GET", "desk.example.se:8490", NULL, {{NULL}}, "host"},
        {"GET", "desk.example.se.evil.example", NULL, {{NULL}}, "host"},
        {"GET", NULL, NULL, {{NULL}}, "host"},
        {"POST", "desk.example.se", JSON, {{NULL}}, "csrf"},
        {"POST", "desk.example.se", JSON, {OURS, {"Origin", "http://desk.example.se"}}, "csrf"},
        {"POST", "desk.example.se", JSON, {OURS, {"Origin", ADDRESS ":8490"}}, "csrf"},
        {"DELETE", "desk.example.se", NULL, {OURS, {"Sec-Fetch-Site", "same-site"}}, "csrf"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct exchange_request request = {.method = rows[i].method,
                                           .path = "/",
                                           .host = rows[i].host,
                                           .content_type = rows[i].type,
                                           .header = header,
                                           .argument_owner = (void *)&rows[i]};
        const char *refused = guard_refusal(&request, ADDRESS);

        if ((refused == NULL) != (rows[i].refused == NULL) ||
            (refused && strcmp(refused, rows[i].refused) != 0))
            fail_msg("row %zu: %s", i, refused ? refused : "heard");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_who_is_heard),
                                       cmocka_unit_test(test_a_desk_of_many_has_one_name),
                                       cmocka_unit_test(test_the_headers_of_a_page)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
