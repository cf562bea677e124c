/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/tree.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/desk/utf16.h"
#include "proto/base/date.h"
#include "proto/base/json.h"
#include "proto/base/number.h"
#include "proto/query/named_set.h"
#include "proto/query/two_hits.h"
#include "proto/query/vocabulary.h"

#define SET_TEXT_BYTES (NAMED_SET_NAME_MAX + 16)

static const char *const kinds[] = {
    [AST_ALL] = "all",           [AST_AND] = "and",           [AST_OR] = "or",
    [AST_NOT] = "not",           [AST_AT_LEAST] = "at_least", [AST_VARIANT] = "variant",
    [AST_TEST] = "test",         [AST_TESTED] = "tested",     [AST_EVENT] = "event",
    [AST_RELATION] = "relation", [AST_SEQUENCE] = "sequence", [AST_TIMES] = "times",
    [AST_SET] = "set",
};
static const char *const ops[] = {[OP_IN] = "in",
                                  [OP_UNDER] = "under",
                                  [OP_EXCLUDED] = "excluded",
                                  [OP_RANGE] = "range",
                                  [OP_EXISTS] = "exists",
                                  [OP_MEASURED] = "measured",
                                  [OP_ANSWERED] = "answered"};
static const char *const units[] = {
    [TIME_YEARS] = "years", [TIME_MONTHS] = "months", [TIME_DAYS] = "days"};
static const char *const sides[] = {
    [SIDE_BEFORE] = "before", [SIDE_AFTER] = "after", [SIDE_OF] = "of"};
static const char *const gaps[] = {[GAP_NONE] = "none",
                                   [GAP_WITHIN] = "within",
                                   [GAP_LEAST] = "at_least",
                                   [GAP_BETWEEN] = "between"};

static const char *const origins[] = {
    [ORIGIN_ANY] = "either", [ORIGIN_GERMLINE] = "germline", [ORIGIN_SOMATIC] = "somatic"};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* The place of a word in a list; the list's length when it is not there. */
static size_t place_of(const char *word, const char *const *list, size_t n)
{
    size_t i = 0;

    while (i < n && (!word || strcmp(list[i], word) != 0))
        i++;
    return i;
}

/* ---- to JSON --------------------------------------------------------------------------------- */

static void put_bound(cJSON *to, const char *name, enum ast_field field, int64_t nano, bool *ok)
{
    char text[NUMBER_TEXT_MAX > DATE_TEXT_BYTES ? NUMBER_TEXT_MAX : DATE_TEXT_BYTES];

    if (nano == INT64_MIN || nano == INT64_MAX) {
        json_put_null(to, name, ok);
        return;
    }
    if (vocabulary_fields[field].form == FORM_DATE)
        date_text((int32_t)(nano / NUMBER_NANO), text);
    else
        number_write(nano, text);
    json_put_text(to, name, text, ok);
}

static void set_text(const struct ast_set *set, char out[static SET_TEXT_BYTES])
{
    snprintf(out, SET_TEXT_BYTES, "%s@%u", set->name, set->version);
}

static void append_text(cJSON *list, const char *text, bool *ok)
{
    cJSON *item = cJSON_CreateString(text);

    if (!list || !item || !cJSON_AddItemToArray(list, item)) {
        cJSON_Delete(item);
        *ok = false;
    }
}

/* The code, and its number in a range with a unit, or its answers. */
static void put_measured(cJSON *to, const struct ast_node *test, bool *ok)
{
    cJSON *list;

    json_put_text(to, "code", test->values[0].text, ok);
    if (test->op == OP_MEASURED) {
        put_bound(to, "low", test->field, test->low_nano, ok);
        put_bound(to, "high", test->field, test->high_nano, ok);
        if (test->n_values > 1)
            json_put_text(to, "unit", test->values[1].text, ok);
        return;
    }
    list = json_put(to, "values", cJSON_CreateArray(), ok);
    for (uint32_t i = 1; *ok && i < test->n_values; i++)
        append_text(list, test->values[i].text, ok);
}

