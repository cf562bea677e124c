/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked for is taken whole or refused by its member's name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/desk/form.h"
#include "proto/base/arena.h"
#include "tests/unit/refused.h"

static bool read_form(const char *text, struct arena *arena, struct form *form, struct err *err)
{
    cJSON *body = cJSON_Parse(text);
    bool ok;

    assert_non_null(body);
    ok = form_read(body, arena, form, err);
    cJSON_Delete(body);
    return ok;
}

static void test_every_member_is_taken(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct form form;
    struct err err;

    (void)state;
    assert_true(read_form(
        "{\"text\":\"sex = male\",\"measure\":\"breakdown\",\"by\":[\"sex\",\"age_band\"],"
        "\"mode\":\"sum\",\"sigma\":5,\"role\":\"sponsor\",\"purpose\":\"research\","
        "\"permit\":\"P1\",\"disease\":\"icd10:C50\",\"nodes\":[\"12\",\"Skåne\"],"
        "\"blind\":true,\"everybody\":true,\"wait_s\":40}",
        arena, &form, &err));
    assert_string_equal(form.text, "sex = male");
    assert_int_equal(form.compose.measure, MEASURE_BREAKDOWN);
    assert_string_equal(form.compose.by, "sex,age_band");
    assert_int_equal(form.compose.mode, MODE_SUM);
    assert_int_equal(form.compose.sigma, 5);
    assert_string_equal(form.role, "sponsor");
    assert_string_equal(form.purpose, "research");
    assert_string_equal(form.compose.permit, "P1");
    assert_string_equal(form.compose.disease, "icd10:C50");
    assert_string_equal(form.compose.nodes, "12,Skåne");
    assert_true(form.compose.blind && form.everybody && !form.adds_up);
    assert_int_equal(form.wait_s, 40);
    assert_int_equal(form.compose.life_s, 70);
    assert_true(read_form("{}", arena, &form, &err));
    assert_string_equal(form.text, "");
    assert_null(form.protocol);
    assert_null(form.compose.nodes);
    assert_int_equal(form.wait_s, FORM_WAIT_DEFAULT_S);
    assert_true(read_form("{\"wait_s\":1,\"sigma\":1}", arena, &form, &err));
    assert_int_equal(form.wait_s, 1);
    assert_int_equal(form.compose.sigma, 1);
    assert_true(read_form("{\"wait_s\":480,\"adds_up\":true,\"nodes\":[]}", arena, &form, &err));
    assert_null(form.compose.nodes);
    arena_free(arena);
}

static void test_what_is_not_understood_is_refused(void **state)
{
    static const struct {
        const char *body, *member;
    } wrong[] = {
        {"[]", "object"},
        {"{\"sigmas\":5}", "sigmas"},
        {"{\"text\":7}", "text"},
        {"{\"text\":null}", "text"},
        {"{\"measure\":\"median\"}", "median"},
        {"{\"mode\":\"distinct\"}", "distinct"},
        {"{\"by\":\"sex\"}", "by"},
        {"{\"by\":[\"sex,age_band\"]}", "by"},
        {"{\"by\":[7]}", "by"},
        {"{\"by\":[\"\"]}", "by"},
        {"{\"sigma\":0}", "sigma"},
        {"{\"sigma\":1.5}", "sigma"},
        {"{\"sigma\":\"5\"}", "sigma"},
        {"{\"wait_s\":481}", "wait_s"},
        {"{\"blind\":1}", "blind"},
        {"{\"protocol\":\"I1 a: sex = male\",\"from\":\"diagnosis exists\"}", "from"},
        {"{\"protocol\":\"I1 a: sex = male\",\"exposure\":\"sex = male\"}", "exposure"},
        {"{\"outcome\":7}", "outcome"},
        {"{\"text\":\"sex = male\",\"protocol\":\"I1 a: sex = male\"}", "protocol"},
        {"{\"measure\":\"breakdown\",\"by\":[\"sex\"],\"adds_up\":true}", "adds_up"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct form form;
        struct err err;

        assert_refused(read_form(wrong[i].body, arena, &form, &err), &err, ERR_INVALID);
        if (!strstr(err.text, wrong[i].member))
            fail_msg("%s: %s", wrong[i].body, err.text);
        arena_free(arena);
    }
}

static void test_a_text_at_the_limit_and_one_past(void **state)
{
    char *body = malloc(AST_TEXT_MAX + 64);

    (void)state;
    for (int past = 0; past < 2; past++) {
        struct arena *arena = arena_new(1 << 20);
        struct form form;
        struct err err;
        int n = snprintf(body, 16, "{\"text\":\"");

        memset(body + n, 'x', AST_TEXT_MAX + (size_t)past);
        memcpy(body + n + AST_TEXT_MAX + past, "\"}", 3);
        if (past)
            assert_refused(read_form(body, arena, &form, &err), &err, ERR_INVALID);
        else
            assert_true(read_form(body, arena, &form, &err));
        arena_free(arena);
    }
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_member_is_taken),
                                       cmocka_unit_test(test_what_is_not_understood_is_refused),
                                       cmocka_unit_test(test_a_text_at_the_limit_and_one_past)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
