/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/lexicon.h"

#include <assert.h>

#include "proto/base/json.h"
#include "proto/base/words.h"
#include "proto/query/code_system.h"
#include "proto/query/dimension.h"
#include "proto/query/language_page.h"
#include "proto/query/measure.h"
#include "proto/query/mode.h"
#include "proto/query/price.h"
#include "proto/query/region.h"
#include "proto/query/vocabulary.h"
#include "proto/trust/purpose.h"
#include "proto/trust/role.h"

static const char *const scopes[] = {
    [SCOPE_PERSON] = "person", [SCOPE_VARIANT] = "variant", [SCOPE_EVENT] = "event"};
static const char *const forms[] = {
    [FORM_INTEGER] = "integer", [FORM_SHARE] = "share",   [FORM_DATE] = "date",
    [FORM_WORD] = "word",       [FORM_REGION] = "region", [FORM_GENE] = "gene",
    [FORM_CODE] = "code",       [FORM_CHANGE] = "change", [FORM_LOCUS] = "locus"};
static const struct {
    enum field_operator bit;
    const char *name;
} operators[] = {{ALLOW_IN, "in"},         {ALLOW_UNDER, "under"},   {ALLOW_EXCLUDED, "excluded"},
                 {ALLOW_RANGE, "range"},   {ALLOW_EXISTS, "exists"}, {ALLOW_VALUE, "measured"},
                 {ALLOW_VALUE, "answered"}};

/* NULL, with *ok false, when memory is out. */
static cJSON *append(cJSON *list, bool *ok)
{
    cJSON *one = cJSON_CreateObject();

    if (list && one && cJSON_AddItemToArray(list, one))
        return one;
    cJSON_Delete(one);
    *ok = false;
    return NULL;
}

static void append_item(cJSON *list, cJSON *item, bool *ok)
{
    if (list && item && cJSON_AddItemToArray(list, item))
        return;
    cJSON_Delete(item);
    *ok = false;
}

static void put_words(cJSON *to, const char *name, words_function *word, bool *ok)
{
    cJSON *list = json_put(to, name, cJSON_CreateArray(), ok);

    for (size_t i = 0; *ok && word(i); i++)
        append_item(list, cJSON_CreateString(word(i)), ok);
}

static void put_meaning(cJSON *to, const char *english, const char *swedish, bool *ok)
{
    if (english)
        json_put_text(to, "english", english, ok);
    if (swedish)
        json_put_text(to, "swedish", swedish, ok);
}

static void put_field_words(cJSON *to, enum ast_field field, bool *ok)
{
    size_t n;
    const struct word *word = field_words(field, &n);
    cJSON *list = json_put(to, "words", cJSON_CreateArray(), ok);

    for (size_t i = 0; *ok && i < n; i++) {
        cJSON *one = append(list, ok);

        json_put_text(one, "text", word[i].text, ok);
        put_meaning(one, word[i].english, word[i].swedish, ok);
    }
}

static const char *age_unit(size_t i)
{
    static const char *const units[] = {"years", "months", "weeks", "days"};

    return i < sizeof(units) / sizeof(units[0]) ? units[i] : NULL;
}

static void put_field(cJSON *list, const struct field *field, bool *ok)
{
    cJSON *to = append(list, ok), *allowed;

    json_put_text(to, "name", field->name, ok);
    json_put_text(to, "scope", scopes[field->scope], ok);
    json_put_text(to, "form", forms[field->form], ok);
    allowed = json_put(to, "operators", cJSON_CreateArray(), ok);
    for (size_t i = 0; *ok && i < sizeof(operators) / sizeof(operators[0]); i++)
        if (field->operators & operators[i].bit)
            append_item(allowed, cJSON_CreateString(operators[i].name), ok);
    put_meaning(to, field->english, field->swedish, ok);
    if (field->form == FORM_INTEGER) {
        json_put_int(to, "least", field->least, ok);
        json_put_int(to, "most", field->most, ok);
    }
    if (field->field == FIELD_AGE)
        put_words(to, "units", age_unit, ok);
    if (field->form == FORM_WORD)
        put_field_words(to, field->field, ok);
    json_put_text(to, "example",
                  language_examples[field->field] ? language_examples[field->field] : field->name,
                  ok);
}

