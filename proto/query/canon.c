/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All rules work on encoded bytes: an operand is encoded first, and its bytes then show whether it
 * is an `and`, a `not` or a duplicate, however the question spelled it.
 */
#include "proto/query/canon.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/query/shape.h"
#include "proto/query/two_hits.h"
#include "proto/query/vocabulary.h"

/* These numbers are part of the identity of every question ever asked. Never change one. */
enum tag {
    TAG_ALL = 0x01,
    TAG_AND = 0x02,
    TAG_OR = 0x03,
    TAG_NOT = 0x04,
    TAG_AT_LEAST = 0x05,
    TAG_VARIANT = 0x06,
    TAG_TEST = 0x07,
    TAG_TESTED = 0x08,
    TAG_EVENT = 0x09,
    TAG_RELATION = 0x0a,
    TAG_SEQUENCE = 0x0b,
    TAG_TIMES = 0x0c,
    TAG_GERMLINE = 0x0d, /* variant( ) of that origin */
    TAG_SOMATIC = 0x0e,
    TAG_TWO_HITS = 0x0f, /* around one of these and TAG_VARIANT */
    TAG_FIELD = 0x10,
    TAG_IN = 0x11,
    TAG_UNDER = 0x12,
    TAG_EXCLUDED = 0x13,
    TAG_LOW = 0x14,
    TAG_HIGH = 0x15,
    TAG_EXISTS = 0x16,
    TAG_VALUE = 0x17,
    TAG_N = 0x18,
    TAG_TIME = 0x19, /* not where it is years */
    TAG_SIDE = 0x1a,
    TAG_GAP = 0x1b, /* not where there is none */
    TAG_SET = 0x1c,
    TAG_SET_NAME = 0x1d,
    TAG_SET_VERSION = 0x1e,
    TAG_SET_HASH = 0x1f,
    TAG_VERSION = 0x20,
    TAG_VOCABULARY = 0x21,
    TAG_MEASURE = 0x22,
    TAG_DIMENSION = 0x23,
    TAG_CHANGE = 0x24,
    TAG_CRITERION = 0x25,
    TAG_STEP = 0x26,
    TAG_BINS = 0x27,
    TAG_UNIT = 0x29,
    TAG_ANSWERS = 0x28,
};

#define TLV_HEAD 5

/* One TLV in a sequence of TLVs. */
struct item {
    const uint8_t *data;
    size_t size;
};

static int item_compare(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    int order = memcmp(a->data, b->data, a->size < b->size ? a->size : b->size);

    return order ? order : (a->size > b->size) - (a->size < b->size);
}

static size_t item_count(const struct bytes *run)
{
    const uint8_t *value;
    size_t at = 0, size, n = 0;
    uint8_t tag;

    while (bytes_read_tlv(run->data, run->size, &at, &tag, &value, &size))
        n++;
    return n;
}

/*
 * Sorts the items of the sequence by their bytes and, unless duplicates count, removes duplicates.
 */
static size_t put_sorted(struct bytes *out, const struct bytes *run, bool unique)
{
    size_t n = item_count(run), at = 0, size, put = 0;
    struct item *items = n ? malloc(n * sizeof(*items)) : NULL;
    const uint8_t *value;
    uint8_t tag;

    if (!items || run->failed) {
        out->failed = true;
        free(items);
        return 0;
    }
    for (size_t i = 0; bytes_read_tlv(run->data, run->size, &at, &tag, &value, &size); i++)
        items[i] = (struct item){value - TLV_HEAD, size + TLV_HEAD};
    qsort(items, n, sizeof(*items), item_compare);
    for (size_t i = 0; i < n; i++) {
        if (unique && i && item_compare(&items[i - 1], &items[i]) == 0)
            continue;
        bytes_add(out, items[i].data, items[i].size);
        put++;
    }
    free(items);
    return put;
}

static void put_node(struct bytes *out, const struct ast_node *node);

/*
 * Encodes all children one after the other. A child that was encoded with this tag is replaced by
 * its items.
 */
