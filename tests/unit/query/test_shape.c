/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a shape is read from the question alone; what an analyst writes gives the message that
 * gives it back; a member that its measure does not use, an unknown dimension, a broken change,
 * none and one too many are refused by name; and every measure that can be asked for declares its
 * cells.
 */
#include "proto/query/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "tests/unit/refused.h"

struct bench {
    struct arena *arena;
    Rikstal__V1__Question question;
    struct shape shape;
    struct err err;
};

static void bench_up(struct bench *b, enum measure_kind kind)
{
    *b = (struct bench){.arena = arena_new(1 << 22)};
    assert_non_null(b->arena);
    rikstal__v1__question__init(&b->question);
    b->question.measure = (Rikstal__V1__Measure)kind;
}

static bool read(struct bench *b)
{
    return shape_read(&b->question, b->arena, &b->shape, &b->err);
}

static void refused(struct bench *b, const char *because)
{
    b->shape.n_parts = 77;
    assert_false(read(b));
    assert_int_equal(b->err.code, ERR_INVALID);
    if (!strstr(b->err.text, because))
        fail_msg("%s", b->err.text);
    assert_int_equal(b->shape.n_parts, 77); /* untouched */
    arena_free(b->arena);
}

static void test_a_count_has_one_part_without_a_name(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, MEASURE_COUNT);
    assert_true(read(&b));
    assert_int_equal(b.shape.n_parts, 1);
    assert_int_equal(shape_keys(&b.shape), 0);
    assert_int_equal(b.shape.measure.n_cells, shape_count.measure.n_cells);
    assert_int_equal(b.shape.part_cells, shape_count.part_cells);
    arena_free(b.arena);
}

static void test_a_breakdown_has_a_part_for_every_combination(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, MEASURE_BREAKDOWN);
    assert_true(shape_dimensions("sex,age_band", b.arena, &b.question, &b.err));
    assert_true(read(&b));
    assert_int_equal(b.shape.n_parts, 44);
    assert_int_equal(b.shape.measure.n_cells, 88);
    assert_int_equal(b.shape.measure.sensitivity_squared, 1);
    assert_int_equal(shape_keys(&b.shape), 2);
    assert_string_equal(shape_key(&b.shape, 1), "age_band");
    assert_string_equal(shape_part(&b.shape, 12, 0), "female");
    assert_string_equal(shape_part(&b.shape, 12, 1), "10-19");
    arena_free(b.arena);
}

static void test_a_frequency_has_a_part_for_every_change(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, MEASURE_FREQUENCY);
    assert_true(
        shape_changes("GRCh38:17-43044295-G-A,GRCh37:X-100-A-AT", b.arena, &b.question, &b.err));
    assert_true(read(&b));
    assert_int_equal(b.shape.n_parts, 2);
    assert_int_equal(b.shape.measure.n_cells, 2 * MEASURE_GENOTYPE_CELLS);
    assert_int_equal(b.shape.measure.sensitivity_squared, 2);
    assert_string_equal(shape_key(&b.shape, 0), "change");
    assert_string_equal(shape_part(&b.shape, 0, 0), "GRCh38:17-43044295-G-A");
    assert_int_equal(b.shape.changes[1].locus.chromosome, 23);
    arena_free(b.arena);
}

/* The second is the first with a base of REF and ALT in common, the fourth is the third. */
static void test_a_change_that_stands_twice_is_charged_once(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, MEASURE_FREQUENCY);
    assert_true(
        shape_changes("GRCh38:1-1001-CG-C,GRCh38:1-1000-ACG-AC,GRCh38:1-5-A-C,GRCh38:1-5-A-C,"
                      "GRCh38:1-5-A-G",
                      b.arena, &b.question, &b.err));
    assert_true(read(&b));
    assert_int_equal(b.shape.n_parts, 3);
    assert_int_equal(b.shape.measure.sensitivity_squared, 3);
    assert_string_equal(shape_part(&b.shape, 0, 0), "GRCh38:1-1001-CG-C");
    assert_string_equal(shape_part(&b.shape, 1, 0), "GRCh38:1-5-A-C");
    assert_string_equal(shape_part(&b.shape, 2, 0), "GRCh38:1-5-A-G");
    arena_free(b.arena);
}

