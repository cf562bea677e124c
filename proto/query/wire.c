/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/wire.h"

#include <assert.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/named_set.h"
#include "proto/query/parse.h"
#include "proto/query/place.h"
#include "proto/query/print.h"
#include "proto/query/vocabulary.h"

#define STRINGS_MAX ((size_t)256 << 10) /* all strings of a list, sets with them */

/* The numbers of these enums are sent on the wire. */
_Static_assert(AST_ALL == 0 && AST_AND == 1 && AST_OR == 2 && AST_NOT == 3 && AST_AT_LEAST == 4 &&
                   AST_VARIANT == 5 && AST_TEST == 6 && AST_TESTED == 7 && AST_EVENT == 8 &&
                   AST_RELATION == 9 && AST_SEQUENCE == 10 && AST_TIMES == 11 && AST_SET == 12,
               "enum ast_kind is on the wire");
_Static_assert(FIELD_AGE == 0 && FIELD_GENE == 7 && FIELD_DECEASED == 14 &&
                   FIELD_OBSERVATION == 17 && FIELD_DATE == 18 && FIELD_LAB == 19 &&
                   FIELD_VAF == 20 && FIELD_SPECIMEN == 21 && FIELD_CLASSIFICATION == 25 &&
                   FIELD_SVTYPE == 26 && FIELD_LENGTH == 27 && FIELD_COPIES == 28,
               "enum ast_field is on the wire");
_Static_assert(OP_IN == 0 && OP_UNDER == 1 && OP_EXCLUDED == 2 && OP_RANGE == 3 && OP_EXISTS == 4 &&
                   OP_MEASURED == 5 && OP_ANSWERED == 6,
               "enum ast_op is on the wire");
_Static_assert(SIDE_BEFORE == 0 && SIDE_AFTER == 1 && SIDE_OF == 2 && GAP_NONE == 0 &&
                   GAP_WITHIN == 1 && GAP_LEAST == 2 && GAP_BETWEEN == 3,
               "enum ast_side and enum ast_gap_form are on the wire");
_Static_assert(ORIGIN_ANY == 0 && ORIGIN_GERMLINE == 1 && ORIGIN_SOMATIC == 2,
               "enum origin is on the wire");
_Static_assert(TIME_YEARS == 0 && TIME_MONTHS == 1 && TIME_DAYS == 2,
               "enum ast_time is on the wire");
_Static_assert(VALUE_WORD == 0 && VALUE_CODE == 1 && VALUE_CHANGE == 2 && VALUE_LOCUS == 3 &&
                   VALUE_CODES == 4,
               "enum ast_value_kind is on the wire");

static char *text_of(const char *text)
{
    return (char *)(text ? text : "");
}

Rikstal__V1__Value *wire_encode_value(const struct ast_value *value, struct arena *arena)
{
    Rikstal__V1__Value *message = arena_alloc(arena, sizeof(*message));

    if (!message)
        return NULL;
    rikstal__v1__value__init(message);
    message->kind = value->kind;
    message->text = text_of(value->text);
    message->system = text_of(value->system);
    message->code = text_of(value->code);
    message->assembly = value->locus.assembly;
    message->chromosome = value->locus.chromosome;
    message->start = value->locus.start;
    message->end = value->locus.end;
    message->ref = text_of(value->ref);
    message->alt = text_of(value->alt);
    return message;
}

static Rikstal__V1__NamedSet *encode_set(const struct ast_set *set, struct arena *arena)
{
    Rikstal__V1__NamedSet *message = arena_alloc(arena, sizeof(*message));

    if (!message)
        return NULL;
    rikstal__v1__named_set__init(message);
    message->name = text_of(set->name);
    message->version = set->version;
    message->hash = (ProtobufCBinaryData){sizeof(set->hash), (uint8_t *)set->hash};
    message->first = set->first;
    message->n = set->n;
    return message;
}

static bool encode_sets(const struct ast_node *node, struct arena *arena, Rikstal__V1__Op *op)
{
    if (!node->n_sets)
        return true;
    op->sets = arena_array(arena, node->n_sets, sizeof(*op->sets));
    if (!op->sets)
        return false;
    for (; op->n_sets < node->n_sets; op->n_sets++) {
        op->sets[op->n_sets] = encode_set(&node->sets[op->n_sets], arena);
        if (!op->sets[op->n_sets])
            return false;
    }
    return true;
}