static struct bytes run_of_children(const struct ast_node *node, uint8_t flatten)
{
    struct bytes run = {0};

    for (uint32_t i = 0; i < node->n_children; i++) {
        struct bytes child = {0};
        bool inside;

        put_node(&child, node->children[i]);
        inside = child.size >= TLV_HEAD && child.data[0] == flatten;
        run.failed = run.failed || child.failed;
        if (!child.failed)
            bytes_add(&run, child.data + (inside ? TLV_HEAD : 0),
                      child.size - (inside ? TLV_HEAD : 0));
        bytes_clear(&child);
    }
    return run;
}

static void put_and_or(struct bytes *out, const struct ast_node *node, uint8_t tag)
{
    struct bytes run = run_of_children(node, tag), sorted = {0};
    size_t n = put_sorted(&sorted, &run, true);

    out->failed = out->failed || sorted.failed;
    if (n == 1)
        bytes_add(out, sorted.data, sorted.size);
    else
        bytes_add_tlv(out, tag, sorted.data, sorted.size);
    bytes_clear(&sorted);
    bytes_clear(&run);
}

static void put_at_least(struct bytes *out, const struct ast_node *node)
{
    struct bytes run = run_of_children(node, 0), inside = {0};

    bytes_add_tlv_u64(&inside, TAG_N, node->at_least);
    put_sorted(&inside, &run, false);
    out->failed = out->failed || inside.failed;
    bytes_add_tlv(out, TAG_AT_LEAST, inside.data, inside.size);
    bytes_clear(&inside);
    bytes_clear(&run);
}

static void put_not(struct bytes *out, const struct ast_node *node)
{
    struct bytes child = {0};

    put_node(&child, node->children[0]);
    out->failed = out->failed || child.failed;
    if (child.size >= TLV_HEAD && child.data[0] == TAG_NOT)
        bytes_add(out, child.data + TLV_HEAD, child.size - TLV_HEAD);
    else
        bytes_add_tlv(out, TAG_NOT, child.data, child.size);
    bytes_clear(&child);
}

/* variant( ) and tested( ), whose meaning is that of what stands inside. */
static void put_around(struct bytes *out, const struct ast_node *node, uint8_t tag)
{
    struct bytes child = {0};

    put_node(&child, node->children[0]);
    out->failed = out->failed || child.failed;
    bytes_add_tlv(out, tag, child.data, child.size);
    bytes_clear(&child);
}

/* Events in the order in which they stand: it is their meaning. */
static void put_events(struct bytes *out, const struct ast_node *node, uint8_t tag)
{
    struct bytes inside = {0}, children = run_of_children(node, 0);
    const struct ast_gap *gap = &node->gap;

    if (node->kind == AST_RELATION)
        bytes_add_tlv_u64(&inside, TAG_SIDE, node->side);
    if (node->kind == AST_TIMES)
        bytes_add_tlv_u64(&inside, TAG_N, node->at_least);
    if (gap->form != GAP_NONE) {
        uint64_t numbers[] = {gap->form, gap->time, gap->first, gap->last};
        struct bytes bounds = {0};

        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
            bytes_add_varint(&bounds, numbers[i]);
        inside.failed = inside.failed || bounds.failed;
        bytes_add_tlv(&inside, TAG_GAP, bounds.data, bounds.size);
        bytes_clear(&bounds);
    }
    out->failed = out->failed || inside.failed || children.failed;
    if (!out->failed)
        bytes_add(&inside, children.data, children.size);
    out->failed = out->failed || inside.failed;
    bytes_add_tlv(out, tag, inside.data, inside.size);
    bytes_clear(&children);
    bytes_clear(&inside);
}

/* The hash stands for the expansion. */
static void put_set(struct bytes *out, const struct ast_set *set)
{
    struct bytes inside = {0};

    bytes_add_tlv_text(&inside, TAG_SET_NAME, set->name);
    bytes_add_tlv_u64(&inside, TAG_SET_VERSION, set->version);
    bytes_add_tlv(&inside, TAG_SET_HASH, set->hash, sizeof(set->hash));
    out->failed = out->failed || inside.failed;
    bytes_add_tlv(out, TAG_SET, inside.data, inside.size);
    bytes_clear(&inside);
}

