/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of strict JSON: duplicate keys, trailing bytes, NULs, non-finite numbers and nesting
 * past the limit are refused; a number is whole or it is not an integer; what is printed is
 * written, or it is said that it was not.
 */
#include "proto/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/bytes.h"
#include "tests/unit/refused.h"

static bool parses(const char *text)
{
    struct err err = {0};
    cJSON *tree = NULL;
    bool ok = json_parse(text, strlen(text), 1 << 16, &tree, &err);

    assert_true(ok || (err.code == ERR_INVALID && tree == NULL));
    cJSON_Delete(tree);
    return ok;
}

static void test_what_readers_understand_differently_is_refused(void **state)
{
    (void)state;
    assert_true(parses("{\"a\":1,\"A\":2}"));
    assert_false(parses("{\"a\":1,\"a\":2}"));
    assert_false(parses("{\"b\":[{\"a\":1,\"c\":0,\"a\":2}]}"));
    assert_true(parses(" [1] \r\n"));
    assert_false(parses("[1] x"));
    assert_false(parses("[1]]"));
    assert_false(parses("[1"));
    assert_false(parses(""));
    assert_false(parses("\"a\\u0000b\""));
    assert_false(parses("1e999"));
    assert_false(parses("nul"));
}

static void test_a_raw_nul_is_refused(void **state)
{
    struct err err = {0};
    cJSON *tree = NULL;

    (void)state;
    assert_refused(json_parse("[1]\0", 4, 100, &tree, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "byte 3"));
}

static void test_nesting_at_the_limit_and_one_past_it(void **state)
{
    char text[2 * (JSON_DEPTH_MAX + 1) + 1];

    (void)state;
    for (int depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = 0;
        assert_int_equal(parses(text), depth == JSON_DEPTH_MAX);
    }
}

static void test_size_at_the_limit_and_one_past_it(void **state)
{
    struct err err = {0};
    cJSON *tree = NULL;

    (void)state;
    assert_true(json_parse("[1,2]", 5, 5, &tree, &err));
    cJSON_Delete(tree);
    assert_refused(json_parse("[1,2]", 5, 4, &tree, &err), &err, ERR_INVALID);
}

static void test_members_have_types(void **state)
{
    const char *text =
        "{\"t\":\"x\",\"n\":9007199254740992,\"f\":1.5,\"b\":true,\"a\":[],\"o\":{}}";
    struct err err = {0};
    cJSON *tree = NULL;
    int64_t n = 0;

    (void)state;
    assert_true(json_parse(text, strlen(text), 1000, &tree, &err));
    assert_string_equal(json_text(tree, "t"), "x");
    assert_null(json_text(tree, "T"));
    assert_null(json_text(tree, "n"));
    assert_true(json_int(tree, "n", &n));
    assert_true(n == INT64_C(9007199254740992));
    assert_false(json_int(tree, "f", &n));
    assert_false(json_int(tree, "t", &n));
    assert_true(json_bool(tree, "b", false));
    assert_true(json_bool(tree, "missing", true));
    assert_non_null(json_array(tree, "a"));
    assert_null(json_array(tree, "o"));
    assert_non_null(json_object(tree, "o"));
    cJSON_Delete(tree);
}

static void test_found_by_a_member(void **state)
{
    const char *text = "[1,{\"k\":2},{\"k\":\"b\",\"n\":1},{\"k\":\"a\"},{\"k\":\"b\",\"n\":2}]";
    struct err err = {0};
    cJSON *tree = NULL;
    int64_t n = 0;

    (void)state;
    assert_true(json_parse(text, strlen(text), 1000, &tree, &err));
    assert_true(json_int(json_find(tree, "k", "b"), "n", &n));
    assert_int_equal(n, 1); /* the first */
    assert_null(json_find(tree, "k", "B"));
    assert_null(json_find(tree, "K", "b"));
    assert_null(json_find(NULL, "k", "b"));
    cJSON_Delete(tree);
}

