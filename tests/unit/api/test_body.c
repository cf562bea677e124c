/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body's promises: what is read is whole and in bounds; what is not understood is refused; the
 * limits hold at the limit and one past it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/api/body.h"
#include "tests/unit/refused.h"

static bool read_text(const char *text, struct question_body *body, struct err *err)
{
    return body_read(text, strlen(text), body, err);
}

static void test_a_body_is_read(void **state)
{
    struct question_body body;
    struct err err;

    (void)state;
    assert_true(
        read_text("{\"envelope\":\"YWJj\",\"wait_ms\":20000,\"deadline_ms\":5}", &body, &err));
    assert_int_equal(body.envelope_bytes, 3);
    assert_memory_equal(body.envelope, "abc", 3);
    assert_int_equal(body.wait_ms, 20000);
    assert_int_equal(body.deadline_ms, 5);
    body_clear(&body);
    assert_true(read_text("{\"envelope\":\"YQ==\"}", &body, &err));
    assert_int_equal(body.wait_ms, 0);
    body_clear(&body);
}

static void test_what_is_not_a_question_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "null",
                                      "[]",
                                      "{}",
                                      "{\"envelope\":1}",
                                      "{\"envelope\":\"\"}",
                                      "{\"envelope\":\"YWJ\"}",
                                      "{\"envelope\":\"Y*Jj\"}",
                                      "{\"envelope\":\"YWJj \"}",
                                      "{\"envelope\":\"YWJj\",\"wait_ms\":20001}",
                                      "{\"envelope\":\"YWJj\",\"wait_ms\":-1}",
                                      "{\"envelope\":\"YWJj\",\"wait_ms\":1.5}",
                                      "{\"envelope\":\"YWJj\",\"wait_ms\":\"1\"}",
                                      "{\"envelope\":\"YWJj\",\"deadline_ms\":600001}",
                                      "{\"envelope\":\"YWJj\",\"other\":1}",
                                      "{\"envelope\":\"YWJj\",\"envelope\":\"YWJj\"}",
                                      "{\"envelope\":\"YWJj\"} x"};
    struct question_body body;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused(read_text(bad[i], &body, &err), &err, ERR_INVALID);
}

static void test_the_size_limit_holds_at_the_limit_and_one_past(void **state)
{
    static const char end[] = "\"}";
    static const char begin[] = "{\"envelope\":\"";
    char *text = malloc(BODY_BYTES_MAX + 1);
    struct question_body body;
    struct err err;
    size_t filler = BODY_BYTES_MAX - strlen(begin) - strlen(end);

    (void)state;
    assert_non_null(text);
    memset(text, ' ', BODY_BYTES_MAX + 1);
    memcpy(text, begin, strlen(begin));
    memset(text + strlen(begin), 'A', filler / 4 * 4);
    memcpy(text + strlen(begin) + filler / 4 * 4, end, strlen(end));
    assert_true(body_read(text, BODY_BYTES_MAX, &body, &err));
    body_clear(&body);
    assert_refused(body_read(text, BODY_BYTES_MAX + 1, &body, &err), &err, ERR_INVALID);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_body_is_read),
        cmocka_unit_test(test_what_is_not_a_question_is_refused),
        cmocka_unit_test(test_the_size_limit_holds_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
