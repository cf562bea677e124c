/* SPDX-License-Identifier: Apache-2.0 */
/* A refusal is a problem (RFC 9457) with its code, whatever stood in the response before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/http/exchange.h"
#include "proto/base/json.h"

static void test_a_refusal_replaces_what_was_there(void **state)
{
    static const struct exchange_problem kind = {"method", 405, "Not with this method"};
    struct exchange_response response = {.location = "/elsewhere"};
    cJSON *root;
    struct err err;

    (void)state;
    bytes_add_text(&response.body, "half an answer");
    exchange_refuse(&response, &kind, "a \"quoted\" <b>detail</b>");
    assert_int_equal(response.status, 405);
    assert_string_equal(response.type, "application/problem+json");
    assert_string_equal(response.location, "");
    assert_true(
        json_parse((const char *)response.body.data, response.body.size, 4096, &root, &err));
    assert_string_equal(json_text(root, "type"), "urn:rikstal:problem:method");
    assert_string_equal(json_text(root, "code"), "method");
    assert_string_equal(json_text(root, "detail"), "a \"quoted\" <b>detail</b>");
    cJSON_Delete(root);
    bytes_clear(&response.body);
}

static void test_headers_up_to_the_room(void **state)
{
    struct exchange_response response = {0};

    (void)state;
    for (size_t i = 0; i < EXCHANGE_HEADERS_MAX; i++)
        exchange_add(&response, "X-N", "%zu", i);
    assert_string_equal(response.header[EXCHANGE_HEADERS_MAX - 1].value, "11");
}

static void test_what_a_request_has_not_is_absent(void **state)
{
    struct exchange_request request = {.method = "GET", .path = "/"};

    (void)state;
    assert_null(exchange_header(&request, "Cookie"));
    assert_null(exchange_argument(&request, "q"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_refusal_replaces_what_was_there),
        cmocka_unit_test(test_headers_up_to_the_room),
        cmocka_unit_test(test_what_a_request_has_not_is_absent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
