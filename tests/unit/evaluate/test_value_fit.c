/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a value meets a test where its number, in the unit of the test, lies in the range, or
 * its answer is one of those asked for; what does not convert, has no unit, no number or no answer
 * may meet it; which rows stood before changes nothing.
 */
#include "node/evaluate/value_fit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/number.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"

#define MILLI (NUMBER_NANO / 1000)

static const struct {
    const char *question;
    struct value_row row;
    const char *word;
    enum value_fits fits;
} cases[] = {
    {"lab.NPU19651 >= 4.9 mmol/L",
     {.form = EVENT_NUMBER, .nano = 4900 * MILLI},
     "mmol/L",
     VALUE_IN},
    {"lab.NPU19651 > 4.9 mmol/L",
     {.form = EVENT_NUMBER, .nano = 4900 * MILLI},
     "mmol/L",
     VALUE_OUT},
    {"lab.NPU19651 >= 4.9 mmol/L",
     {.form = EVENT_NUMBER, .nano = 4900 * NUMBER_NANO},
     "umol/L",
     VALUE_IN},
    {"lab.NPU19651 >= 4.9 mmol/L",
     {.form = EVENT_NUMBER, .nano = 4900 * NUMBER_NANO - 1},
     "umol/L",
     VALUE_OUT},
    {"lab.NPU19651 < 4.9 mmol/L", {.form = EVENT_NUMBER, .nano = -NUMBER_NANO}, "mmol/L", VALUE_IN},
    {"lab.NPU19651 >= 4.9 mmol/L",
     {.form = EVENT_NUMBER, .nano = 190 * NUMBER_NANO},
     "mg/dL",
     VALUE_MAY_BE},
    {"lab.NPU19651 >= 4.9 mmol/L",
     {.form = EVENT_NUMBER, .nano = NUMBER_NANO},
     "furlong",
     VALUE_MAY_BE},
    {"lab.NPU19651 >= 4.9 mmol/L", {.form = EVENT_NUMBER, .nano = NUMBER_NANO}, "", VALUE_MAY_BE},
    {"lab.NPU19651 >= 4.9", {.form = EVENT_NUMBER, .nano = NUMBER_NANO}, "mmol/L", VALUE_MAY_BE},
    {"lab.NPU19651 >= 4.9", {.form = EVENT_NUMBER, .nano = NUMBER_NANO}, "", VALUE_OUT},
    {"lab.NPU19651 >= 4.9", {.form = EVENT_NUMBER, .nano = 5 * NUMBER_NANO}, "", VALUE_IN},
    {"lab.NPU19651 >= 4.9", {.form = EVENT_NO_VALUE}, "", VALUE_MAY_BE},
    {"lab.NPU19651 >= 4.9", {.form = EVENT_ANSWER}, "high", VALUE_MAY_BE},
    {"lab.NPU19651 >= 50%", {.form = EVENT_NUMBER, .nano = 50 * NUMBER_NANO}, "%", VALUE_IN},
    {"lab.NPU19651 between 1 and 2 g/dL",
     {.form = EVENT_NUMBER, .nano = 20 * NUMBER_NANO},
     "g/L",
     VALUE_IN},
    {"observation.89247-1 in (a, b)", {.form = EVENT_ANSWER}, "b", VALUE_IN},
    {"observation.89247-1 in (a, b)", {.form = EVENT_ANSWER}, "c", VALUE_OUT},
    {"observation.89247-1 in (a, b)", {.form = EVENT_ANSWER}, "B", VALUE_MAY_BE},
    {"observation.89247-1 in (A, a)", {.form = EVENT_ANSWER}, "a", VALUE_IN},
    {"observation.89247-1 = LA9622-7", {.form = EVENT_ANSWER}, "loinc:la9622-7", VALUE_MAY_BE},
    {"observation.89247-1 = LA9622-7", {.form = EVENT_ANSWER}, "nosuch:LA9622-7", VALUE_OUT},
    {"observation.89247-1 = LA9622-7", {.form = EVENT_ANSWER}, "loinc:", VALUE_OUT},
    {"observation.89247-1 = a", {.form = EVENT_NUMBER, .nano = 1}, "", VALUE_MAY_BE},
    {"observation.89247-1 = a", {.form = EVENT_NO_VALUE}, "", VALUE_MAY_BE},
};

static void test_each_value_by_each_test(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct value_rows values = {0};
        struct value_memo memo = {0};
        struct value_fit *fit = NULL;
        uint16_t place;
        struct ast ast;
        struct err err;

        assert_true(parse_text(cases[i].question, arena, &ast, &err));
        assert_true(value_fit_new(ast.root, arena, &fit, &err));
        assert_true(value_rows_room(&values, 2, &err) &&
                    value_rows_word(&values, "", 0, &place, &err));
        values.rows[0] = values.rows[1] = cases[i].row;
        assert_true(value_rows_word(&values, cases[i].word, strlen(cases[i].word), &place, &err));
        values.rows[0].word = values.rows[1].word = place;
        values.n = 2;
        for (size_t row = 0; row < 2; row++)
            if (value_fit_row(fit, &values, row, &memo) != cases[i].fits)
                fail_msg("%s, %s", cases[i].question, cases[i].word);
        value_rows_clear(&values);
        arena_clear(arena);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_value_by_each_test)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
