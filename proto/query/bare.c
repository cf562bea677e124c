/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/bare.h"

#include <assert.h>

#include "proto/query/parser.h"
#include "proto/query/vocabulary.h"

static bool is_variant_test(const struct ast_node *node)
{
    return node->kind == AST_TEST && vocabulary_fields[node->field].scope == SCOPE_VARIANT;
}

/* True for `field != value`, which becomes a test below an AST_NOT. */
static bool is_unequal(const struct ast_node *node)
{
    return node->kind == AST_NOT && node->children[0]->negated &&
           is_variant_test(node->children[0]);
}

static bool is_bare(const struct ast_node *node)
{
    return is_variant_test(node) || is_unequal(node);
}

static bool holds_bare(const struct ast_node *node)
{
    if (is_bare(node))
        return true;
    if (node->kind == AST_VARIANT || node->kind == AST_TESTED || node->kind == AST_SET)
        return false;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (holds_bare(node->children[i]))
            return true;
    return false;
}

static struct ast_node *refuse_unequal(struct parser *parser, const struct ast_node *node)
{
    const char *name = vocabulary_fields[node->children[0]->field].name;

    diagnostic_expect(diagnostic_add(parser->found, FAULT_BARE_NOT, node->from, node->to,
                                     "%s != can mean two things when it stands alone", name),
                      "not %s = ... (no such variant), or variant(%s != ...) (some other variant)",
                      name, name);
    return NULL;
}

static struct ast_node *in_variant(struct parser *parser, struct ast_node *inside)
{
    struct ast_node *node = parser_around(parser, AST_VARIANT, inside->from, inside);

    if (node)
        node->bare = true;
    return node;
}

/*
 * True when the bare operands of this `and` have only one meaning. Counted are: all bare tests
 * together as one, because they form one variant( ); each operand with bare tests under a `not`;
 * each operand with bare tests under an `or`. Any two of these could be about the same variant,
 * unless both are under a `not`.
 */
static bool is_clear(struct parser *parser, const struct ast_node *node)
{
    uint32_t direct = 0, negative = 0, other = 0;
    const struct ast_node *second = NULL;

    for (uint32_t i = 0; i < node->n_children; i++) {
        const struct ast_node *child = node->children[i];

        if (!holds_bare(child))
            continue;
        if (is_bare(child))
            direct = 1;
        else if (child->kind == AST_NOT)
            negative++;
        else
            other++;
        if (!is_bare(child))
            second = child;
    }
    if (direct + other == 0 || direct + other + negative < 2)
        return true;
    diagnostic_expect(
        diagnostic_add(parser->found, FAULT_SAME_VARIANT, second->from, second->to,
                       "unclear whether this is about the same variant as the tests beside it"),
        "variant( ) around the tests that belong to one variant");
    return false;
}

static bool is_twice(struct parser *parser, const struct ast_node *node)
{
    uint32_t seen = 0;

    for (uint32_t i = 0; i < node->n_children; i++) {
        const struct ast_node *child = node->children[i];

        if (!is_variant_test(child) || child->op != OP_IN)
            continue;
        if (seen >> child->field & 1) {
            const char *name = vocabulary_fields[child->field].name;

            diagnostic_expect(diagnostic_add(parser->found, FAULT_TWICE, child->from, child->to,
                                             "%s twice in one and: one variant or two?", name),
                              "%s in (..., ...), or variant( ) around the tests of each variant",
                              name);
            return true;
        }
        seen |= UINT32_C(1) << child->field;
    }
    return false;
}

/* Puts the bare operands of an `and` into one variant( ). */
static struct ast_node *gather(struct parser *parser, const struct ast_node *node, uint32_t n)
{
    struct ast_node *first = NULL, *both = parser_node(parser, AST_AND, node->from);
    bool positive = false;