static void test_what_has_no_shape_is_refused_by_name(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, MEASURE_BREAKDOWN);
    refused(&b, "1 to 4 dimensions");
    bench_up(&b, MEASURE_FREQUENCY);
    refused(&b, "no changes");
    bench_up(&b, (enum measure_kind)0);
    refused(&b, "no measure");
    bench_up(&b, (enum measure_kind)200);
    refused(&b, "no measure");
    bench_up(&b, MEASURE_COUNT);
    assert_true(shape_dimensions("sex", b.arena, &b.question, &b.err));
    refused(&b, "dimensions are a breakdown's");
    bench_up(&b, MEASURE_BREAKDOWN);
    assert_true(shape_dimensions("sex", b.arena, &b.question, &b.err));
    assert_true(shape_changes("GRCh38:1-5-A-C", b.arena, &b.question, &b.err));
    refused(&b, "changes a frequency's");
    bench_up(&b, MEASURE_BREAKDOWN);
    assert_refused(shape_dimensions("sex,shoe", b.arena, &b.question, &b.err), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "number 2 is none"));
    assert_refused(shape_dimensions("", b.arena, &b.question, &b.err), &b.err, ERR_INVALID);
    assert_refused(shape_changes("GRCh38:1-5-A-C,nonsense", b.arena, &b.question, &b.err), &b.err,
                   ERR_INVALID);
    assert_non_null(strstr(b.err.text, "number 2"));
    arena_free(b.arena);
}

static void test_a_hundred_changes_are_the_most(void **state)
{
    char text[101 * 20] = "";
    size_t at = 0;
    struct bench b;

    (void)state;
    bench_up(&b, MEASURE_FREQUENCY);
    for (int i = 1; i <= 100; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%sGRCh38:1-%d-A-C", i > 1 ? "," : "",
                               1000 + i);
    assert_true(shape_changes(text, b.arena, &b.question, &b.err));
    assert_true(read(&b));
    assert_int_equal(b.shape.measure.n_cells, 600);
    assert_int_equal(b.shape.measure.sensitivity_squared, 100);
    snprintf(text + at, sizeof(text) - at, ",GRCh38:1-2-A-C");
    assert_refused(shape_changes(text, b.arena, &b.question, &b.err), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "at most 100"));
    b.question.n_changes = 101; /* as a hostile message says; none of them is looked at */
    refused(&b, "at most 100");
}

/* The last op of a postfix list is its root. */
static void ask_and_of(struct bench *b, uint32_t operands)
{
    static Rikstal__V1__Op root;
    static Rikstal__V1__Op *ops[] = {&root};

    rikstal__v1__op__init(&root);
    root.kind = AST_AND;
    root.operands = operands;
    b->question.criterion = ops;
    b->question.n_criterion = 1;
}

static Rikstal__V1__Step step[MEASURE_STEPS_MAX + 1], *steps[MEASURE_STEPS_MAX + 1];

static void steps_up(struct bench *b, size_t n)
{
    bench_up(b, MEASURE_FUNNEL);
    for (size_t i = 0; i <= MEASURE_STEPS_MAX; i++) {
        rikstal__v1__step__init(&step[i]);
        step[i].name = "I1 adult";
        step[i].operands = 1;
        steps[i] = &step[i];
    }
    b->question.steps = steps;
    b->question.n_steps = n;
    ask_and_of(b, (uint32_t)n);
}

static void test_a_funnel_has_a_part_for_every_step(void **state)
{
    struct bench b;

    (void)state;
    steps_up(&b, 3);
    step[1] = (Rikstal__V1__Step)RIKSTAL__V1__STEP__INIT;
    step[1].name = "I2";
    step[1].operands = 4;
    ask_and_of(&b, 6);
    assert_true(read(&b));
    assert_int_equal(b.shape.n_parts, 3);
    assert_int_equal(b.shape.measure.n_cells, 3 * MEASURE_FUNNEL_CELLS);
    assert_int_equal(b.shape.measure.sensitivity_squared, 1);
    assert_int_equal(shape_keys(&b.shape), 1);
    assert_string_equal(shape_key(&b.shape, 0), "step");
    assert_string_equal(shape_part(&b.shape, 1, 0), "I2");
    assert_int_equal(b.shape.steps[1].operands, 4);
    arena_free(b.arena);
    steps_up(&b, 1);
    b.question.n_criterion = 0; /* everybody, which is one step */
    assert_true(read(&b));
    arena_free(b.arena);
}

