/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a protocol is its lines, in their order and with their names; the question is what they
 * say together, each read alone; a mistake has its line and column in the file; limits are exact.
 */
#include "proto/query/protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"

struct bench {
    struct arena *arena;
    struct protocol protocol;
    struct diagnostics found;
};

static bool read(struct bench *b, const char *text)
{
    b->arena = arena_new(1 << 24);
    assert_non_null(b->arena);
    return protocol_read(text, strlen(text), NULL, b->arena, &b->protocol, &b->found);
}

static void reads(struct bench *b, const char *text)
{
    if (!read(b, text))
        fail_msg("%s at %u:%u", b->found.list[0].message, b->found.list[0].line,
                 b->found.list[0].column);
}

static void refuses(const char *text, enum fault fault, uint32_t line, uint32_t column)
{
    struct bench b;

    if (read(&b, text))
        fail_msg("taken: %s", text);
    assert_true(b.found.n > 0);
    if (b.found.list[0].fault != fault || b.found.list[0].line != line ||
        b.found.list[0].column != column)
        fail_msg("%s: Q%03d %s at %u:%u", text, (int)b.found.list[0].fault, b.found.list[0].message,
                 b.found.list[0].line, b.found.list[0].column);
    arena_free(b.arena);
}

static void test_lines_become_steps_and_one_question(void **state)
{
    struct bench b;

    (void)state;
    reads(&b, "\xef\xbb\xbf# a trial\r\n"
              "I1 adult: age >= 18\r\n"
              "\n"
              "  I3 bröstcancer : diagnosis under icd10:C50 and sex = female # both\n"
              "I12: gene = BRCA1 and consequence in (lof)\n"
              "I13 other gene: gene = TP53 or age < 50\n"
              "E1 PARP inhibitor: code under atc:L01XK and age > 5");
    assert_int_equal(b.protocol.n_steps, 5);
    assert_string_equal(b.protocol.step[0].name, "I1 adult");
    assert_string_equal(b.protocol.step[1].name, "I3 bröstcancer");
    assert_string_equal(b.protocol.step[2].name, "I12");
    assert_string_equal(b.protocol.step[4].name, "E1 PARP inhibitor");
    assert_int_equal(b.protocol.step[0].operands, 1);
    assert_int_equal(b.protocol.step[1].operands, 2);
    assert_int_equal(b.protocol.step[2].operands, 1);
    assert_int_equal(b.protocol.step[3].operands, 1);
    assert_int_equal(b.protocol.step[4].operands, 1);
    assert_string_equal(b.protocol.question,
                        "age >= 18 and diagnosis under icd10:C50 and sex = female and "
                        "variant(gene = BRCA1 and consequence = lof) and "
                        "(variant(gene = TP53) or age <= 49) and "
                        "not (code under atc:L01XK and age >= 6)");
    assert_int_equal(b.protocol.ast.root->n_children, 6);
    arena_free(b.arena);
}

static void test_one_line_is_a_protocol(void **state)
{
    struct bench b;

    (void)state;
    reads(&b, "E1 child: age < 18\n");
    assert_int_equal(b.protocol.n_steps, 1);
    assert_string_equal(b.protocol.question, "not age <= 17");
    arena_free(b.arena);
    reads(&b, "I1: age > 3 and sex = male");
    assert_int_equal(b.protocol.step[0].operands, 2);
    arena_free(b.arena);
}

static void test_mistakes_have_their_line_and_column(void **state)
{
    (void)state;
    refuses("", FAULT_STEP, 1, 1);
    refuses("# nothing\n\n", FAULT_STEP, 1, 1);
    refuses("I1 a: age >= 18\nI2 böst: agee > 3", FAULT_FIELD, 2, 10);
    refuses("I1 a: age >= 18\n\nE1: age >", FAULT_SYNTAX, 3, 10);
    refuses("I1 a: age >= 18\nadult: age >= 18", FAULT_STEP, 2, 1);
    refuses("I1 a: age >= 18\nIx: age >= 18", FAULT_STEP, 2, 1);
    refuses("I: age >= 18", FAULT_STEP, 1, 1);
    refuses("I1a: age >= 18", FAULT_STEP, 1, 1);
    refuses("I1 no colon", FAULT_STEP, 1, 1);
    refuses("I1 empty:  \nI2: age > 3", FAULT_STEP, 1, 1);
    refuses("I1 a: age > 1\nE1 b: age > 2\n I1 c: age > 3", FAULT_STEP, 3, 2);
    refuses("I1 a\x1b[2J: age > 1", FAULT_ENCODING, 1, 1);
    refuses("I1 a\x80: age > 1", FAULT_ENCODING, 1, 1);
    refuses("I1 a: age > 1 \x01", FAULT_ENCODING, 1, 15);
}