static Rikstal__V1__Op *encode_op(const struct ast_node *node, struct arena *arena)
{
    Rikstal__V1__Op *op = arena_alloc(arena, sizeof(*op));

    if (!op)
        return NULL;
    rikstal__v1__op__init(op);
    op->kind = node->kind;
    op->operands = node->n_children;
    op->at_least = node->at_least;
    op->field = node->field;
    op->op = node->op;
    op->low_nano = node->low_nano;
    op->high_nano = node->high_nano;
    op->time = node->time;
    op->side = node->side;
    op->gap_form = node->gap.form;
    op->gap_time = node->gap.time;
    op->gap_first = node->gap.first;
    op->gap_last = node->gap.last;
    op->origin = node->origin;
    if (!encode_sets(node, arena, op))
        return NULL;
    if (!node->n_values)
        return op;
    op->values = arena_array(arena, node->n_values, sizeof(*op->values));
    if (!op->values)
        return NULL;
    for (; op->n_values < node->n_values; op->n_values++) {
        op->values[op->n_values] = wire_encode_value(&node->values[op->n_values], arena);
        if (!op->values[op->n_values])
            return NULL;
    }
    return op;
}

static bool encode_node(const struct ast_node *node, struct arena *arena, struct wire_list *list)
{
    Rikstal__V1__Op *op;

    for (uint32_t i = 0; i < node->n_children; i++)
        if (!encode_node(node->children[i], arena, list))
            return false;
    op = encode_op(node, arena);
    if (!op)
        return false;
    list->ops[list->n++] = op;
    return true;
}

bool wire_encode(const struct ast *ast, struct arena *arena, struct wire_list *list,
                 struct err *err)
{
    assert(ast && ast->root && arena && list);
    struct wire_list made = {0};

    if (ast->root->kind != AST_ALL) {
        made.ops = arena_array(arena, ast->n_nodes, sizeof(Rikstal__V1__Op *));
        if (!made.ops || !encode_node(ast->root, arena, &made))
            return err_memory(err);
    }
    *list = made;
    return true;
}

/* ---- decoding ------------------------------------------------------------------------------ */

/* Operands that were rebuilt and not yet used. */
struct stack {
    uint32_t n;
    struct {
        struct ast_node *node;
        uint32_t depth;
    } at[AST_NODES_MAX];
};

static bool malformed(struct err *err, const char *why)
{
    return err_set(err, ERR_INVALID, "the question's list is malformed: %s", why);
}

static size_t strings_of(const Rikstal__V1__Value *value)
{
    return strlen(text_of(value->text)) + strlen(text_of(value->system)) +
           strlen(text_of(value->code)) + strlen(text_of(value->ref)) + strlen(text_of(value->alt));
}

/* Checks the limits on the list before anything is built from it. */
static bool within_limits(Rikstal__V1__Op *const *ops, size_t n, struct err *err)
{
    size_t values = 0, strings = 0;

    if (n > AST_NODES_MAX)
        return malformed(err, "too many nodes");
    for (size_t i = 0; i < n; i++) {
        values += ops[i]->n_values;
        if (values > AST_VALUES_MAX)
            return malformed(err, "too many values");
        for (size_t k = 0; k < ops[i]->n_values; k++)
            strings += strings_of(ops[i]->values[k]);
    }
    return strings <= STRINGS_MAX || malformed(err, "too long");
}

/* Of a test, sets stand in the order of their values, which are the last ones, and all of them. */
static bool rebuild_sets(const Rikstal__V1__Op *op, struct ast_node *node, struct arena *arena,
                         struct err *err)
{
    uint32_t next = 0;

    node->sets = arena_array(arena, op->n_sets, sizeof(*node->sets));
    if (!node->sets)
        return err_memory(err);
    for (; node->n_sets < op->n_sets; node->n_sets++) {
        const Rikstal__V1__NamedSet *set = op->sets[node->n_sets];
        struct ast_set *made = &node->sets[node->n_sets];
        char name[NAMED_SET_NAME_MAX + 1];
        uint32_t version;

        if (!named_set_read(text_of(set->name), strlen(text_of(set->name)), name, &version) ||
            version || !set->version || set->hash.len != AST_SET_HASH_BYTES ||
            (node->n_sets > 0 && set->first != next) || set->first > node->n_values ||
            set->n > node->n_values - set->first || (node->kind == AST_SET) != (set->n == 0))
            return malformed(err, "a named set of no form, or of other values");
        *made = (struct ast_set){
            .name = text_of(set->name), .version = set->version, .first = set->first, .n = set->n};
        memcpy(made->hash, set->hash.data, sizeof(made->hash));
        next = set->first + set->n;
    }
    return node->kind == AST_SET || next == node->n_values ||
           malformed(err, "values after those of a set");
}

/* Rebuilds only what printing needs; the parser checks the rest. */
static struct ast_node *rebuild_test(const Rikstal__V1__Op *op, struct arena *arena,
                                     struct err *err)
{
    struct ast_node *node;