static void test_steps_that_do_not_fit_the_criterion_are_refused(void **state)
{
    char name[SHAPE_STEP_NAME_MAX + 2] = "";
    struct bench b;

    (void)state;
    steps_up(&b, 3);
    ask_and_of(&b, 4);
    refused(&b, "the steps are of 3 criteria, the question has 4");
    steps_up(&b, 2);
    step[0].operands = UINT32_MAX;
    step[1].operands = 3;
    refused(&b, "the steps are of");
    steps_up(&b, 2);
    step[1].operands = 0;
    refused(&b, "step 2 has no criterion");
    steps_up(&b, 0);
    refused(&b, "no steps");
    steps_up(&b, 1);
    step[0].name = "";
    refused(&b, "the name of step 1");
    steps_up(&b, 1);
    step[0].name = "I1 \033[2J";
    refused(&b, "the name of step 1");
    memset(name, 'a', SHAPE_STEP_NAME_MAX);
    steps_up(&b, 1);
    step[0].name = name;
    assert_true(read(&b));
    arena_free(b.arena);
    name[SHAPE_STEP_NAME_MAX] = 'a';
    steps_up(&b, 1);
    step[0].name = name;
    refused(&b, "the name of step 1");
    steps_up(&b, 1);
    b.question.measure = RIKSTAL__V1__MEASURE__MEASURE_COUNT;
    refused(&b, "steps are for a funnel");
}

static void test_thirty_two_steps_are_the_most(void **state)
{
    struct bench b;

    (void)state;
    steps_up(&b, MEASURE_STEPS_MAX);
    assert_true(read(&b));
    arena_free(b.arena);
    steps_up(&b, MEASURE_STEPS_MAX + 1);
    refused(&b, "at most 32");
}

static void test_a_step_is_its_operands(void **state)
{
    struct ast_node leaf[3] = {{.kind = AST_TEST, .field = FIELD_AGE},
                               {.kind = AST_TEST, .field = FIELD_SEX},
                               {.kind = AST_TEST, .field = FIELD_REGION}};
    struct ast_node *children[] = {&leaf[0], &leaf[1], &leaf[2]};
    struct ast_node both = {.kind = AST_AND, .n_children = 3, .children = children};
    struct ast_node either = {.kind = AST_OR, .n_children = 3, .children = children};
    struct ast_node step_node = shape_step_node(&both, 1, 2);

    (void)state;
    assert_int_equal(step_node.kind, AST_AND);
    assert_int_equal(step_node.n_children, 2);
    assert_ptr_equal(step_node.children[0], &leaf[1]);
    step_node = shape_step_node(&both, 2, 1);
    assert_int_equal(step_node.kind, AST_TEST);
    assert_int_equal(step_node.field, FIELD_REGION);
    step_node = shape_step_node(&either, 0, 1);
    assert_int_equal(step_node.kind, AST_OR);
    assert_int_equal(step_node.n_children, 3);
}

static int32_t edges[] = {0, 30, 120};
static Rikstal__V1__Bins bins;
static Rikstal__V1__Value yes;
static Rikstal__V1__Value *values[] = {&yes};

