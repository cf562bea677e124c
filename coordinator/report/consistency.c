/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/consistency.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define HAIR 1e-9 /* sums of doubles are not more exact than this */

/* ---- least squares --------------------------------------------------------------------------- */

/* A node's subtree after the first pass: value and left depend on the subtree alone. */
struct below {
    double value;
    double variance;
};

static struct below below_of(const struct consistency_node *nodes,
                             const struct consistency_node *of)
{
    struct below sum = {0, 0};

    for (size_t c = of->first; c < of->first + of->n_children; c++) {
        sum.value += nodes[c].value;
        sum.variance += nodes[c].left;
    }
    return sum;
}

/* Combines a node's own measurement with the sum of its children, weighted by precision. */
static void fit_up(struct consistency_node *nodes, struct consistency_node *node)
{
    struct below below;
    double own, children;

    if (node->n_children == 0) {
        assert(isfinite(node->variance) && node->variance > 0);
        node->value = node->measured;
        node->left = node->variance;
        return;
    }
    below = below_of(nodes, node);
    own = isfinite(node->variance) ? 1 / node->variance : 0;
    children = 1 / below.variance;
    node->left = 1 / (own + children);
    node->value = below.value;
    if (own > 0)
        node->value = (node->measured * own + below.value * children) * node->left;
}

/* Corrects for the rest of the tree: the children share the difference between parent and sum. */
static void fit_down(struct consistency_node *nodes, const struct consistency_node *node)
{
    struct below below = below_of(nodes, node);
    double lacks = node->value - below.value;

    for (size_t c = node->first; c < node->first + node->n_children; c++) {
        double share = nodes[c].left / below.variance;

        nodes[c].value += share * lacks;
        nodes[c].left -= share * share * (below.variance - node->left);
    }
}

void consistency_fit(struct consistency_node *nodes, size_t n)
{
    assert(n >= 1 && n <= CONSISTENCY_NODES_MAX);
    for (size_t i = n; i-- > 0;) {
        assert(nodes[i].n_children == 0 ||
               (nodes[i].first > i && nodes[i].first + nodes[i].n_children <= n));
        fit_up(nodes, &nodes[i]);
    }
    for (size_t i = 0; i < n; i++)
        if (nodes[i].n_children > 0)
            fit_down(nodes, &nodes[i]);
}

/* ---- no value below zero --------------------------------------------------------------------- */

static int falling(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a < b) - (a > b);
}

/*
 * The amount to subtract so that the values above zero add up to the sum; values are sorted,
 * largest first.
 */
static double level_of(const double *value, size_t n, double sum)
{
    double above = 0, level = 0;

    for (size_t i = 0; i < n; i++) {
        above += value[i];
        if (value[i] <= (above - sum) / (double)(i + 1))
            break;
        level = (above - sum) / (double)(i + 1);
    }
    return level;
}

static void clamp_family(struct consistency_node *nodes, const struct consistency_node *node)
{
    double sorted[CONSISTENCY_NODES_MAX];
    struct consistency_node *child = nodes + node->first;
    bool negative = false;
    double level;

    for (size_t i = 0; i < node->n_children; i++) {
        sorted[i] = child[i].value;
        negative = negative || child[i].value < 0;
    }
    if (!negative && below_of(nodes, node).value <= node->value + HAIR * (1 + node->value))
        return;
    qsort(sorted, node->n_children, sizeof(*sorted), falling);
    level = node->value > 0 ? level_of(sorted, node->n_children, node->value) : INFINITY;
    for (size_t i = 0; i < node->n_children; i++)
        child[i].value = child[i].value > level ? child[i].value - level : 0;
}

void consistency_clamp(struct consistency_node *nodes, size_t n)
{
    assert(n >= 1 && n <= CONSISTENCY_NODES_MAX);
    if (nodes[0].value < 0)
        nodes[0].value = 0;
    for (size_t i = 0; i < n; i++)
        if (nodes[i].n_children > 0)
            clamp_family(nodes, &nodes[i]);
}

/* ---- whole multiples ------------------------------------------------------------------------- */

struct remainder {
    double size;
    size_t node;
};

/* Sorts the largest first, and equal ones in their order. */
static int by_size(const void *left, const void *right)
{
    const struct remainder *a = left, *b = right;
    int order = (a->size < b->size) - (a->size > b->size);

    return order ? order : (a->node > b->node) - (a->node < b->node);
}

static void round_family(const struct consistency_node *nodes, const struct consistency_node *node,
                         int64_t whole, int64_t base, int64_t *out)
{
    struct remainder remainder[CONSISTENCY_NODES_MAX];
    size_t n = node->n_children;
    int64_t missing = whole;

    for (size_t i = 0; i < n; i++) {
        size_t c = node->first + i;
        double floor_of = floor(nodes[c].value / (double)base);

        out[c] = (int64_t)floor_of * base;
        missing -= out[c];
        remainder[i] = (struct remainder){nodes[c].value - floor_of * (double)base, c};
    }
    qsort(remainder, n, sizeof(*remainder), by_size);
    for (size_t i = 0; i < n && missing >= base; i++, missing -= base)
        out[remainder[i].node] += base;
    /* A sum of doubles may be slightly below a whole number: the smallest remainders give way. */
    for (size_t i = n; i-- > 0 && missing < 0;) {
        if (out[remainder[i].node] >= base) {
            out[remainder[i].node] -= base;
            missing += base;
        }
    }
    assert(n == 0 || missing == 0);
}

void consistency_round(const struct consistency_node *nodes, size_t n, uint32_t base, int64_t *out)
{
    assert(nodes && out);
    int64_t b = base ? (int64_t)base : 1;

    assert(n >= 1 && n <= CONSISTENCY_NODES_MAX);
    out[0] = (int64_t)floor(nodes[0].value / (double)b + 0.5) * b;
    for (size_t i = 0; i < n; i++)
        if (nodes[i].n_children > 0)
            round_family(nodes, &nodes[i], out[i], b, out);
}
