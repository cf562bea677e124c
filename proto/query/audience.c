/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/audience.h"

#include <assert.h>
#include <string.h>

#include "proto/query/ast.h"

/* 0 only in the control of tests/attack/promises.c, which must notice it. */
#ifndef AUDIENCE_NARROWS
#define AUDIENCE_NARROWS 1
#endif

/* What is known of an expression before any person is looked at. */
enum chance { NEVER, OPEN, ALWAYS };

/* The recursions are at most AST_DEPTH_MAX deep. */
bool audience_names_region(const struct ast_node *node)
{
    assert(node);
    bool names = node->kind == AST_TEST && node->field == FIELD_REGION;

    for (uint32_t i = 0; !names && i < node->n_children; i++)
        names = audience_names_region(node->children[i]);
    return names;
}

static enum chance chance_of_test(const struct ast_node *test, const char *node)
{
    if (test->field != FIELD_REGION || test->op != OP_IN)
        return OPEN;
    for (uint32_t i = 0; i < test->n_values; i++)
        if (strcmp(test->values[i].text, node) == 0)
            return ALWAYS;
    return NEVER;
}

/* Of so many parts at least `need` must hold; `always` of them do, `never` of them cannot. */
static enum chance chance_of_parts(uint32_t n, uint32_t need, uint32_t always, uint32_t never)
{
    if (always >= need)
        return ALWAYS;
    return n - never < need ? NEVER : OPEN;
}

static enum chance chance_of(const struct ast_node *node, const char *id)
{
    uint32_t always = 0, never = 0;

    if (node->kind == AST_TEST)
        return chance_of_test(node, id);
    for (uint32_t i = 0; i < node->n_children; i++) {
        enum chance chance = chance_of(node->children[i], id);

        always += chance == ALWAYS;
        never += chance == NEVER;
    }
    switch (node->kind) {
    case AST_NOT:
        return chance_of_parts(1, 1, never, always);
    case AST_OR:
        return chance_of_parts(node->n_children, 1, always, never);
    case AST_AT_LEAST:
        return chance_of_parts(node->n_children, node->at_least, always, never);
    case AST_AND:
    case AST_SET:
        return chance_of_parts(node->n_children, node->n_children, always, never);
    case AST_ALL:
        return ALWAYS;
    case AST_VARIANT: /* a variant's tests know no region, nor do those of events */
    case AST_EVENT:
    case AST_RELATION:
    case AST_SEQUENCE:
    case AST_TIMES:
    case AST_TESTED:
    case AST_TEST:
        break;
    }
    return OPEN;
}

bool audience_can_meet(const struct ast_node *root, const char *node)
{
    assert(root && node);
    return !AUDIENCE_NARROWS || chance_of(root, node) != NEVER;
}