    if (op->operands || (op->n_sets && !op->n_values) || op->field >= FIELD_COUNT ||
        op->op > OP_ANSWERED || op->time > TIME_DAYS ||
        (op->op == OP_MEASURED && op->n_values < 1) || (op->op == OP_ANSWERED && op->n_values < 2))
        return malformed(err, "a test with operands, or of an unknown field or operator"), NULL;
    node = arena_alloc(arena, sizeof(*node));
    if (!node)
        return err_memory(err), NULL;
    node->kind = AST_TEST;
    node->field = (enum ast_field)op->field;
    node->op = (enum ast_op)op->op;
    node->low_nano = op->low_nano;
    node->high_nano = op->high_nano;
    node->time = (enum ast_time)op->time;
    if (!op->n_values)
        return node;
    node->values = arena_array(arena, op->n_values, sizeof(*node->values));
    if (!node->values)
        return err_memory(err), NULL;
    for (; node->n_values < op->n_values; node->n_values++)
        node->values[node->n_values].text = text_of(op->values[node->n_values]->text);
    if (op->n_sets && !rebuild_sets(op, node, arena, err))
        return NULL;
    return node;
}

/* Printing needs events where a relation, a sequence or times have them, and known numbers. */
static bool events_fit(const Rikstal__V1__Op *op, const struct stack *stack)
{
    bool of_events = op->kind == AST_RELATION || op->kind == AST_SEQUENCE || op->kind == AST_TIMES;

    if (op->origin > ORIGIN_SOMATIC || op->side > SIDE_OF || op->gap_form > GAP_BETWEEN ||
        op->gap_time > TIME_DAYS)
        return false;
    for (uint32_t i = 0; of_events && i < op->operands; i++)
        if (stack->at[stack->n - 1 - i].node->kind != AST_EVENT)
            return false;
    return true;
}

static bool has_right_operands(const Rikstal__V1__Op *op, const struct stack *stack)
{
    if (op->operands > stack->n)
        return false;
    if (!events_fit(op, stack))
        return false;
    if (op->kind == AST_EVENT || op->kind == AST_TIMES)
        return op->operands == 1;
    if (op->kind == AST_RELATION)
        return op->operands == 2;
    if ((op->kind == AST_SET) != (op->n_sets == 1) || (op->kind != AST_SET && op->n_sets))
        return false;
    if (op->kind == AST_SET || op->kind == AST_NOT || op->kind == AST_VARIANT ||
        op->kind == AST_TESTED)
        return op->operands == 1;
    return (op->kind == AST_AND || op->kind == AST_OR || op->kind == AST_AT_LEAST ||
            op->kind == AST_SEQUENCE) &&
           op->operands >= 2;
}

static struct ast_node *rebuild_inner(const Rikstal__V1__Op *op, struct stack *stack,
                                      struct arena *arena, struct err *err)
{
    struct ast_node *node;

    if (!has_right_operands(op, stack))
        return malformed(err, "an unknown node, or one with a wrong number of operands"), NULL;
    node = arena_alloc(arena, sizeof(*node));
    if (!node)
        return err_memory(err), NULL;
    node->children = arena_array(arena, op->operands, sizeof(struct ast_node *));
    if (!node->children)
        return err_memory(err), NULL;
    node->kind = (enum ast_kind)op->kind;
    node->at_least = op->at_least;
    node->origin = (enum origin)op->origin;
    node->side = (enum ast_side)op->side;
    node->gap = (struct ast_gap){(enum ast_gap_form)op->gap_form, (enum ast_time)op->gap_time,
                                 op->gap_first, op->gap_last};
    node->n_children = op->operands;
    for (uint32_t i = 0; i < op->operands; i++)
        node->children[i] = stack->at[stack->n - op->operands + i].node;
    if (op->n_sets && !rebuild_sets(op, node, arena, err))
        return NULL;
    return node;
}

static bool push(struct stack *stack, struct ast_node *node, struct err *err)
{
    uint32_t depth = 0;

    for (uint32_t i = 0; i < node->n_children; i++) {
        stack->n--;
        if (stack->at[stack->n].depth > depth)
            depth = stack->at[stack->n].depth;
    }
    if (depth + 1 > AST_DEPTH_MAX)
        return malformed(err, "nested too deep");
    stack->at[stack->n].node = node;
    stack->at[stack->n++].depth = depth + 1;
    return true;
}

static bool rebuild(Rikstal__V1__Op *const *ops, size_t n, struct arena *arena, struct ast *ast,
                    struct err *err)
{
    struct stack stack = {0};

    for (size_t i = 0; i < n; i++) {
        struct ast_node *node = ops[i]->kind == AST_TEST
                                    ? rebuild_test(ops[i], arena, err)
                                    : rebuild_inner(ops[i], &stack, arena, err);

        if (!node || !push(&stack, node, err))
            return false;
    }
    if (stack.n != 1)
        return malformed(err, "it is not one question");
    ast->root = stack.at[0].node;
    ast->n_nodes = (uint32_t)n;
    return true;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(text_of(a), text_of(b)) == 0;
}