static void put_test(cJSON *to, const struct ast_node *test, bool *ok)
{
    uint32_t n = test->n_sets ? test->sets[0].first : test->n_values;
    char text[SET_TEXT_BYTES];
    cJSON *list;

    json_put_text(to, "field", vocabulary_fields[test->field].name, ok);
    json_put_text(to, "op", ops[test->op], ok);
    if (test->op == OP_RANGE) {
        put_bound(to, "low", test->field, test->low_nano, ok);
        put_bound(to, "high", test->field, test->high_nano, ok);
        if (test->field == FIELD_AGE)
            json_put_text(to, "unit", units[test->time], ok);
        return;
    }
    if (test->op == OP_MEASURED || test->op == OP_ANSWERED)
        put_measured(to, test, ok);
    if (test->op == OP_EXISTS || test->op == OP_MEASURED || test->op == OP_ANSWERED)
        return;
    list = json_put(to, "values", cJSON_CreateArray(), ok);
    for (uint32_t i = 0; *ok && i < n; i++)
        append_text(list, test->values[i].text, ok);
    if (!test->n_sets)
        return;
    list = json_put(to, "sets", cJSON_CreateArray(), ok);
    for (uint32_t i = 0; *ok && i < test->n_sets; i++) {
        set_text(&test->sets[i], text);
        append_text(list, text, ok);
    }
}

static void put_gap(cJSON *to, const struct ast_gap *gap, bool *ok)
{
    cJSON *one;

    if (gap->form == GAP_NONE)
        return;
    one = json_put(to, "gap", cJSON_CreateObject(), ok);
    json_put_text(one, "form", gaps[gap->form], ok);
    json_put_text(one, "unit", units[gap->time], ok);
    if (gap->form != GAP_WITHIN)
        json_put_int(one, "first", gap->first, ok);
    if (gap->form != GAP_LEAST)
        json_put_int(one, "last", gap->last, ok);
}

static void put_place(cJSON *to, const struct ast_node *node, const char *text, bool *ok)
{
    size_t length = strlen(text);

    if (node->to <= node->from || node->to > length)
        return;
    json_put_int(to, "from", (int64_t)utf16_units(text, length, node->from), ok);
    json_put_int(to, "to", (int64_t)utf16_units(text, length, node->to), ok);
}

/* Recursion is bounded by AST_DEPTH_MAX. */
static cJSON *node_json(const struct ast_node *node, const char *text, bool *ok)
{
    cJSON *to = cJSON_CreateObject(), *children;
    char set[SET_TEXT_BYTES];

    json_put_text(to, "kind", kinds[node->kind], ok);
    if (node->kind == AST_TEST)
        put_test(to, node, ok);
    if (node->kind == AST_AT_LEAST || node->kind == AST_TIMES)
        json_put_int(to, "at_least", node->at_least, ok);
    if (node->kind == AST_RELATION)
        json_put_text(to, "side", sides[node->side], ok);
    if (node->kind == AST_SET) {
        set_text(&node->sets[0], set);
        json_put_text(to, "set", set, ok);
    }
    if (node->kind == AST_VARIANT && node->bare)
        json_put_bool(to, "bare", true, ok);
    if (node->kind == AST_VARIANT && node->origin != ORIGIN_ANY)
        json_put_text(to, "origin", origins[node->origin], ok);
    if (two_hits_is(node))
        json_put_bool(to, "two_hits", true, ok);
    put_gap(to, &node->gap, ok);
    put_place(to, node, text, ok);
    if (!node->n_children)
        return to;
    children = json_put(to, "children", cJSON_CreateArray(), ok);
    for (uint32_t i = 0; *ok && i < node->n_children; i++) {
        cJSON *child = node_json(node->children[i], text, ok);

        if (!cJSON_AddItemToArray(children, child)) {
            cJSON_Delete(child);
            *ok = false;
        }
    }
    return to;
}

cJSON *tree_json(const struct ast *ast, const char *text)
{
    assert(ast && ast->root && text);
    bool ok = true;
    cJSON *root = node_json(ast->root, text, &ok);

    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}

