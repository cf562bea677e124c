/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A problem's promises: RFC 9457 with a stable code, one status for each code, and nothing left of
 * a body that was begun before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/api/route.h"
#include "proto/base/json.h"

static void check(const char *code, int64_t status)
{
    struct exchange_response response = {.location = "/somewhere"};
    struct err err;
    int64_t found;
    cJSON *root;

    bytes_add_text(&response.body, "half a body");
    route_problem(&response, code, "why: \"quoted\"");
    assert_int_equal(response.status, status);
    assert_string_equal(response.type, "application/problem+json");
    assert_string_equal(response.location, "");
    assert_true(json_parse((char *)response.body.data, response.body.size, 4096, &root, &err));
    assert_string_equal(json_text(root, "code"), code);
    assert_string_equal(json_text(root, "detail"), "why: \"quoted\"");
    assert_true(json_int(root, "status", &found));
    assert_int_equal(found, status);
    assert_int_equal(strncmp(json_text(root, "type"), "urn:rikstal:problem:", 20), 0);
    cJSON_Delete(root);
    bytes_clear(&response.body);
}

static void test_each_code_has_its_status(void **state)
{
    (void)state;
    check("malformed", 400);
    check("signature", 403);
    check("not-found", 404);
    check("method", 405);
    check("id-taken", 409);
    check("roster", 409);
    check("too-large", 413);
    check("type", 415);
    check("not-served", 422);
    check("too-many-open", 429);
    check("rate", 429);
    check("internal", 500);
    check("storage", 503);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_code_has_its_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
