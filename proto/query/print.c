/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/print.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/date.h"
#include "proto/base/number.h"
#include "proto/query/gene_symbol.h"
#include "proto/query/lex.h"
#include "proto/query/two_hits.h"
#include "proto/query/vocabulary.h"

static bool needs_quotes(enum ast_field field, const struct ast_value *value)
{
    const struct field *about = &vocabulary_fields[field];

    switch (about->form) {
    case FORM_REGION:
        return false; /* two digits */
    case FORM_WORD:
        return !lex_is_plain_word(value->text);
    case FORM_GENE:
        return !lex_is_plain_word(value->text) || !gene_symbol_is_folded(value->text);
    default:
        return !lex_is_plain_code(value->text);
    }
}

static void print_value(enum ast_field field, const struct ast_value *value, struct bytes *out)
{
    bool quotes = needs_quotes(field, value);

    bytes_add_text(out, quotes ? "\"" : "");
    bytes_add_text(out, value->text);
    bytes_add_text(out, quotes ? "\"" : "");
}

void print_values(const struct ast_node *test, uint32_t first, uint32_t n, struct bytes *out)
{
    assert(test && first + n <= test->n_values && out);
    for (uint32_t i = 0; i < n; i++) {
        bytes_add_text(out, i ? ", " : "");
        print_value(test->field, &test->values[first + i], out);
    }
}

static void print_set(const struct ast_set *set, struct bytes *out)
{
    char version[16];

    snprintf(version, sizeof(version), "@%u", set->version);
    bytes_add_text(out, "@");
    bytes_add_text(out, set->name);
    bytes_add_text(out, version);
}

static void print_number(const char *sign, int64_t nano, struct bytes *out)
{
    char number[NUMBER_TEXT_MAX];

    number_write(nano, number);
    bytes_add_text(out, sign);
    bytes_add_text(out, number);
}

static void print_bound(enum ast_field field, const char *sign, int64_t nano, struct bytes *out)
{
    char date[DATE_TEXT_BYTES];

    if (vocabulary_fields[field].form != FORM_DATE) {
        print_number(sign, nano, out);
        return;
    }
    date_text((int32_t)(nano / NUMBER_NANO), date);
    bytes_add_text(out, sign);
    bytes_add_text(out, date);
}

static void print_range(const struct ast_node *test, bool negated, struct bytes *out)
{
    if (test->low_nano == test->high_nano) {
        print_bound(test->field, negated ? " != " : " = ", test->low_nano, out);
    } else if (test->low_nano == INT64_MIN) {
        print_bound(test->field, " <= ", test->high_nano, out);
    } else if (test->high_nano == INT64_MAX) {
        print_bound(test->field, " >= ", test->low_nano, out);
    } else {
        print_bound(test->field, " between ", test->low_nano, out);
        print_bound(test->field, " and ", test->high_nano, out);
    }
    bytes_add_text(out, test->time == TIME_MONTHS ? " months"
                        : test->time == TIME_DAYS ? " days"
                                                  : "");
}

/* Only `=` has a negated form, "!=". */
static bool has_unequal(const struct ast_node *test)
{
    if (test->kind != AST_TEST)
        return false;
    if (test->op == OP_RANGE || test->op == OP_MEASURED)
        return test->low_nano == test->high_nano;
    return test->op == OP_ANSWERED ? test->n_values == 2
                                   : test->op == OP_IN && test->n_values == 1 && !test->n_sets;
}

static void print_word(const struct ast_value *value, struct bytes *out)
{
    const char *quote = lex_is_plain_word(value->text) ? "" : "\"";

    bytes_add_text(out, quote);
    bytes_add_text(out, value->text);
    bytes_add_text(out, quote);
}

/* " npu:NPU19651 >= 4.9 "mmol/L"" */
static void print_measured(const struct ast_node *test, bool negated, struct bytes *out)
{
    bool list = test->n_values > 2;

    bytes_add_text(out, " ");
    print_value(test->field, &test->values[0], out);
    if (test->op == OP_MEASURED) {
        print_range(test, negated, out);
        bytes_add_text(out, test->n_values > 1 ? " " : "");
        if (test->n_values > 1)
            print_word(&test->values[1], out);
        return;
    }
    bytes_add_text(out, list ? " in (" : negated ? " != " : " = ");
    for (uint32_t i = 1; i < test->n_values; i++) {
        bytes_add_text(out, i > 1 ? ", " : "");
        print_word(&test->values[i], out);
    }
    bytes_add_text(out, list ? ")" : "");
}