/* The `and` of one event after the other, and of a test. */
static void roles_up(struct bench *b, enum measure_kind kind, enum bins_unit unit, size_t n)
{
    static const char *const names[] = {SHAPE_FROM, SHAPE_TO, SHAPE_AMONG};
    static Rikstal__V1__Op op[6], *ops[6];
    static const enum ast_kind kinds[] = {AST_TEST, AST_EVENT, AST_TEST, AST_EVENT, AST_TEST};
    size_t n_ops = n == 3 ? 5 : 2 * n;

    steps_up(b, n);
    b->question.measure = (Rikstal__V1__Measure)kind;
    for (size_t i = 0; i < n; i++)
        step[i].name = (char *)names[kind == MEASURE_TIMELINE && i > 0 ? 2 : i];
    rikstal__v1__value__init(&yes);
    yes.text = "yes";
    for (size_t i = 0; i < 6; i++) {
        rikstal__v1__op__init(&op[i]);
        ops[i] = &op[i];
        op[i].kind = i < n_ops ? kinds[i] : AST_AND;
        op[i].operands = i == n_ops ? (uint32_t)n : op[i].kind == AST_EVENT;
        op[i].field = FIELD_DECEASED;
        op[i].values = values;
        op[i].n_values = op[i].kind == AST_TEST;
    }
    b->question.criterion = ops;
    b->question.n_criterion = n_ops + (n > 1);
    rikstal__v1__bins__init(&bins);
    bins.unit = unit;
    bins.edges = edges;
    bins.n_edges = 3;
    b->question.bins = &bins;
}

static void test_bins_have_a_part_for_every_class(void **state)
{
    struct bench b;

    (void)state;
    roles_up(&b, MEASURE_TIMELINE, BINS_MONTHS, 1);
    assert_true(read(&b));
    assert_int_equal(b.shape.n_parts, 5);
    assert_int_equal(b.shape.measure.n_cells, 10);
    assert_int_equal(b.shape.measure.sensitivity_squared, 1);
    assert_int_equal(b.shape.n_roles, 1);
    assert_null(b.shape.steps);
    assert_string_equal(shape_key(&b.shape, 0), "period");
    assert_string_equal(shape_part(&b.shape, 4, 0), "unknown");
    arena_free(b.arena);
    roles_up(&b, MEASURE_HISTOGRAM, BINS_DAYS, 3);
    assert_true(read(&b));
    assert_int_equal(b.shape.n_parts, 4);
    assert_int_equal(b.shape.n_roles, 3);
    assert_string_equal(shape_part(&b.shape, 1, 0), "30-119");
    arena_free(b.arena);
    roles_up(&b, MEASURE_HISTOGRAM, BINS_DAYS, 2);
    b.question.criterion[2] = b.question.criterion[5]; /* `deceased = yes` ends a time */
    b.question.criterion[2]->kind = AST_TEST;
    b.question.criterion[2]->operands = 0;
    b.question.criterion[2]->n_values = 1;
    b.question.criterion[3] = b.question.criterion[4];
    b.question.n_criterion = 4;
    assert_true(read(&b));
    arena_free(b.arena);
    bench_up(&b, MEASURE_HISTOGRAM);
    bins.unit = BINS_YEARS;
    bins.n_edges = 2;
    b.question.bins = &bins;
    assert_true(read(&b));
    assert_int_equal(b.shape.n_roles, 0);
    arena_free(b.arena);
}