/* ---- to text --------------------------------------------------------------------------------- */

struct writing {
    struct bytes *out;
    uint32_t depth;
    uint32_t nodes;
    struct err *err;
};

static bool refuse(struct writing *w, const char *why)
{
    return err_set(w->err, ERR_INVALID, "ast: %s", why);
}

static void add(struct writing *w, const char *text)
{
    bytes_add_text(w->out, text);
}

/* A text that ends in the question between quotes, or as a word of the language. */
static bool is_safe(const char *text)
{
    return text && *text && strlen(text) <= AST_STRING_MAX && !strpbrk(text, "\"\n\r");
}

static bool is_word(const char *text)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-@";

    return is_safe(text) && strspn(text, letters) == strlen(text);
}

static bool write_number(struct writing *w, const cJSON *from, const char *name)
{
    char text[24];
    int64_t n;

    if (!json_int(from, name, &n) || n < 0 || n > 1000000)
        return refuse(w, "a number is missing, or not from 0 to 1000000 (at_least, first, last)");
    snprintf(text, sizeof(text), "%lld", (long long)n);
    add(w, text);
    return true;
}

static bool write_list(struct writing *w, const cJSON *list, const char *before, size_t *n)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        bool quotes = !*before;

        if (!cJSON_IsString(item) || !is_safe(item->valuestring) ||
            (!quotes && !is_word(item->valuestring)))
            return refuse(w, "values and sets are texts without quotes and line ends");
        add(w, (*n)++ ? ", " : "");
        add(w, quotes ? "\"" : before);
        add(w, item->valuestring);
        add(w, quotes ? "\"" : "");
    }
    return true;
}

static bool write_values(struct writing *w, const cJSON *test, const char *op)
{
    int given = cJSON_GetArraySize(json_array(test, "values")) +
                cJSON_GetArraySize(json_array(test, "sets"));
    bool list = given > 1 || strcmp(op, " in") == 0; /* `excluded` takes one value alone */
    size_t n = 0;

    add(w, op);
    add(w, list ? " (" : " ");
    if (!write_list(w, json_array(test, "values"), "", &n) ||
        !write_list(w, json_array(test, "sets"), "@", &n))
        return false;
    add(w, list ? ")" : "");
    return n > 0 || refuse(w, "a test without values");
}

static void add_quoted(struct writing *w, const char *text)
{
    add(w, "\"");
    add(w, text);
    add(w, "\"");
}

static bool write_bounds(struct writing *w, const cJSON *test)
{
    const char *low = json_text(test, "low"), *high = json_text(test, "high");

    if ((low && !is_word(low)) || (high && !is_word(high)) || (!low && !high))
        return refuse(w, "a range has low, high or both, as decimals or dates");
    if (low && high && strcmp(low, high) == 0) {
        add(w, " = ");
        add(w, low);
    } else if (low && high) {
        add(w, " between ");
        add(w, low);
        add(w, " and ");
        add(w, high);
    } else {
        add(w, low ? " >= " : " <= ");
        add(w, low ? low : high);
    }
    return true;
}

static bool write_range(struct writing *w, const cJSON *test)
{
    const char *unit = json_text(test, "unit");

    if (unit && strcmp(unit, "weeks") != 0 && place_of(unit, units, COUNT(units)) == COUNT(units))
        return refuse(w, "unit is years, months, weeks or days");
    if (!write_bounds(w, test))
        return false;
    if (unit && strcmp(unit, "years") != 0) {
        add(w, " ");
        add(w, unit);
    }
    return true;
}

/* " "npu:NPU19651" >= 4.9 "mmol/L"" */
static bool write_measured(struct writing *w, const cJSON *test, bool answered)
{
    const char *code = json_text(test, "code"), *unit = json_text(test, "unit");

    if (!is_safe(code) || (unit && !is_safe(unit)))
        return refuse(w, "code and unit are texts without quotes and line ends");
    add(w, " ");
    add_quoted(w, code);
    if (answered)
        return write_values(w, test, " in");
    if (!write_bounds(w, test))
        return false;
    add(w, unit ? " " : "");
    if (unit)
        add_quoted(w, unit);
    return true;
}

