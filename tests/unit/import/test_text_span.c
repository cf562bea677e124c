/* SPDX-License-Identifier: Apache-2.0 */
/* Percent-encoded bytes become what they stand for; whatever is not one stays. */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/text_span.h"

static void test_percent_encoded_bytes_become_what_they_stand_for(void **state)
{
    static const struct {
        const char *text;
        const char *want;
    } cases[] = {
        {"a%2Cb", "a,b"}, {"%3a%3B", ":;"},   {"100%", "100%"}, {"%2", "%2"},       {"%2G", "%2G"},
        {"%%25", "%%"},   {"plain", "plain"}, {"", ""},         {"%0D%0A", "\r\n"}, {"x%", "x%"},
    };
    char room[16];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text_span got = text_span_decode(
            (struct text_span){cases[i].text, strlen(cases[i].text)}, room, sizeof(room));

        assert_int_equal(got.length, strlen(cases[i].want));
        assert_memory_equal(got.text, cases[i].want, got.length);
    }
}

static void test_what_does_not_fit_stays_as_it_is(void **state)
{
    static const char text[] = "ab%2C";
    char room[5];
    struct text_span value = {text, 5};

    (void)state;
    assert_ptr_equal(text_span_decode(value, room, 4).text, text);
    assert_int_equal(text_span_decode(value, room, 5).length, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_percent_encoded_bytes_become_what_they_stand_for),
        cmocka_unit_test(test_what_does_not_fit_stays_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