static void print_test(const struct ast_node *test, bool negated, struct bytes *out)
{
    uint32_t n = test->n_sets ? test->sets[0].first : test->n_values; /* of no set */
    bool list = n + test->n_sets > 1;

    bytes_add_text(out, vocabulary_fields[test->field].name);
    if (test->op == OP_MEASURED || test->op == OP_ANSWERED) {
        print_measured(test, negated, out);
        return;
    }
    if (test->op == OP_RANGE) {
        print_range(test, negated, out);
        return;
    }
    bytes_add_text(out, test->op == OP_UNDER      ? " under "
                        : test->op == OP_EXCLUDED ? " excluded "
                        : test->op == OP_EXISTS   ? " exists"
                        : list || test->n_sets    ? " in "
                        : negated                 ? " != "
                                                  : " = ");
    bytes_add_text(out, list ? "(" : "");
    print_values(test, 0, n, out);
    for (uint32_t i = 0; i < test->n_sets; i++) {
        bytes_add_text(out, n + i ? ", " : "");
        print_set(&test->sets[i], out);
    }
    bytes_add_text(out, list ? ")" : "");
}

/* " within 12 months"; nothing where there is no gap. */
static void print_gap(const struct ast_gap *gap, struct bytes *out)
{
    static const char *const units[] = {
        [TIME_YEARS] = "year", [TIME_MONTHS] = "month", [TIME_DAYS] = "day"};
    uint32_t shown = gap->form == GAP_LEAST ? gap->first : gap->last;
    char text[64];

    if (gap->form == GAP_NONE)
        return;
    if (gap->form == GAP_BETWEEN)
        snprintf(text, sizeof(text), " %u to %u", gap->first, gap->last);
    else
        snprintf(text, sizeof(text), " %s %u", gap->form == GAP_LEAST ? "at least" : "within",
                 shown);
    bytes_add_text(out, text);
    snprintf(text, sizeof(text), " %s%s", units[gap->time], shown == 1 ? "" : "s");
    bytes_add_text(out, text);
}

static void print_node(const struct ast_node *node, struct bytes *out);

static void print_event(const struct ast_node *event, struct bytes *out)
{
    bytes_add_text(out, "event(");
    print_node(event->children[0], out);
    bytes_add_text(out, ")");
}

static void print_relation(const struct ast_node *node, struct bytes *out)
{
    print_event(node->children[0], out);
    print_gap(&node->gap, out);
    bytes_add_text(out, node->side == SIDE_BEFORE  ? " before "
                        : node->side == SIDE_AFTER ? " after "
                                                   : " of ");
    print_event(node->children[1], out);
}

static void print_sequence(const struct ast_node *node, struct bytes *out)
{
    bytes_add_text(out, "sequence(");
    for (uint32_t i = 0; i < node->n_children; i++) {
        const struct ast_node *event = node->children[i];

        bytes_add_text(out, i ? " then" : "");
        print_gap(&event->gap, out);
        bytes_add_text(out, i ? " " : "");
        print_node(event->children[0], out);
    }
    bytes_add_text(out, ")");
}

static void print_times(const struct ast_node *node, struct bytes *out)
{
    char head[32];

    snprintf(head, sizeof(head), "at least %u times (", node->at_least);
    bytes_add_text(out, head);
    print_node(node->children[0]->children[0], out);
    bytes_add_text(out, ")");
    print_gap(&node->gap, out);
}

static void print_list(const struct ast_node *node, const char *between, struct bytes *out)
{
    for (uint32_t i = 0; i < node->n_children; i++) {
        const struct ast_node *child = node->children[i];
        bool wrap = (node->kind == AST_AND || node->kind == AST_OR) &&
                    (child->kind == AST_OR || child->kind == node->kind);

        bytes_add_text(out, i ? between : "");
        bytes_add_text(out, wrap ? "(" : "");
        print_node(child, out);
        bytes_add_text(out, wrap ? ")" : "");
    }
}

