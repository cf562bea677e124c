#include "proto/query/ast_json.h"

#include "proto/base/json.h"
#include "proto/query/number.h"
#include "proto/query/place.h"
#include "proto/query/vocabulary.h"

static const char *const kinds[] = {"all", "and", "or", "not", "at_least", "variant", "test"};
static const char *const operators[] = {"in", "under", "excluded", "range", "exists"};

static void put_bound(cJSON *object, const char *name, int64_t nano, bool open, bool *ok)
{
    char number[NUMBER_TEXT_MAX];

    if (open) {
        json_put_null(object, name, ok);
        return;
    }
    number_write(nano, number);
    json_put_text(object, name, number, ok);
}

static void put_place(cJSON *object, const struct ast_value *value, bool *ok)
{
    const struct ast_locus *locus = &value->locus;

    json_put_text(object, "assembly", assembly_name(locus->assembly), ok);
    json_put_text(object, "chromosome", chromosome_name(locus->chromosome), ok);
    json_put_int(object, "start", locus->start, ok);
    json_put_int(object, "end", locus->end, ok);
    if (value->kind == VALUE_CHANGE) {
        json_put_text(object, "ref", value->ref, ok);
        json_put_text(object, "alt", value->alt, ok);
    }
}

static cJSON *value_json(const struct ast_value *value, bool *ok)
{
    cJSON *object = cJSON_CreateObject();

    if (!object)
        return NULL;
    json_put_text(object, "text", value->text, ok);
    if (value->kind == VALUE_CODE) {
        json_put_text(object, "system", value->system, ok);
        json_put_text(object, "code", value->code, ok);
    } else if (value->kind != VALUE_WORD) {
        put_place(object, value, ok);
    }
    return object;
}

static void append(cJSON *array, cJSON *item, bool *ok)
{
    if (array && item && cJSON_AddItemToArray(array, item))
        return;
    cJSON_Delete(item);
    *ok = false;
}

static void put_test(cJSON *object, const struct ast_node *test, bool *ok)
{
    cJSON *values;

    json_put_text(object, "field", vocabulary_fields[test->field].name, ok);
    json_put_text(object, "op", operators[test->op], ok);
    if (test->op == OP_RANGE) {
        put_bound(object, "low", test->low_nano, test->low_nano == INT64_MIN, ok);
        put_bound(object, "high", test->high_nano, test->high_nano == INT64_MAX, ok);
        return;
    }
    values = json_put(object, "values", cJSON_CreateArray(), ok);
    for (uint32_t i = 0; i < test->n_values; i++)
        append(values, value_json(&test->values[i], ok), ok);
}

static cJSON *node_json(const struct ast_node *node, bool *ok)
{
    cJSON *object = cJSON_CreateObject(), *of;

    if (!object)
        return NULL;
    json_put_text(object, "kind", kinds[node->kind], ok);
    if (node->kind == AST_TEST)
        put_test(object, node, ok);
    if (node->kind == AST_AT_LEAST)
        json_put_int(object, "n", node->at_least, ok);
    if (node->kind == AST_VARIANT)
        json_put_bool(object, "bare", node->bare, ok);
    if (!node->n_children)
        return object;
    of = json_put(object, "of", cJSON_CreateArray(), ok);
    for (uint32_t i = 0; i < node->n_children; i++)
        append(of, node_json(node->children[i], ok), ok);
    return object;
}

cJSON *ast_json(const struct ast *ast)
{
    bool ok = true;
    cJSON *tree = cJSON_CreateObject();

    json_put_int(tree, "schema_version", AST_JSON_VERSION, &ok);
    json_put(tree, "question", node_json(ast->root, &ok), &ok);
    if (!tree || !ok) {
        cJSON_Delete(tree);
        return NULL;
    }
    return tree;
}
