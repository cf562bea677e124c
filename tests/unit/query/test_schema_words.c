/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: the closed lists in the schemas are those of the tables in proto: the same words, in
 * the same order, none missing and none more; and the default policy uses only words of the tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/words.h"
#include "proto/query/measure.h"
#include "proto/query/mode.h"
#include "proto/query/price.h"
#include "proto/query/region_state.h"
#include "proto/trust/purpose.h"
#include "proto/trust/role.h"
#include "tests/unit/schema.h"

/* The list of the member, which lies at the place in the schema that is open. */
static void hold(const char *file, const char *definition, const char *name, words_function *list)
{
    const cJSON *at, *words, *word;
    size_t i = 0;

    schema_open(file);
    at = definition ? json_object(json_object(schema, "$defs"), definition) : schema;
    words = json_array(json_object(json_object(at, "properties"), name), "enum");
    if (!words)
        fail_msg("%s has no list of %s", file, name);
    cJSON_ArrayForEach(word, words)
    {
        if (!list(i) || strcmp(cJSON_GetStringValue(word), list(i)) != 0)
            fail_msg("%s: word %zu of %s is \"%s\", not \"%s\"", file, i + 1, name,
                     cJSON_GetStringValue(word), list(i) ? list(i) : "");
        i++;
    }
    if (list(i))
        fail_msg("%s: %s lacks \"%s\"", file, name, list(i));
    cJSON_Delete(schema);
}

/* The member has the words that an answer's has, and none of its own. */
static void refers(const char *file, const char *name)
{
    const cJSON *member;
    char to[64];

    schema_open(file);
    member = json_object(json_object(schema, "properties"), name);
    snprintf(to, sizeof(to), "answer.json#/properties/%s", name);
    assert_string_equal(json_text(member, "$ref"), to);
    assert_null(json_member(member, "enum"));
    cJSON_Delete(schema);
}

static void test_schemas_have_the_words_of_the_tables(void **state)
{
    (void)state;
    hold("answer.json", NULL, "measure", measure_word);
    hold("answer.json", NULL, "mode", mode_word);
    refers("price.json", "measure");
    refers("dry_run.json", "measure");
    refers("dry_run.json", "mode");
    hold("answer.json", "region", "state", region_state_word);
}

static void all_of(const cJSON *rule, const char *name, words_function *list)
{
    const cJSON *word;
    size_t i;

    cJSON_ArrayForEach(word, json_array(rule, name))
    {
        if (!words_find(list, cJSON_GetStringValue(word), &i))
            fail_msg("policy.json: %s has \"%s\"", name, cJSON_GetStringValue(word));
    }
}

static void test_the_default_policy_has_words_of_the_tables(void **state)
{
    const cJSON *role, *rule, *sigma;
    size_t i;

    (void)state;
    schema_open("policy.json");
    all_of(schema, "unrecorded", purpose_word);
    cJSON_ArrayForEach(role, json_object(schema, "roles"))
    {
        if (!words_find(role_word, role->string, &i))
            fail_msg("policy.json: role \"%s\"", role->string);
        cJSON_ArrayForEach(rule, json_array(role, "rules"))
        {
            all_of(rule, "purposes", purpose_word);
            all_of(rule, "modes", mode_word);
            all_of(rule, "measures", measure_word);
            cJSON_ArrayForEach(sigma, json_array(rule, "sigma"))
                assert_true(price_sigma_known((uint32_t)sigma->valueint));
        }
    }
    cJSON_Delete(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schemas_have_the_words_of_the_tables),
        cmocka_unit_test(test_the_default_policy_has_words_of_the_tables)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