static void print_not(const struct ast_node *node, struct bytes *out)
{
    const struct ast_node *child = node->children[0];
    bool wrap = child->kind == AST_AND || child->kind == AST_OR;

    if (has_unequal(child)) {
        print_test(child, true, out);
        return;
    }
    bytes_add_text(out, wrap ? "not (" : "not ");
    print_node(child, out);
    bytes_add_text(out, wrap ? ")" : "");
}

static void print_node(const struct ast_node *node, struct bytes *out)
{
    char head[32];

    switch (node->kind) {
    case AST_ALL:
        break;
    case AST_AND:
        print_list(node, " and ", out);
        break;
    case AST_OR:
        print_list(node, " or ", out);
        break;
    case AST_NOT:
        print_not(node, out);
        break;
    case AST_AT_LEAST:
        snprintf(head, sizeof(head), "at least %u of (", node->at_least);
        bytes_add_text(out, head);
        print_list(node, ", ", out);
        bytes_add_text(out, ")");
        break;
    case AST_VARIANT:
    case AST_TESTED:
        bytes_add_text(out, node->origin == ORIGIN_GERMLINE  ? "germline "
                            : node->origin == ORIGIN_SOMATIC ? "somatic "
                                                             : "");
        bytes_add_text(out, node->kind == AST_TESTED ? "tested("
                            : two_hits_is(node)      ? "two hits("
                                                     : "variant(");
        print_list(node, "", out);
        bytes_add_text(out, ")");
        break;
    case AST_EVENT:
        print_event(node, out);
        break;
    case AST_RELATION:
        print_relation(node, out);
        break;
    case AST_SEQUENCE:
        print_sequence(node, out);
        break;
    case AST_TIMES:
        print_times(node, out);
        break;
    case AST_SET:
        print_set(&node->sets[0], out);
        break;
    case AST_TEST:
        print_test(node, false, out);
        break;
    }
}

void print(const struct ast *ast, struct bytes *out)
{
    assert(ast && ast->root && out);
    print_node(ast->root, out);
}

static bool values_equal(const struct ast_node *a, const struct ast_node *b)
{
    if (a->n_values != b->n_values)
        return false;
    for (uint32_t i = 0; i < a->n_values; i++)
        if (a->values[i].kind != b->values[i].kind ||
            strcmp(a->values[i].text, b->values[i].text) != 0)
            return false;
    return true;
}

static bool sets_equal(const struct ast_node *a, const struct ast_node *b)
{
    bool same = a->n_sets == b->n_sets;

    for (uint32_t i = 0; same && i < a->n_sets; i++)
        same = strcmp(a->sets[i].name, b->sets[i].name) == 0 &&
               a->sets[i].version == b->sets[i].version && a->sets[i].first == b->sets[i].first &&
               a->sets[i].n == b->sets[i].n &&
               memcmp(a->sets[i].hash, b->sets[i].hash, AST_SET_HASH_BYTES) == 0;
    return same;
}

bool print_same(const struct ast_node *a, const struct ast_node *b)
{
    assert(a && b);
    if (a->kind != b->kind || a->n_children != b->n_children || !sets_equal(a, b))
        return false;
    if (a->at_least != b->at_least || a->origin != b->origin || a->side != b->side ||
        a->gap.form != b->gap.form || a->gap.time != b->gap.time || a->gap.first != b->gap.first ||
        a->gap.last != b->gap.last)
        return false;
    if (a->kind == AST_TEST && (a->field != b->field || a->op != b->op || !values_equal(a, b)))
        return false;
    if (a->kind == AST_TEST && (a->op == OP_RANGE || a->op == OP_MEASURED) &&
        (a->low_nano != b->low_nano || a->high_nano != b->high_nano || a->time != b->time))
        return false;
    for (uint32_t i = 0; i < a->n_children; i++)
        if (!print_same(a->children[i], b->children[i]))
            return false;
    return true;
}