static void test_roles_that_are_not_those_of_the_bins_are_refused(void **state)
{
    struct bench b;

    (void)state;
    roles_up(&b, MEASURE_TIMELINE, BINS_DAYS, 2);
    refused(&b, "has no bins of unit 3");
    roles_up(&b, MEASURE_HISTOGRAM, BINS_MONTHS, 2);
    refused(&b, "has no bins of unit 1");
    roles_up(&b, MEASURE_HISTOGRAM, BINS_DAYS, 1);
    refused(&b, "have 2 events");
    roles_up(&b, MEASURE_HISTOGRAM, BINS_YEARS, 2);
    refused(&b, "have 0 events");
    roles_up(&b, MEASURE_TIMELINE, BINS_MONTHS, 1);
    step[0].name = "first";
    refused(&b, "role 1 of the bins must be \"from\"");
    roles_up(&b, MEASURE_TIMELINE, BINS_MONTHS, 1);
    b.question.criterion[1]->kind = AST_NOT;
    refused(&b, "\"from\" must be one event( )");
    roles_up(&b, MEASURE_TIMELINE, BINS_MONTHS, 1);
    b.question.n_criterion = 0;
    refused(&b, "\"from\" must be one event( )");
    roles_up(&b, MEASURE_TIMELINE, BINS_MONTHS, 1);
    b.question.criterion[0]->kind = AST_VARIANT; /* of which there may be more */
    refused(&b, "\"from\" must be one event( ), of codes");
    roles_up(&b, MEASURE_HISTOGRAM, BINS_DAYS, 3);
    b.question.criterion[3]->kind = AST_NOT;
    refused(&b, "\"to\" must be one event( ) or deceased = yes");
    roles_up(&b, MEASURE_HISTOGRAM, BINS_DAYS, 3);
    b.question.criterion[4]->operands = 77; /* malformed: the walk ends at the beginning */
    refused(&b, "must be one event( )");
    roles_up(&b, MEASURE_TIMELINE, BINS_MONTHS, 1);
    b.question.bins = NULL;
    refused(&b, "a timeline has no bins");
    bench_up(&b, MEASURE_COUNT);
    b.question.bins = &bins;
    refused(&b, "bins are for a timeline");
}

static void test_an_association_has_two_sides(void **state)
{
    struct bench b;

    (void)state;
    steps_up(&b, 3);
    b.question.measure = RIKSTAL__V1__MEASURE__MEASURE_ASSOCIATION;
    step[0].name = SHAPE_EXPOSURE;
    step[1].name = SHAPE_OUTCOME;
    step[2].name = SHAPE_AMONG;
    assert_true(read(&b));
    assert_int_equal(b.shape.n_parts, 1);
    assert_int_equal(b.shape.measure.n_cells, MEASURE_ASSOCIATION_CELLS);
    assert_int_equal(b.shape.n_roles, 3);
    assert_null(b.shape.steps);
    arena_free(b.arena);
    steps_up(&b, 1);
    b.question.measure = RIKSTAL__V1__MEASURE__MEASURE_ASSOCIATION;
    refused(&b, "not 1 roles");
    steps_up(&b, 2);
    b.question.measure = RIKSTAL__V1__MEASURE__MEASURE_ASSOCIATION;
    step[0].name = SHAPE_EXPOSURE;
    refused(&b, "role 2 of an association");
}

/* Whatever the schema can name is declared or refused here: no measure comes to a door without. */
static void test_every_measure_of_the_schema_declares_its_cells(void **state)
{
    const ProtobufCEnumDescriptor *schema = &rikstal__v1__measure__descriptor;

    (void)state;
    for (unsigned i = 0; i < schema->n_values; i++) {
        enum measure_kind kind = (enum measure_kind)schema->values[i].value;
        struct measure measure;
        struct err err;

        if (kind == 0)
            continue; /* unset */
        assert_true(measure_declare(kind, 1, &measure, &err));
        assert_true(measure.n_cells >= 1 && measure.sensitivity_squared >= 1);
        assert_true(measure_part_cells(kind) > 0);
        assert_string_not_equal(measure_name(kind), "unknown");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_count_has_one_part_without_a_name),
        cmocka_unit_test(test_a_breakdown_has_a_part_for_every_combination),
        cmocka_unit_test(test_a_frequency_has_a_part_for_every_change),
        cmocka_unit_test(test_a_change_that_stands_twice_is_charged_once),
        cmocka_unit_test(test_what_has_no_shape_is_refused_by_name),
        cmocka_unit_test(test_a_hundred_changes_are_the_most),
        cmocka_unit_test(test_a_funnel_has_a_part_for_every_step),
        cmocka_unit_test(test_steps_that_do_not_fit_the_criterion_are_refused),
        cmocka_unit_test(test_thirty_two_steps_are_the_most),
        cmocka_unit_test(test_a_step_is_its_operands),
        cmocka_unit_test(test_bins_have_a_part_for_every_class),
        cmocka_unit_test(test_roles_that_are_not_those_of_the_bins_are_refused),
        cmocka_unit_test(test_an_association_has_two_sides),
        cmocka_unit_test(test_every_measure_of_the_schema_declares_its_cells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