static bool same_value(const Rikstal__V1__Value *a, const Rikstal__V1__Value *b)
{
    return a->kind == b->kind && same_text(a->text, b->text) && same_text(a->system, b->system) &&
           same_text(a->code, b->code) && a->assembly == b->assembly &&
           a->chromosome == b->chromosome && a->start == b->start && a->end == b->end &&
           same_text(a->ref, b->ref) && same_text(a->alt, b->alt);
}

/* The hash is the parser's, over the values that came. */
static bool same_set(const Rikstal__V1__NamedSet *a, const Rikstal__V1__NamedSet *b)
{
    return same_text(a->name, b->name) && a->version == b->version && a->first == b->first &&
           a->n == b->n && a->hash.len == b->hash.len &&
           memcmp(a->hash.data, b->hash.data, a->hash.len) == 0;
}

static bool same_op(const Rikstal__V1__Op *a, const Rikstal__V1__Op *b)
{
    if (a->kind != b->kind || a->operands != b->operands || a->at_least != b->at_least ||
        a->field != b->field || a->op != b->op || a->low_nano != b->low_nano ||
        a->high_nano != b->high_nano || a->time != b->time || a->origin != b->origin ||
        a->side != b->side || a->gap_form != b->gap_form || a->gap_time != b->gap_time ||
        a->gap_first != b->gap_first || a->gap_last != b->gap_last || a->n_values != b->n_values ||
        a->n_sets != b->n_sets)
        return false;
    for (size_t i = 0; i < a->n_values; i++)
        if (!same_value(a->values[i], b->values[i]))
            return false;
    for (size_t i = 0; i < a->n_sets; i++)
        if (!same_set(a->sets[i], b->sets[i]))
            return false;
    return true;
}

static bool gives_again(const struct ast *ast, Rikstal__V1__Op *const *ops, size_t n,
                        struct arena *arena, struct err *err)
{
    struct wire_list again;
    bool same;

    if (!wire_encode(ast, arena, &again, err))
        return false;
    same = again.n == n;
    for (size_t i = 0; same && i < n; i++)
        same = same_op(again.ops[i], ops[i]);
    return same || malformed(err, "it is not in the form that the parser gives");
}

static bool parse_again(const struct ast *rebuilt, struct arena *arena, struct ast *ast,
                        struct err *err)
{
    struct bytes text = {0};
    struct diagnostics found;
    struct named_sets sets;
    bool parsed;

    if (!named_library_of(rebuilt->root, arena, &sets, err))
        return false;
    print(rebuilt, &text);
    if (text.failed) {
        bytes_clear(&text);
        return err_memory(err);
    }
    parsed = parse_with_sets((const char *)text.data, text.size, &sets, arena, ast, &found);
    bytes_clear(&text);
    if (parsed)
        return true;
    if (found.list[0].fault == FAULT_MEMORY)
        return err_memory(err);
    /* The message has only the code, so that no question's text reaches a log through an error. */
    return err_set(err, ERR_INVALID, "the question's list is malformed: Q%03u",
                   (unsigned)found.list[0].fault);
}

bool wire_decode(Rikstal__V1__Op *const *ops, size_t n, struct arena *arena, struct ast *ast,
                 struct err *err)
{
    assert(arena && ast && (ops || !n));
    struct ast rebuilt = {0}, made;

    if (!n)
        return parse_text("", arena, ast, err);
    if (!within_limits(ops, n, err) || !rebuild(ops, n, arena, &rebuilt, err) ||
        !parse_again(&rebuilt, arena, &made, err) || !gives_again(&made, ops, n, arena, err))
        return false;
    *ast = made;
    return true;
}

bool wire_decode_change(const Rikstal__V1__Value *message, struct arena *arena,
                        struct ast_value *value, struct err *err)
{
    assert(message && arena && value);
    const char *text = text_of(message->text);
    struct ast_value made;
    Rikstal__V1__Value *again;
    enum place_fault fault = PLACE_FORM;

    if (strlen(text) <= AST_STRING_MAX)
        fault = place_change(text, strlen(text), arena, &made);
    if (fault == PLACE_MEMORY)
        return err_memory(err);
    if (fault)
        return err_set(err, ERR_INVALID, "a change is malformed: %s", place_fault_text(fault));
    again = wire_encode_value(&made, arena);
    if (!again)
        return err_memory(err);
    if (!same_value(message, again))
        return err_set(err, ERR_INVALID, "a change is malformed: its parts and its text differ");
    *value = made;
    return true;
}