static void put_values(struct bytes *out, uint8_t tag, const struct ast_node *test)
{
    struct bytes run = {0}, sorted = {0};
    uint32_t n = test->n_sets ? test->sets[0].first : test->n_values;

    for (uint32_t i = 0; i < n; i++)
        bytes_add_tlv_text(&run, TAG_VALUE, test->values[i].text);
    for (uint32_t i = 0; i < test->n_sets; i++)
        put_set(&run, &test->sets[i]);
    put_sorted(&sorted, &run, true);
    out->failed = out->failed || sorted.failed;
    bytes_add_tlv(out, tag, sorted.data, sorted.size);
    bytes_clear(&sorted);
    bytes_clear(&run);
}

/* The code, then what it was answered with, in any order. */
static void put_answers(struct bytes *out, const struct ast_node *test)
{
    struct bytes run = {0}, sorted = {0};

    bytes_add_tlv_text(out, TAG_VALUE, test->values[0].text);
    for (uint32_t i = 1; i < test->n_values; i++)
        bytes_add_tlv_text(&run, TAG_VALUE, test->values[i].text);
    put_sorted(&sorted, &run, true);
    out->failed = out->failed || sorted.failed;
    bytes_add_tlv(out, TAG_ANSWERS, sorted.data, sorted.size);
    bytes_clear(&sorted);
    bytes_clear(&run);
}

static void put_test(struct bytes *out, const struct ast_node *test)
{
    struct bytes inside = {0};

    bytes_add_tlv_text(&inside, TAG_FIELD, vocabulary_fields[test->field].name);
    switch (test->op) {
    case OP_IN:
        put_values(&inside, TAG_IN, test);
        break;
    case OP_UNDER:
        put_values(&inside, TAG_UNDER, test);
        break;
    case OP_EXCLUDED:
        put_values(&inside, TAG_EXCLUDED, test);
        break;
    case OP_RANGE:
        bytes_add_tlv_u64(&inside, TAG_LOW, (uint64_t)test->low_nano);
        bytes_add_tlv_u64(&inside, TAG_HIGH, (uint64_t)test->high_nano);
        if (test->time != TIME_YEARS)
            bytes_add_tlv_u64(&inside, TAG_TIME, test->time);
        break;
    case OP_EXISTS:
        bytes_add_tlv(&inside, TAG_EXISTS, NULL, 0);
        break;
    case OP_MEASURED:
        bytes_add_tlv_text(&inside, TAG_VALUE, test->values[0].text);
        bytes_add_tlv_u64(&inside, TAG_LOW, (uint64_t)test->low_nano);
        bytes_add_tlv_u64(&inside, TAG_HIGH, (uint64_t)test->high_nano);
        if (test->n_values > 1)
            bytes_add_tlv_text(&inside, TAG_UNIT, test->values[1].text);
        break;
    case OP_ANSWERED:
        put_answers(&inside, test);
        break;
    }
    out->failed = out->failed || inside.failed;
    bytes_add_tlv(out, TAG_TEST, inside.data, inside.size);
    bytes_clear(&inside);
}

static void put_variant(struct bytes *out, const struct ast_node *node)
{
    uint8_t tag = node->origin == ORIGIN_GERMLINE  ? TAG_GERMLINE
                  : node->origin == ORIGIN_SOMATIC ? TAG_SOMATIC
                                                   : TAG_VARIANT;
    struct bytes inside = {0};

    if (!two_hits_is(node)) {
        put_around(out, node, tag);
        return;
    }
    put_around(&inside, node, tag);
    out->failed = out->failed || inside.failed;
    bytes_add_tlv(out, TAG_TWO_HITS, inside.data, inside.size);
    bytes_clear(&inside);
}

