/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the postfix list: what is encoded, packed, unpacked and decoded is the same
 * question; a list that the parser would not have given is refused, whatever is wrong with it, and
 * the error does not repeat what was asked; limits hold.
 */
#include "proto/query/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/random.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"
#include "random_question.h"
#include "tests/unit/refused.h"

#define ROUNDS 3000
#define ARENA_BYTES ((size_t)8 << 20)

struct bench {
    struct arena *arena;
    struct ast ast;
    struct wire_list list;
    struct err err;
};

static void bench_up(struct bench *b, const char *text)
{
    *b = (struct bench){.arena = arena_new(ARENA_BYTES)};
    assert_true(parse_text(text, b->arena, &b->ast, &b->err));
    assert_true(wire_encode(&b->ast, b->arena, &b->list, &b->err));
}

static void bench_down(struct bench *b)
{
    arena_free(b->arena);
}

static bool decodes(struct bench *b)
{
    struct ast ast;

    b->err = (struct err){0};
    return wire_decode(b->list.ops, b->list.n, b->arena, &ast, &b->err);
}

static void assert_fault(struct bench *b)
{
    assert_refused(decodes(b), &b->err, ERR_INVALID);
}

/* Through a packed Question, as it travels. */
static void travel(const struct ast *ast, struct arena *arena, struct ast *back)
{
    Rikstal__V1__Question question = RIKSTAL__V1__QUESTION__INIT, *read;
    struct wire_list list;
    struct err err;
    size_t size;
    uint8_t *packed;

    assert_true(wire_encode(ast, arena, &list, &err));
    question.n_criterion = list.n;
    question.criterion = list.ops;
    size = rikstal__v1__question__get_packed_size(&question);
    packed = arena_alloc(arena, size + 1);
    assert_non_null(packed);
    assert_int_equal(rikstal__v1__question__pack(&question, packed), size);
    read = rikstal__v1__question__unpack(NULL, size, packed);
    assert_non_null(read);
    if (!wire_decode(read->criterion, read->n_criterion, arena, back, &err))
        fail_msg("%s", err.text);
    rikstal__v1__question__free_unpacked(read, NULL);
}

static void test_random_questions_survive_the_wire(void **state)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct bytes text = {0};
    int n = 0;

    (void)state;
    random_seed(4);
    for (int i = 0; i < ROUNDS; i++) {
        struct diagnostics found;
        struct ast ast, back;

        text.size = 0;
        arena_clear(arena);
        if (random_below(3) == 0)
            random_events(&text);
        else
            random_question(&text);
        if (!parse((const char *)text.data, text.size, arena, &ast, &found))
            continue;
        n++;
        travel(&ast, arena, &back);
        assert_true(print_same(ast.root, back.root));
        assert_int_equal(ast.n_nodes, back.n_nodes);
    }
    assert_true(n > ROUNDS * 9 / 10);
    random_unseed();
    bytes_clear(&text);
    arena_free(arena);
}

static void test_the_empty_list_is_everybody(void **state)
{
    struct bench b;
    struct ast ast;

    (void)state;
    bench_up(&b, "");
    assert_int_equal(b.list.n, 0);
    assert_true(wire_decode(NULL, 0, b.arena, &ast, &b.err));
    assert_int_equal(ast.root->kind, AST_ALL);
    bench_down(&b);
}