static void put_language(cJSON *root, bool *ok)
{
    cJSON *list = json_put(root, "fields", cJSON_CreateArray(), ok), *limits;

    for (size_t i = 0; *ok && i < FIELD_COUNT; i++)
        put_field(list, &vocabulary_fields[i], ok);
    list = json_put(root, "constructs", cJSON_CreateArray(), ok);
    for (const struct language_construct *one = language_constructs; *ok && one->question; one++) {
        cJSON *to = append(list, ok);

        json_put_text(to, "question", one->question, ok);
        put_meaning(to, one->english, one->swedish, ok);
    }
    limits = json_put(root, "limits", cJSON_CreateObject(), ok);
    json_put_int(limits, "text_bytes", AST_TEXT_MAX, ok);
    json_put_int(limits, "depth", AST_DEPTH_MAX, ok);
    json_put_int(limits, "nodes", AST_NODES_MAX, ok);
    json_put_int(limits, "values", AST_VALUES_MAX, ok);
}

/* What a measure needs beside the question; the compiler refuses a kind without its word. */
static const char *parts_word(enum measure_parts parts)
{
    switch (parts) {
    case MEASURE_ONE_PART:
        return "none";
    case MEASURE_BY_DIMENSIONS:
        return "dimensions";
    case MEASURE_BY_CHANGES:
        return "changes";
    case MEASURE_BY_STEPS:
        return "steps";
    case MEASURE_BY_BINS:
        return "bins";
    case MEASURE_TWO_BY_TWO:
        return "two_by_two";
    }
    assert(false);
    return "none";
}

static void put_measures(cJSON *root, bool *ok)
{
    cJSON *list = json_put(root, "measures", cJSON_CreateArray(), ok);

    for (size_t i = 0; *ok && measure_word(i); i++) {
        const struct measure_declaration *declared;
        enum measure_kind kind = MEASURE_COUNT;
        cJSON *to = append(list, ok);
        struct err ignored;

        if (!measure_read(measure_word(i), &kind, &ignored))
            continue;
        declared = measure_declaration(kind);
        json_put_text(to, "name", declared->name, ok);
        json_put_text(to, "parts", parts_word(declared->parts), ok);
        json_put_text(to, "help", declared->help, ok);
    }
}

static void put_tables(cJSON *root, bool *ok)
{
    cJSON *list = json_put(root, "systems", cJSON_CreateArray(), ok);

    for (size_t i = 0; *ok && i < code_systems_n; i++) {
        cJSON *to = append(list, ok);

        json_put_text(to, "name", code_systems[i].name, ok);
        json_put_text(to, "what", code_systems[i].english, ok);
        json_put_text(to, "example", code_systems[i].form, ok);
    }
    list = json_put(root, "regions", cJSON_CreateArray(), ok);
    for (size_t i = 0; *ok && i < REGION_COUNT; i++) {
        cJSON *to = append(list, ok);

        json_put_text(to, "code", regions[i].code, ok);
        json_put_text(to, "name", regions[i].name, ok);
    }
    list = json_put(root, "sigmas", cJSON_CreateArray(), ok);
    for (size_t i = 0; *ok && i < PRICE_SIGMAS; i++)
        append_item(list, cJSON_CreateNumber(price_sigma_menu[i]), ok);
}

cJSON *lexicon_json(void)
{
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL;

    json_put_int(root, "vocabulary", VOCABULARY_VERSION, &ok);
    put_language(root, &ok);
    put_measures(root, &ok);
    put_words(root, "modes", mode_word, &ok);
    put_words(root, "dimensions", dimension_word, &ok);
    put_tables(root, &ok);
    put_words(root, "roles", role_word, &ok);
    put_words(root, "purposes", purpose_word, &ok);
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}