static bool write_test(struct writing *w, const cJSON *test)
{
    const char *field = json_text(test, "field"), *op = json_text(test, "op");

    if (!is_word(field))
        return refuse(w, "a test without a field");
    add(w, field);
    switch (place_of(op, ops, COUNT(ops))) {
    case OP_IN:
        return write_values(w, test, " in");
    case OP_UNDER:
        return write_values(w, test, " under");
    case OP_EXCLUDED:
        return write_values(w, test, " excluded");
    case OP_EXISTS:
        add(w, " exists");
        return true;
    case OP_RANGE:
        return write_range(w, test);
    case OP_MEASURED:
    case OP_ANSWERED:
        return write_measured(w, test, strcmp(op, ops[OP_ANSWERED]) == 0);
    default:
        return refuse(w, "op is in, under, excluded, range, exists, measured or answered");
    }
}

static bool write_gap(struct writing *w, const cJSON *node)
{
    const cJSON *gap = json_object(node, "gap");
    size_t form = place_of(gap ? json_text(gap, "form") : NULL, gaps, COUNT(gaps));
    const char *unit = gap ? json_text(gap, "unit") : NULL;

    if (!gap)
        return json_member(node, "gap") == NULL || refuse(w, "gap is an object");
    if (form == GAP_NONE || form == COUNT(gaps) ||
        place_of(unit, units, COUNT(units)) == COUNT(units))
        return refuse(w, "a gap has form within, at_least or between, and unit");
    add(w, form == GAP_LEAST ? " at least " : form == GAP_WITHIN ? " within " : " ");
    if (form != GAP_WITHIN && !write_number(w, gap, "first"))
        return false;
    add(w, form == GAP_BETWEEN ? " to " : "");
    if (form != GAP_LEAST && !write_number(w, gap, "last"))
        return false;
    add(w, " ");
    add(w, unit);
    return true;
}

static bool write_node(struct writing *w, const cJSON *node);

static const cJSON *child_of(const cJSON *node, int i)
{
    return cJSON_GetArrayItem(json_array(node, "children"), i);
}

/* What stands inside an event, which some constructs write without its word. */
static bool write_inside(struct writing *w, const cJSON *event)
{
    const char *kind = event ? json_text(event, "kind") : NULL;

    if (!kind || strcmp(kind, "event") != 0 || !child_of(event, 0))
        return refuse(w, "here must stand a node of kind event, with one child");
    return write_node(w, child_of(event, 0));
}

static bool write_children(struct writing *w, const cJSON *node, const char *between, int least)
{
    const cJSON *list = json_array(node, "children"), *child;
    bool first = true;

    if (cJSON_GetArraySize(list) < least)
        return refuse(w, "too few children");
    cJSON_ArrayForEach(child, list)
    {
        size_t kind = place_of(json_text(child, "kind"), kinds, COUNT(kinds));
        bool wrap = kind == AST_AND || kind == AST_OR;

        add(w, first ? "" : between);
        add(w, wrap ? "(" : "");
        if (!write_node(w, child))
            return false;
        add(w, wrap ? ")" : "");
        first = false;
    }
    return true;
}

static bool write_group(struct writing *w, const cJSON *node, const char *word)
{
    const cJSON *child = child_of(node, 0);

    if (!child || child->next)
        return refuse(w, "a group has one child");
    add(w, word);
    add(w, "(");
    if (!write_node(w, child))
        return false;
    add(w, ")");
    return true;
}

