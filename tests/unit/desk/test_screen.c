/* SPDX-License-Identifier: Apache-2.0 */
/* A screen is in its language, has the nonce of its style, and shows a reason as text alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/desk/screen.h"
#include "proto/base/random.h"

static void shown(enum screen screen, const char *language, const struct err *why,
                  const char *const *wanted)
{
    struct exchange_response response = {0};
    char nonce[ASSETS_NONCE_BYTES];

    screen_show(screen, language, why, nonce, &response);
    bytes_add_u8(&response.body, 0);
    assert_int_equal(response.status, 200);
    assert_int_equal(strlen(nonce), ASSETS_NONCE_BYTES - 1);
    assert_non_null(strstr((const char *)response.body.data, nonce));
    assert_null(strstr((const char *)response.body.data, "<script"));
    for (; *wanted; wanted++)
        assert_non_null(strstr((const char *)response.body.data, *wanted));
    bytes_clear(&response.body);
}

static void test_languages_and_reasons(void **state)
{
    const struct err why = {.code = ERR_DENIED, .text = "<script>1</script> & x"};
    static const char *const welcome[] = {"<html lang=\"sv\">", "<h1>Logga in</h1>",
                                          "href=\"/login\"", NULL};
    static const char *const english[] = {"<html lang=\"en\">", "<h1>Log in</h1>", NULL};
    static const char *const refused[] = {
        "<span lang=\"en\">&lt;script>1&lt;/script> &amp; x</span>", "Försök igen", NULL};
    static const char *const left[] = {"Du har loggat ut", NULL};
    static const char *const in[] = {"You are logged in", "href=\"/\"", NULL};

    (void)state;
    shown(SCREEN_WELCOME, "sv", NULL, welcome);
    shown(SCREEN_WELCOME, "en", NULL, english);
    shown(SCREEN_REFUSED, "sv", &why, refused);
    shown(SCREEN_LEFT, "sv", NULL, left);
    shown(SCREEN_IN, "en", NULL, in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_languages_and_reasons)};

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