    if (!both)
        return NULL;
    both->children = parser_memory(parser, n * sizeof(struct ast_node *));
    if (!both->children)
        return NULL;
    for (uint32_t i = 0; i < node->n_children; i++) {
        struct ast_node *child = node->children[i];

        if (!is_bare(child))
            continue;
        first = first ? first : child;
        positive = positive || !is_unequal(child);
        both->children[both->n_children++] = child;
        both->to = child->to;
    }
    if (!positive)
        return refuse_unequal(parser, first);
    both->from = first->from;
    return in_variant(parser, n == 1 ? first : both);
}

static struct ast_node *wrap_and(struct parser *parser, struct ast_node *node)
{
    struct ast_node *group = NULL;
    uint32_t bare = 0, n = 0;

    for (uint32_t i = 0; i < node->n_children; i++)
        bare += is_bare(node->children[i]);
    if (!is_clear(parser, node) || is_twice(parser, node))
        return NULL;
    if (bare) {
        group = gather(parser, node, bare);
        if (!group || bare == node->n_children)
            return group;
    }
    for (uint32_t i = 0; i < node->n_children; i++) {
        struct ast_node *child = node->children[i];

        if (!is_bare(child)) {
            child = bare_wrap(parser, child);
            if (!child)
                return NULL;
            node->children[n++] = child;
        } else if (group) {
            node->children[n++] = group;
            group = NULL;
        }
    }
    node->n_children = n;
    return node;
}

/* tested( ) asks about one variant( ): of two, it would be unclear for which one to be tested. */
static struct ast_node *wrap_tested(struct parser *parser, struct ast_node *node)
{
    const struct ast_node *asked = node->children[0];

    node->children[0] = bare_wrap(parser, node->children[0]);
    if (!node->children[0])
        return NULL;
    if (node->children[0]->kind == AST_VARIANT)
        return node;
    diagnostic_expect(diagnostic_add(parser->found, FAULT_TESTED, asked->from, asked->to,
                                     "tested( ) is about one variant, and about nothing else"),
                      "tested(variant(...)), and and, or and not outside it");
    return NULL;
}

struct ast_node *bare_wrap(struct parser *parser, struct ast_node *node)
{
    assert(parser && node);
    if (node->kind == AST_VARIANT || node->kind == AST_SET)
        return node;
    if (node->kind == AST_TESTED)
        return wrap_tested(parser, node);
    if (is_unequal(node))
        return refuse_unequal(parser, node);
    if (is_variant_test(node))
        return in_variant(parser, node);
    if (node->kind == AST_AND)
        return wrap_and(parser, node);
    for (uint32_t i = 0; i < node->n_children; i++) {
        node->children[i] = bare_wrap(parser, node->children[i]);
        if (!node->children[i])
            return NULL;
    }
    return node;
}

/* The first test of something that is known of small variants alone. */
static const struct ast_node *small_test(const struct ast_node *node)
{
    const struct ast_node *found = NULL;

    if (node->kind == AST_TEST)
        return node->field == FIELD_CONSEQUENCE || node->field == FIELD_CHANGE ||
                       node->field == FIELD_AF || node->field == FIELD_CLINVAR ||
                       node->field == FIELD_VAF
                   ? node
                   : NULL;
    for (uint32_t i = 0; i < node->n_children && !found; i++)
        found = small_test(node->children[i]);
    return found;
}

bool bare_is_of_one_kind(struct parser *parser, const struct ast_node *root)
{
    assert(parser && root);
    const struct ast_node *small;

    if (root->kind == AST_VARIANT && vocabulary_structural(root->children[0]) &&
        (small = small_test(root->children[0]))) {
        diagnostic_expect(diagnostic_add(parser->found, FAULT_STRUCTURAL, small->from, small->to,
                                         "%s is not known of structural variants, and another test "
                                         "beside it is about these alone",
                                         vocabulary_fields[small->field].name),
                          "svtype, length, copies, gene, locus and zygosity in one variant( ), "
                          "and the others in another");
        return false;
    }
    for (uint32_t i = 0; i < root->n_children; i++)
        if (!bare_is_of_one_kind(parser, root->children[i]))
            return false;
    return true;
}
