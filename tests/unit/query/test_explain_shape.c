/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a region that looks at a question is told which figures it would give: every class of
 * every dimension of a table, every change by its name, and on which disease the research is.
 */
#include "proto/query/explain_shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/parse.h"
#include "proto/query/wire.h"

struct bench {
    struct arena *arena;
    Rikstal__V1__Question question;
    struct err err;
};

static void bench_up(struct bench *b, enum measure_kind measure)
{
    b->arena = arena_new(1 << 20);
    b->question = (Rikstal__V1__Question)RIKSTAL__V1__QUESTION__INIT;
    b->question.measure = (Rikstal__V1__Measure)measure;
}

static const char *words_about(struct bench *b, const struct ast_node *root)
{
    struct bytes words = {0};
    struct shape shape;
    const char *text;

    assert_true(shape_read(&b->question, b->arena, &shape, &b->err));
    explain_shape(&shape, root, &words);
    assert_false(words.failed);
    text = arena_strndup(b->arena, (const char *)words.data, words.size);
    bytes_clear(&words);
    return text;
}

static const char *words_of(struct bench *b)
{
    return words_about(b, NULL);
}

static void test_a_count_is_told(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, MEASURE_COUNT);
    assert_string_equal(words_of(&b),
                        "how many these persons are, and of how many it cannot be told\n");
    arena_free(b.arena);
}

static void test_every_class_of_every_dimension_is_told(void **state)
{
    const char *words;
    struct bench b;

    (void)state;
    bench_up(&b, MEASURE_BREAKDOWN);
    assert_true(shape_dimensions("sex,age_band", b.arena, &b.question, &b.err));
    words = words_of(&b);
    assert_non_null(strstr(words, "each of 44 parts"));
    assert_non_null(strstr(words, "\n  by sex: unknown, female, male, other\n"));
    assert_non_null(strstr(words, "\n  by age_band: 0-9, "));
    assert_non_null(strstr(words, ", 90+, unknown\n"));
    arena_free(b.arena);
}

static void test_every_change_is_told(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, MEASURE_FREQUENCY);
    assert_true(
        shape_changes("GRCh38:17-43044295-G-A,GRCh38:X-100-A-T", b.arena, &b.question, &b.err));
    assert_string_equal(words_of(&b),
                        "how many of these persons have which genotype at 2 changes:\n"
                        "  GRCh38:17-43044295-G-A\n"
                        "  GRCh38:X-100-A-T\n");
    arena_free(b.arena);
}

static void test_every_step_is_told(void **state)
{
    Rikstal__V1__Step step = RIKSTAL__V1__STEP__INIT, *steps[] = {&step};
    struct bench b;

    (void)state;
    bench_up(&b, MEASURE_FUNNEL);
    step.name = "I1 adult";
    step.operands = 1;
    b.question.steps = steps;
    b.question.n_steps = 1;
    assert_string_equal(words_of(&b), "how many persons pass 1 step, and of how many it cannot be "
                                      "told:\n  I1 adult\n");
    arena_free(b.arena);
}

static void test_every_step_is_told_with_its_criterion(void **state)
{
    Rikstal__V1__Step step[2], *steps[] = {&step[0], &step[1]};
    struct wire_list list;
    struct ast ast;
    struct bench b;

    (void)state;
    bench_up(&b, MEASURE_FUNNEL);
    for (size_t i = 0; i < 2; i++)
        rikstal__v1__step__init(&step[i]);
    step[0].name = "I1 adult";
    step[0].operands = 2;
    step[1].name = "I2 old woman"; /* is not what it says */
    step[1].operands = 1;
    b.question.steps = steps;
    b.question.n_steps = 2;
    assert_true(parse_text("age >= 18 and age <= 75 and sex = male", b.arena, &ast, &b.err));
    assert_true(wire_encode(&ast, b.arena, &list, &b.err));
    b.question.criterion = list.ops;
    b.question.n_criterion = list.n;
    assert_non_null(strstr(words_about(&b, ast.root), ":\n  I1 adult: age >= 18 and age <= 75\n"
                                                      "  I2 old woman: sex = male\n"));
    arena_free(b.arena);
}

static void test_a_disease_is_told_and_none_is_not(void **state)
{
    struct bytes words = {0};

    (void)state;
    explain_shape_disease("", &words);
    assert_int_equal(words.size, 0);
    explain_shape_disease("orpha:558", &words);
    bytes_add_u8(&words, 0);
    assert_non_null(strstr((const char *)words.data, "the research is on orpha:558: "));
    bytes_clear(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_count_is_told),
        cmocka_unit_test(test_every_class_of_every_dimension_is_told),
        cmocka_unit_test(test_every_change_is_told),
        cmocka_unit_test(test_every_step_is_told),
        cmocka_unit_test(test_every_step_is_told_with_its_criterion),
        cmocka_unit_test(test_a_disease_is_told_and_none_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