static void put_node(struct bytes *out, const struct ast_node *node)
{
    switch (node->kind) {
    case AST_ALL:
        bytes_add_tlv(out, TAG_ALL, NULL, 0);
        break;
    case AST_AND:
        put_and_or(out, node, TAG_AND);
        break;
    case AST_OR:
        put_and_or(out, node, TAG_OR);
        break;
    case AST_NOT:
        put_not(out, node);
        break;
    case AST_AT_LEAST:
        put_at_least(out, node);
        break;
    case AST_VARIANT:
        put_variant(out, node);
        break;
    case AST_TESTED:
        put_around(out, node, TAG_TESTED);
        break;
    case AST_EVENT:
        put_events(out, node, TAG_EVENT);
        break;
    case AST_RELATION:
        put_events(out, node, TAG_RELATION);
        break;
    case AST_SEQUENCE:
        put_events(out, node, TAG_SEQUENCE);
        break;
    case AST_TIMES:
        put_events(out, node, TAG_TIMES);
        break;
    case AST_SET:
        put_set(out, &node->sets[0]);
        break;
    case AST_TEST:
        put_test(out, node);
        break;
    }
}

static bool written(const struct bytes *out, struct err *err)
{
    return !out->failed || err_memory(err);
}

bool canon_criterion(const struct ast *ast, struct bytes *out, struct err *err)
{
    assert(ast && ast->root && out);
    put_node(out, ast->root);
    return written(out, err);
}

/* Each step as the bytes of the question that it would be alone. */
static void add_steps(const struct ast_node *root, const struct canon_measure *measure,
                      struct bytes *out)
{
    uint32_t at = 0;

    for (size_t i = 0; i < measure->n_steps; i++) {
        struct ast_node step = shape_step_node(root, at, measure->steps[i].operands);
        struct bytes bytes = {0};

        put_node(&bytes, &step);
        out->failed = out->failed || bytes.failed;
        bytes_add_tlv(out, TAG_STEP, bytes.data, bytes.size);
        bytes_clear(&bytes);
        at += measure->steps[i].operands;
    }
}

static void add_bins(const struct bins *bins, struct bytes *out)
{
    struct bytes bytes = {0};

    bytes_add_varint(&bytes, bins->unit);
    for (uint32_t i = 0; i < bins->n_edges; i++)
        bytes_add_varint(&bytes, (uint32_t)bins->edges[i]);
    out->failed = out->failed || bytes.failed;
    bytes_add_tlv(out, TAG_BINS, bytes.data, bytes.size);
    bytes_clear(&bytes);
}

bool canon_question(const struct ast *ast, const struct canon_measure *measure, struct bytes *out,
                    struct err *err)
{
    assert(measure && out);
    struct bytes criterion = {0};

    bytes_add_tlv_u64(out, TAG_VERSION, CANON_VERSION);
    bytes_add_tlv_u64(out, TAG_VOCABULARY, VOCABULARY_VERSION);
    bytes_add_tlv_u64(out, TAG_MEASURE, measure->measure);
    for (size_t i = 0; i < measure->n_dimensions; i++)
        bytes_add_tlv_text(out, TAG_DIMENSION, measure->dimensions[i]);
    for (size_t i = 0; i < measure->n_changes; i++)
        bytes_add_tlv_text(out, TAG_CHANGE, measure->changes[i].text);
    add_steps(ast->root, measure, out);
    if (measure->bins)
        add_bins(measure->bins, out);
    put_node(&criterion, ast->root);
    out->failed = out->failed || criterion.failed;
    bytes_add_tlv(out, TAG_CRITERION, criterion.data, criterion.size);
    bytes_clear(&criterion);
    return written(out, err);
}

bool canon_identity(const struct ast *ast, const struct canon_measure *measure,
                    uint8_t identity[CANON_IDENTITY_BYTES], struct err *err)
{
    struct bytes canon = {0};
    bool ok = canon_question(ast, measure, &canon, err);

    if (ok && crypto_generichash(identity, CANON_IDENTITY_BYTES, canon.data, canon.size, NULL, 0))
        ok = err_set(err, ERR_INTERNAL, "BLAKE2b refused");
    bytes_clear(&canon);
    return ok;
}