static void test_every_line_is_told_not_the_first_alone(void **state)
{
    struct bench b;

    (void)state;
    assert_false(read(&b, "I1: agee > 3\nI2: age > 3\nI3: genee = A\nI4"));
    assert_int_equal(b.found.n, 3);
    assert_int_equal(b.found.list[1].line, 3);
    assert_string_equal(b.found.list[1].suggestion, "gene");
    assert_non_null(strstr(b.found.list[2].expected, "I1 adult"));
    arena_free(b.arena);
}

static size_t lines(char *text, size_t room, uint32_t n)
{
    size_t at = 0;

    for (uint32_t i = 1; i <= n; i++)
        at += (size_t)snprintf(text + at, room - at, "I%u: age > %u\n", i, i);
    return at;
}

static void test_steps_at_the_limit_and_one_past(void **state)
{
    char text[(MEASURE_STEPS_MAX + 1) * 16];
    struct bench b;

    (void)state;
    lines(text, sizeof(text), MEASURE_STEPS_MAX);
    reads(&b, text);
    assert_int_equal(b.protocol.n_steps, MEASURE_STEPS_MAX);
    arena_free(b.arena);
    lines(text, sizeof(text), MEASURE_STEPS_MAX + 1);
    refuses(text, FAULT_STEP, MEASURE_STEPS_MAX + 1, 1);
}

/* DIGITS_MAX of protocol.c */
static void test_numbers_at_the_limit_and_one_past(void **state)
{
    struct bench b;

    (void)state;
    reads(&b, "I999: age > 3");
    arena_free(b.arena);
    refuses("I1000: age > 3", FAULT_STEP, 1, 1);
}

static void test_names_at_the_limit_and_one_past(void **state)
{
    char text[SHAPE_STEP_NAME_MAX + 32];
    struct bench b;

    (void)state;
    snprintf(text, sizeof(text), "I1 %0*d: age > 3", SHAPE_STEP_NAME_MAX - 3, 0);
    reads(&b, text);
    assert_int_equal(strlen(b.protocol.step[0].name), SHAPE_STEP_NAME_MAX);
    arena_free(b.arena);
    snprintf(text, sizeof(text), "I1 %0*d: age > 3", SHAPE_STEP_NAME_MAX - 2, 0);
    refuses(text, FAULT_STEP, 1, 1);
}

static void test_bytes_at_the_limit_and_one_past(void **state)
{
    static char text[PROTOCOL_BYTES_MAX + 2];
    struct bench b;

    (void)state;
    memset(text, '#', sizeof(text) - 1);
    memcpy(text, "I1: age > 3\n", 12);
    text[PROTOCOL_BYTES_MAX] = 0;
    reads(&b, text);
    arena_free(b.arena);
    text[PROTOCOL_BYTES_MAX] = '#';
    refuses(text, FAULT_TEXT_LONG, 1, 1);
}

/* Each line is small enough, and all together are not. */
static void test_the_whole_is_held_to_the_limits_of_a_question(void **state)
{
    char text[8192];
    size_t at = 0;

    (void)state;
    for (int i = 1; i <= 20; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, "I%d: diagnosis in (C%02d%s)\n", i, i,
                               ",C50,C51,C52,C53,C54,C55,C56,C57,C58,C60,C61,C62,C63,C64,C65,"
                               "C66,C67,C68,C69,C70,C71,C72,C73,C74,C75,C76,C77,C78,C79,C80");
    assert_true(at < sizeof(text));
    refuses(text, FAULT_TEXT_LONG, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_become_steps_and_one_question),
        cmocka_unit_test(test_one_line_is_a_protocol),
        cmocka_unit_test(test_mistakes_have_their_line_and_column),
        cmocka_unit_test(test_every_line_is_told_not_the_first_alone),
        cmocka_unit_test(test_steps_at_the_limit_and_one_past),
        cmocka_unit_test(test_numbers_at_the_limit_and_one_past),
        cmocka_unit_test(test_names_at_the_limit_and_one_past),
        cmocka_unit_test(test_bytes_at_the_limit_and_one_past),
        cmocka_unit_test(test_the_whole_is_held_to_the_limits_of_a_question),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