static void test_the_order_is_postfix(void **state)
{
    static const enum ast_kind kinds[] = {AST_TEST, AST_TEST,    AST_TEST,
                                          AST_AND,  AST_VARIANT, AST_OR};
    struct bench b;

    (void)state;
    bench_up(&b, "age = 3 or variant(gene = A and zygosity = het)");
    assert_int_equal(b.list.n, 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(b.list.ops[i]->kind, kinds[i]);
    bench_down(&b);
}

enum part {
    NOTHING,
    LENGTH,
    KIND,
    OPERANDS,
    AT_LEAST,
    FIELD,
    OPERATOR,
    LOW,
    HIGH,
    N_VALUES,
    VALUE_TEXT,
    VALUE_KIND_OF,
    VALUE_SYSTEM,
    VALUE_START,
};

struct change {
    size_t op;
    enum part part;
    int64_t number;
    const char *text;
};

/* Of "age = 3 or variant(gene = A and zygosity = het)", which is 0 age, 1 gene, 2 zygosity, 3 and,
 * 4 variant, 5 or: one or two changes each that make a list which no text gives. */
static const struct change changes[][2] = {
    {{0, LENGTH, 5, NULL}}, /* two things are left on the stack */
    {{5, OPERANDS, 3, NULL}},
    {{5, OPERANDS, 1, NULL}},
    {{5, OPERANDS, 0, NULL}},
    {{4, OPERANDS, 2, NULL}},
    {{5, OPERANDS, UINT32_MAX, NULL}},
    {{5, KIND, 7, NULL}},
    {{5, KIND, AST_ALL, NULL}},
    {{0, KIND, AST_AND, NULL}},
    {{0, OPERANDS, 1, NULL}},
    {{0, FIELD, 14, NULL}},
    {{0, FIELD, UINT32_MAX, NULL}},
    {{0, OPERATOR, 5, NULL}},
    {{0, OPERATOR, OP_EXISTS, NULL}},
    {{0, LOW, 2999999999, NULL}}, /* an age that is not whole */
    {{0, LOW, INT64_MIN, NULL}, {0, HIGH, INT64_MAX, NULL}},
    {{0, LOW, 4000000000, NULL}}, /* above the upper end */
    {{0, HIGH, INT64_MIN, NULL}},
    {{0, HIGH, 151000000000, NULL}},
    {{1, LOW, 1, NULL}}, /* a number where none is used */
    {{1, AT_LEAST, 1, NULL}},
    {{5, AT_LEAST, 1, NULL}},
    {{5, KIND, AST_AT_LEAST, NULL}}, /* at least 0 */
    {{5, KIND, AST_AT_LEAST, NULL}, {5, AT_LEAST, 3, NULL}},
    {{1, VALUE_TEXT, 0, "A\" or gene = \"B"}},
    {{1, VALUE_TEXT, 0, "A\nB"}},
    {{1, VALUE_TEXT, 0, "A\xff"}},
    {{1, VALUE_TEXT, 0, ""}},
    {{1, VALUE_TEXT, 0, NULL}},
    {{1, VALUE_KIND_OF, VALUE_CODE, NULL}},
    {{1, VALUE_SYSTEM, 0, "hp"}},
    {{1, VALUE_START, 1, NULL}},
    {{1, N_VALUES, 0, NULL}},
    {{1, OPERATOR, OP_UNDER, NULL}},
    {{1, FIELD, FIELD_SEX, NULL}, {1, VALUE_TEXT, 0, "male"}}, /* a person's, inside variant */
    {{0, FIELD, FIELD_AF, NULL}, {0, LOW, 0, NULL}},           /* a variant's, outside */
    {{2, VALUE_TEXT, 0, "hetero"}},
    {{0, FIELD, FIELD_REGION, NULL}, {0, OPERATOR, OP_IN, NULL}},
    {{3, KIND, AST_OR, NULL}, {3, FIELD, 1, NULL}}, /* a field where none is used */
    {{4, KIND, AST_OR, NULL}},
};

static void change(struct wire_list *list, const struct change *one)
{
    Rikstal__V1__Op *op = list->ops[one->op];
    Rikstal__V1__Value *value = op->n_values ? op->values[0] : NULL;

    switch (one->part) {
    case NOTHING:
        break;
    case LENGTH:
        list->n = (size_t)one->number;
        break;
    case KIND:
        op->kind = (uint32_t)one->number;
        break;
    case OPERANDS:
        op->operands = (uint32_t)one->number;
        break;
    case AT_LEAST:
        op->at_least = (uint32_t)one->number;
        break;
    case FIELD:
        op->field = (uint32_t)one->number;
        break;
    case OPERATOR:
        op->op = (uint32_t)one->number;
        break;
    case LOW:
        op->low_nano = one->number;
        break;
    case HIGH:
        op->high_nano = one->number;
        break;
    case N_VALUES:
        op->n_values = (size_t)one->number;
        break;
    case VALUE_TEXT:
        value->text = (char *)one->text;
        break;
    case VALUE_KIND_OF:
        value->kind = (uint32_t)one->number;
        break;
    case VALUE_SYSTEM:
        value->system = (char *)one->text;
        break;
    case VALUE_START:
        value->start = (uint32_t)one->number;
        break;
    }
}

static void test_every_list_that_no_text_gives_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct bench b;

        bench_up(&b, "age = 3 or variant(gene = A and zygosity = het)");
        assert_true(decodes(&b));
        change(&b.list, &changes[i][0]);
        change(&b.list, &changes[i][1]);
        if (decodes(&b))
            fail_msg("change %zu was accepted", i);
        assert_int_equal(b.err.code, ERR_INVALID);
        assert_null(strstr(b.err.text, "hetero")); /* nothing of what was asked */
        bench_down(&b);
    }
}

