/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of base64: the test vectors of RFC 4648, section 10; bytes of every length come
 * back; a text that is cut, padded wrongly, of the other alphabet or with anything behind it is
 * refused.
 */
#include "proto/base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_the_vectors_of_rfc_4648(void **state)
{
    static const char *const pairs[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        char text[16];
        uint8_t back[16];
        size_t n = strlen(pairs[i][0]), size = 99;

        assert_string_equal(base64_write((const uint8_t *)pairs[i][0], n, text), pairs[i][1]);
        assert_true(base64_read(text, strlen(text), back, sizeof(back), &size));
        assert_int_equal(size, n);
        assert_memory_equal(back, pairs[i][0], n);
    }
}

static void test_bytes_of_every_length_come_back(void **state)
{
    uint8_t data[100], back[100];
    char text[BASE64_TEXT_BYTES(sizeof(data))];

    (void)state;
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 37 + 200);
    for (size_t n = 0; n <= sizeof(data); n++) {
        size_t size = 0;

        base64_write(data, n, text);
        assert_int_equal(strlen(text) + 1, BASE64_TEXT_BYTES(n));
        assert_true(base64_read(text, strlen(text), back, n, &size)); /* into exactly their room */
        assert_int_equal(size, n);
        assert_memory_equal(back, data, n);
        if (n)
            assert_false(base64_read(text, strlen(text), back, n - 1, &size));
    }
}

static void test_what_is_not_base64_is_refused(void **state)
{
    static const char *const texts[] = {"Zg",     "Zg=",   "Zh==", "Z",    "Zm9v=", "Zm9vZg==x",
                                        "Zm9v\n", "Zm 9v", "-_-_", "Zm9*", "====",  "Zg==Zg=="};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        uint8_t out[16];
        size_t size = 99;

        assert_false(base64_read(texts[i], strlen(texts[i]), out, sizeof(out), &size));
        assert_int_equal(size, 99);
    }
    {
        uint8_t out[16];
        size_t size = 99;

        assert_false(base64_read("Zm9v\0Zm9", 8, out, sizeof(out), &size)); /* a NUL inside */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_vectors_of_rfc_4648),
        cmocka_unit_test(test_bytes_of_every_length_come_back),
        cmocka_unit_test(test_what_is_not_base64_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
