/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A receipt's promises: what is written is what is read, and what is not a receipt is refused with
 * its reason; one with the secret of a blind sum is for its owner alone. (That what was signed
 * cannot be altered is gather's and verify's promise.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coordinator/analyst/receipt.h"
#include "proto/base/arena.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "tests/unit/refused.h"

static char path[] = "/tmp/rikstal-receipt-XXXXXX";

static bool read_text(const char *text, struct err *err)
{
    struct arena *arena = arena_new(1 << 20);
    struct receipt receipt = {0};
    bool ok;

    assert_true(file_write(path, text, strlen(text), 0600, err));
    ok = receipt_read(path, arena, &receipt, err);
    cJSON_Delete(receipt.document);
    arena_free(arena);
    return ok;
}

static void test_a_receipt_comes_back(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct receipt receipt = {.question = "sex = female",
                              .asked_s = 1234,
                              .envelope = (const uint8_t *)"question",
                              .envelope_bytes = 8,
                              .roster = (const uint8_t *)"roster",
                              .roster_bytes = 6};
    struct receipt back = {0};
    struct err err;

    (void)state;
    receipt.document = cJSON_Parse("{\"regions\":[{\"node\":\"01\",\"state\":\"value\","
                                   "\"answer\":\"YWJj\",\"matched\":{\"value\":7}}]}");
    assert_true(receipt_write(path, &receipt, &err));
    assert_true(receipt_read(path, arena, &back, &err));
    assert_string_equal(back.question, "sex = female");
    assert_int_equal(back.asked_s, 1234);
    assert_memory_equal(back.envelope, "question", 8);
    assert_memory_equal(back.roster, "roster", 6);
    assert_string_equal(
        json_text(cJSON_GetArrayItem(json_array(back.document, "regions"), 0), "answer"), "YWJj");
    assert_null(json_member(cJSON_GetArrayItem(json_array(back.document, "regions"), 0),
                            "matched")); /* only what can be checked */
    cJSON_Delete(receipt.document);
    cJSON_Delete(back.document);
    arena_free(arena);
}

static void test_the_file_is_the_text(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct receipt receipt = {.question = "sex = female",
                              .asked_s = 1234,
                              .envelope = (const uint8_t *)"question",
                              .envelope_bytes = 8,
                              .roster = (const uint8_t *)"roster",
                              .roster_bytes = 6};
    struct receipt back = {0};
    struct bytes text = {0};
    uint8_t *data;
    size_t size;
    struct err err;

    (void)state;
    receipt.document = cJSON_Parse("{\"regions\":[]}");
    assert_true(receipt_write(path, &receipt, &err));
    assert_true(file_read(path, 1 << 16, arena, &data, &size, &err));
    assert_true(receipt_text(&receipt, &text, &err));
    assert_int_equal(text.size, size);
    assert_memory_equal(text.data, data, size);
    assert_true(receipt_parse((const char *)text.data, text.size, arena, &back, &err));
    assert_string_equal(back.question, "sex = female");
    assert_refused(receipt_parse("{}", 2, arena, &back, &err), &err, ERR_INVALID);
    cJSON_Delete(back.document);
    cJSON_Delete(receipt.document);
    bytes_clear(&text);
    arena_free(arena);
}

static mode_t mode_of_file(void)
{
    struct stat info;

    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 0777;
}

static void test_the_secret_of_a_blind_sum_comes_back_and_is_the_owners(void **state)
{
    static const uint8_t secret[KEYSTREAM_KEY_BYTES] = {1, 2, 3};
    struct receipt receipt = {.question = "sex = female",
                              .asked_s = 1,
                              .envelope = (const uint8_t *)"question",
                              .envelope_bytes = 8,
                              .roster = (const uint8_t *)"roster",
                              .roster_bytes = 6};
    struct arena *arena = arena_new(1 << 20);
    struct receipt back = {0};
    struct err err;

    (void)state;
    receipt.document = cJSON_Parse("{\"regions\":[]}");
    assert_true(receipt_write(path, &receipt, &err));
    assert_int_equal(mode_of_file() & 0600, 0600);
    assert_true(receipt_read(path, arena, &back, &err));
    assert_null(back.blind);
    cJSON_Delete(back.document);
    receipt.blind = secret;
    assert_true(receipt_write(path, &receipt, &err));
    assert_int_equal(mode_of_file(), 0600);
    assert_true(receipt_read(path, arena, &back, &err));
    assert_memory_equal(back.blind, secret, sizeof(secret));
    cJSON_Delete(back.document);
    cJSON_Delete(receipt.document);
    arena_free(arena);
    assert_refused(read_text("{\"format\":\"rikstal-receipt-v1\",\"asked\":1,\"envelope\":\"YWJj\","
                             "\"roster\":\"YWJj\",\"blind_secret\":\"YWJj\"}",
                             &err),
                   &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "blind_secret"));
}

static void test_what_is_no_receipt_is_refused(void **state)
{
    struct err err;

    (void)state;
    assert_refused(read_text("", &err), &err, ERR_INVALID);
    assert_refused(read_text("{}", &err), &err, ERR_INVALID);
    assert_refused(read_text("{\"format\":\"rikstal-receipt-v2\"}", &err), &err, ERR_INVALID);
    assert_refused(read_text("{\"format\":\"rikstal-receipt-v1\"}", &err), &err, ERR_INVALID);
    assert_refused(
        read_text("{\"format\":\"rikstal-receipt-v1\",\"asked\":1,\"envelope\":\"YWJj\"}", &err),
        &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "roster"));
    assert_true(read_text("{\"format\":\"rikstal-receipt-v1\",\"asked\":1,\"envelope\":\"YWJj\","
                          "\"roster\":\"YWJj\"}",
                          &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_receipt_comes_back),
        cmocka_unit_test(test_the_file_is_the_text),
        cmocka_unit_test(test_the_secret_of_a_blind_sum_comes_back_and_is_the_owners),
        cmocka_unit_test(test_what_is_no_receipt_is_refused),
    };
    int failed;
    int fd = mkstemp(path);

    if (fd < 0)
        return 1;
    close(fd);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