static void test_a_value_cannot_smuggle_in_a_test(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, "region = 12");
    b.list.ops[0]->values[0]->text = (char *)"12 or region = 13";
    assert_fault(&b);
    bench_down(&b);
}

static void test_the_parts_of_a_code_and_of_a_change_must_agree_with_its_text(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, "diagnosis under icd10:C50.1");
    b.list.ops[0]->values[0]->code = (char *)"C509";
    assert_fault(&b);
    b.list.ops[0]->values[0]->code = (char *)"C501";
    b.list.ops[0]->values[0]->text = (char *)"icd10:C501"; /* not the canonical spelling */
    assert_fault(&b);
    bench_down(&b);
    bench_up(&b, "variant(change = GRCh38:17-31327718-C-T)");
    b.list.ops[0]->values[0]->start++;
    assert_fault(&b);
    bench_down(&b);
}

static void test_nested_ands_are_refused_as_the_parser_flattens_them(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b, "age = 1 and (age = 2 or age = 3)");
    assert_true(decodes(&b));
    b.list.ops[3]->kind = AST_AND;
    assert_fault(&b);
    bench_down(&b);
}

static void test_limits_hold_at_the_limit_and_one_past(void **state)
{
    Rikstal__V1__Op *ops[AST_NODES_MAX + 1];
    struct bench b;
    struct ast ast;

    (void)state;
    bench_up(&b, "not age = 3");
    ops[0] = b.list.ops[0];
    for (size_t i = 1; i <= AST_NODES_MAX; i++)
        ops[i] = b.list.ops[1];
    assert_true(wire_decode(ops, AST_DEPTH_MAX, b.arena, &ast, &b.err));
    assert_refused(wire_decode(ops, AST_DEPTH_MAX + 1, b.arena, &ast, &b.err), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "deep"));
    for (size_t i = 0; i <= AST_NODES_MAX; i++)
        ops[i] = b.list.ops[0];
    ops[AST_NODES_MAX - 1] = b.list.ops[1];
    ops[AST_NODES_MAX - 1]->kind = AST_OR;
    ops[AST_NODES_MAX - 1]->operands = AST_NODES_MAX - 1;
    assert_true(wire_decode(ops, AST_NODES_MAX, b.arena, &ast, &b.err));
    ops[AST_NODES_MAX] = ops[AST_NODES_MAX - 1];
    ops[AST_NODES_MAX - 1] = ops[0];
    ops[AST_NODES_MAX]->operands = AST_NODES_MAX;
    assert_refused(wire_decode(ops, AST_NODES_MAX + 1, b.arena, &ast, &b.err), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "too many nodes"));
    bench_down(&b);
}