static bool write_variant(struct writing *w, const cJSON *node)
{
    const char *origin = json_text(node, "origin");
    const cJSON *hits = json_member(node, "two_hits");
    size_t place = origin ? place_of(origin, origins, COUNT(origins)) : (size_t)ORIGIN_ANY;

    if (place == COUNT(origins) || (!origin && json_member(node, "origin")))
        return refuse(w, "origin is germline or somatic");
    if (hits && !cJSON_IsTrue(hits))
        return refuse(w, "two_hits is true, or is left out");
    if (place != ORIGIN_ANY)
        add(w, place == ORIGIN_GERMLINE ? "germline " : "somatic ");
    return write_group(w, node, hits ? "two hits" : "variant");
}

static bool write_relation(struct writing *w, const cJSON *node)
{
    const char *side = json_text(node, "side");

    if (place_of(side, sides, COUNT(sides)) == COUNT(sides))
        return refuse(w, "side is before, after or of");
    add(w, "event(");
    if (!write_inside(w, child_of(node, 0)))
        return false;
    add(w, ")");
    if (!write_gap(w, node))
        return false;
    add(w, " ");
    add(w, side);
    add(w, " event(");
    if (!write_inside(w, child_of(node, 1)))
        return false;
    add(w, ")");
    return true;
}

static bool write_sequence(struct writing *w, const cJSON *node)
{
    const cJSON *list = json_array(node, "children"), *child;
    bool first = true;

    if (cJSON_GetArraySize(list) < 2)
        return refuse(w, "a sequence has 2 events or more");
    add(w, "sequence(");
    cJSON_ArrayForEach(child, list)
    {
        add(w, first ? "" : " then");
        if (!first && !write_gap(w, child))
            return false;
        add(w, first ? "" : " ");
        if (!write_inside(w, child))
            return false;
        first = false;
    }
    add(w, ")");
    return true;
}

static bool write_counted(struct writing *w, const cJSON *node, bool times)
{
    add(w, "at least ");
    if (!write_number(w, node, "at_least"))
        return false;
    add(w, times ? " times (" : " of (");
    if (!(times ? write_inside(w, child_of(node, 0)) : write_children(w, node, ", ", 2)))
        return false;
    add(w, ")");
    return !times || write_gap(w, node);
}

static bool write_set(struct writing *w, const cJSON *node)
{
    const char *set = json_text(node, "set");

    if (!is_word(set))
        return refuse(w, "set is NAME@VERSION");
    add(w, "@");
    add(w, set);
    return true;
}

static bool write_kind(struct writing *w, const cJSON *node, size_t kind)
{
    switch (kind) {
    case AST_ALL:
        return w->nodes == 1 || refuse(w, "kind all stands alone");
    case AST_AND:
        return write_children(w, node, " and ", 2);
    case AST_OR:
        return write_children(w, node, " or ", 2);
    case AST_NOT:
        return write_group(w, node, "not ");
    case AST_AT_LEAST:
        return write_counted(w, node, false);
    case AST_VARIANT:
        return write_variant(w, node);
    case AST_TESTED:
        return write_group(w, node, "tested");
    case AST_EVENT:
        return write_group(w, node, "event");
    case AST_RELATION:
        return write_relation(w, node);
    case AST_SEQUENCE:
        return write_sequence(w, node);
    case AST_TIMES:
        return write_counted(w, node, true);
    case AST_SET:
        return write_set(w, node);
    case AST_TEST:
        return write_test(w, node);
    default:
        return refuse(w, "a node without a kind that is known");
    }
}

/* Recursion is bounded by AST_DEPTH_MAX, as in a question. */
static bool write_node(struct writing *w, const cJSON *node)
{
    bool ok;

    if (!cJSON_IsObject(node))
        return refuse(w, "a node is an object");
    if (w->depth == AST_DEPTH_MAX || ++w->nodes > AST_NODES_MAX)
        return refuse(w, "nested too deep, or too many nodes");
    w->depth++;
    ok = write_kind(w, node, place_of(json_text(node, "kind"), kinds, COUNT(kinds)));
    w->depth--;
    return ok;
}

bool tree_text(const cJSON *tree, struct bytes *out, struct err *err)
{
    assert(out);
    struct writing w = {.out = out, .err = err};

    return write_node(&w, tree) && (!out->failed || err_memory(err));
}