static void test_building_remembers_a_failure(void **state)
{
    cJSON *object = cJSON_CreateObject();
    bool ok = true;
    char *text;

    (void)state;
    json_put_text(object, "t", "x", &ok);
    json_put_int(object, "n", 3, &ok);
    json_put_bool(object, "b", true, &ok);
    json_put_null(object, "z", &ok);
    json_put_number(object, "f", 0.5, &ok);
    assert_true(ok);
    text = cJSON_PrintUnformatted(object);
    assert_string_equal(text, "{\"t\":\"x\",\"n\":3,\"b\":true,\"z\":null,\"f\":0.5}");
    free(text);
    json_append_text(json_put(object, "a", cJSON_CreateArray(), &ok), "y", &ok);
    json_put_int(json_append(cJSON_GetObjectItem(object, "a"), &ok), "m", 1, &ok);
    assert_true(ok);
    text = cJSON_PrintUnformatted(json_array(object, "a"));
    assert_string_equal(text, "[\"y\",{\"m\":1}]");
    free(text);
    json_put(object, "gone", NULL, &ok);
    assert_false(ok);
    assert_null(json_append(cJSON_GetObjectItem(object, "a"), &ok));
    json_append_text(cJSON_GetObjectItem(object, "a"), "late", &ok);
    assert_int_equal(cJSON_GetArraySize(json_array(object, "a")), 2);
    cJSON_Delete(object);
}

static void test_what_is_printed_is_written_or_said_not_to_be(void **state)
{
    FILE *file = tmpfile(), *full = fopen("/dev/full", "w");
    cJSON *object = cJSON_CreateObject();
    char back[32] = "";
    bool ok = true;
    struct err err;

    (void)state;
    assert_true(file && full);
    json_put_int(object, "n", 3, &ok);
    assert_true(json_print(object, file, &err));
    rewind(file);
    assert_true(fread(back, 1, sizeof(back) - 1, file) > 0);
    assert_string_equal(back, "{\n\t\"n\":\t3\n}\n");
    assert_refused(json_print(object, full, &err), &err, ERR_INTERNAL);
    assert_refused(json_print(NULL, file, &err), &err, ERR_INTERNAL);
    cJSON_Delete(object);
    fclose(file);
    fclose(full);
}

/* What cJSON reads from it is what was written. */
static void test_texts_written_straight_are_json(void **state)
{
    char all[256] = "";
    const char *const texts[] = {"",        "GRCh38:22-50674500-C-T", "\"",  "\\",
                                 "a\"b\\c", "\n\t\x01\x1f",           "å€𝄞", all};

    (void)state;
    for (int c = 1; c < 0x80; c++)
        all[c - 1] = (char)c;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct bytes bytes = {0};
        struct err err;
        cJSON *tree;

        json_write_text(&bytes, texts[i]);
        assert_false(bytes.failed);
        assert_true(json_parse((const char *)bytes.data, bytes.size, 4096, &tree, &err));
        assert_string_equal(cJSON_GetStringValue(tree), texts[i]);
        cJSON_Delete(tree);
        bytes_clear(&bytes);
    }
}

static void test_integers_keep_all_of_their_digits(void **state)
{
    static const struct {
        int64_t value;
        const char *text;
    } numbers[] = {{0, "0"},
                   {7, "7"},
                   {-1, "-1"},
                   {(INT64_C(1) << 53) + 1, "9007199254740993"}, /* no double */
                   {INT64_MAX, "9223372036854775807"},
                   {INT64_MIN, "-9223372036854775808"}};

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        struct bytes bytes = {0};

        json_write_int(&bytes, numbers[i].value);
        assert_int_equal(bytes.size, strlen(numbers[i].text));
        assert_memory_equal(bytes.data, numbers[i].text, bytes.size);
        bytes_clear(&bytes);
    }
}

static void test_bytes_become_base64(void **state)
{
    cJSON *object = cJSON_CreateObject();
    bool ok = object != NULL;

    (void)state;
    json_put_base64(object, "a", (const uint8_t *)"foob", 4, &ok);
    assert_true(ok);
    assert_string_equal(json_text(object, "a"), "Zm9vYg==");
    cJSON_Delete(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_readers_understand_differently_is_refused),
        cmocka_unit_test(test_a_raw_nul_is_refused),
        cmocka_unit_test(test_nesting_at_the_limit_and_one_past_it),
        cmocka_unit_test(test_size_at_the_limit_and_one_past_it),
        cmocka_unit_test(test_members_have_types),
        cmocka_unit_test(test_found_by_a_member),
        cmocka_unit_test(test_building_remembers_a_failure),
        cmocka_unit_test(test_texts_written_straight_are_json),
        cmocka_unit_test(test_integers_keep_all_of_their_digits),
        cmocka_unit_test(test_bytes_become_base64),
        cmocka_unit_test(test_what_is_printed_is_written_or_said_not_to_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
