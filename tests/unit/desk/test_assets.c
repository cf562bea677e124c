/* SPDX-License-Identifier: Apache-2.0 */
/* No path of a request leads to a file; / has a nonce of its own or says that there is no page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/desk/assets.h"
#include "proto/base/random.h"

static void get(const char *path, char nonce[static ASSETS_NONCE_BYTES],
                struct exchange_response *response)
{
    struct exchange_request request = {.method = "GET", .path = path};

    memset(response, 0, sizeof(*response));
    nonce[0] = 0;
    assets_answer("sv", &request, nonce, response);
}

static void test_the_page_or_that_there_is_none(void **state)
{
    char first[ASSETS_NONCE_BYTES], second[ASSETS_NONCE_BYTES];
    struct exchange_response response;

    (void)state;
    get("/", first, &response);
    assert_int_equal(response.status, 200);
    assert_string_equal(response.type, "text/html; charset=utf-8");
    assert_false(response.immutable);
    bytes_add_u8(&response.body, 0);
    assert_null(strstr((const char *)response.body.data, "__CSP_NONCE_OF_RESPONSE__"));
    assert_int_equal(strlen(first), assets_are_there() ? ASSETS_NONCE_BYTES - 1 : 0);
    if (!assets_are_there())
        assert_non_null(strstr((const char *)response.body.data, "/api/v1"));
    bytes_clear(&response.body);
    get("/", second, &response);
    assert_true(!assets_are_there() || strcmp(first, second) != 0);
    bytes_clear(&response.body);
}

static void test_no_path_leads_out(void **state)
{
    static const char *const paths[] = {"/index.html",       "/../etc/passwd", "//etc/passwd", "",
                                        "/assets/../../x",   "/assets/",       "/assets",      "/ ",
                                        "/assets/index.css/"};

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        char nonce[ASSETS_NONCE_BYTES];
        struct exchange_response response;

        get(paths[i], nonce, &response);
        assert_int_equal(response.status, 404);
        bytes_clear(&response.body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_page_or_that_there_is_none),
                                       cmocka_unit_test(test_no_path_leads_out)};

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