static void test_values_and_strings_hold_at_the_limit_and_one_past(void **state)
{
    enum { STRINGS_MAX = 256 << 10 }; /* of proto/query/wire.c */
    static Rikstal__V1__Value *values[AST_VALUES_MAX + 1], *kept;
    static char text[STRINGS_MAX + 2];
    struct bench b;
    struct ast ast;

    (void)state;
    bench_up(&b, "gene = A");
    kept = b.list.ops[0]->values[0];
    for (size_t i = 0; i <= AST_VALUES_MAX; i++)
        values[i] = kept;
    b.list.ops[0]->values = values;
    b.list.ops[0]->n_values = AST_VALUES_MAX + 1;
    assert_refused_for(wire_decode(b.list.ops, 1, b.arena, &ast, &b.err), &b.err, ERR_INVALID,
                       "too many values");
    b.list.ops[0]->n_values = AST_VALUES_MAX; /* more than a text has room for, without a set */
    assert_refused_for(wire_decode(b.list.ops, 1, b.arena, &ast, &b.err), &b.err, ERR_INVALID,
                       "Q005");
    b.list.ops[0]->n_values = 1;
    memset(text, 'A', STRINGS_MAX + 1);
    kept->text = text;
    assert_refused_for(wire_decode(b.list.ops, 1, b.arena, &ast, &b.err), &b.err, ERR_INVALID,
                       "too long");
    text[STRINGS_MAX] = 0; /* refused as a gene's name, but not for the length of the list */
    assert_refused(decodes(&b), &b.err, ERR_INVALID);
    assert_null(strstr(b.err.text, "malformed: too long"));
    bench_down(&b);
}

static void test_changes_of_a_frequency_question_survive_and_are_checked(void **state)
{
    struct bench b;
    struct ast_value value;
    Rikstal__V1__Value *message;

    (void)state;
    bench_up(&b, "change = GRCh38:17-31327718-C-T");
    message = wire_encode_value(&b.ast.root->children[0]->values[0], b.arena);
    assert_non_null(message);
    assert_true(wire_decode_change(message, b.arena, &value, &b.err));
    assert_string_equal(value.text, "GRCh38:17-31327718-C-T");
    assert_int_equal(value.locus.start, 31327718);
    message->alt = (char *)"G";
    assert_refused(wire_decode_change(message, b.arena, &value, &b.err), &b.err, ERR_INVALID);
    message->alt = (char *)"T";
    message->text = (char *)"GRCh38:17-0-C-T";
    assert_refused(wire_decode_change(message, b.arena, &value, &b.err), &b.err, ERR_INVALID);
    bench_down(&b);
}

static void test_a_full_arena_is_an_error_and_nothing_worse(void **state)
{
    struct bench b;
    bool done = false;
    int failed = 0;

    (void)state;
    bench_up(&b, "variant(gene in (A, B)) or at least 1 of (age > 3, diagnosis under C50)");
    for (size_t room = 64; !done; room += 64) {
        struct arena *small = arena_new(room);
        struct wire_list list;
        struct ast ast;

        done = wire_encode(&b.ast, small, &list, &b.err) &&
               wire_decode(list.ops, list.n, small, &ast, &b.err);
        failed += !done;
        if (!done)
            assert_int_equal(b.err.code, ERR_INTERNAL);
        arena_free(small);
    }
    assert_true(failed > 10);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_questions_survive_the_wire),
        cmocka_unit_test(test_the_empty_list_is_everybody),
        cmocka_unit_test(test_the_order_is_postfix),
        cmocka_unit_test(test_every_list_that_no_text_gives_is_refused),
        cmocka_unit_test(test_a_value_cannot_smuggle_in_a_test),
        cmocka_unit_test(test_the_parts_of_a_code_and_of_a_change_must_agree_with_its_text),
        cmocka_unit_test(test_nested_ands_are_refused_as_the_parser_flattens_them),
        cmocka_unit_test(test_limits_hold_at_the_limit_and_one_past),
        cmocka_unit_test(test_values_and_strings_hold_at_the_limit_and_one_past),
        cmocka_unit_test(test_changes_of_a_frequency_question_survive_and_are_checked),
        cmocka_unit_test(test_a_full_arena_is_an_error_and_nothing_worse),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
