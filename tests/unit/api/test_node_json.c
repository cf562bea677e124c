/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a node is shown with what it told and nothing else; a rule with the words of its bits,
 * those of no word left out; what is no decision is the strictest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "coordinator/api/node_json.h"
#include "proto/base/json.h"

static void test_rules_are_words(void **state)
{
    static struct service_node node = {.name = "Skåne", .connected = true, .since_s = 1800000000};
    const cJSON *rule;
    bool ok = true;
    cJSON *tree;
    char *text;

    (void)state;
    node.info.n_rules = 1;
    node.info.rules[0] = (struct node_rule){.role = "sponsor",
                                            .purposes = "research,planning",
                                            .modes = 2 | 1u << 30,
                                            .measures = 1,
                                            .sigmas = 1 | 2,
                                            .fields = 1u << 2,
                                            .age_band = 5,
                                            .permit = true,
                                            .decision = 1};
    tree = node_json(&node, &ok);
    assert_true(ok);
    rule = cJSON_GetArrayItem(json_array(tree, "rules"), 0);
    text = cJSON_PrintUnformatted(rule);
    assert_string_equal(text, "{\"purposes\":[\"research\",\"planning\"],\"role\":\"sponsor\","
                              "\"decision\":\"hold\",\"modes\":[\"sum\"],\"measures\":[\"count\"],"
                              "\"fields\":[\"sex\"],\"sigma\":[5,10],\"age_band\":5,\"permit\":"
                              "true}");
    cJSON_free(text);
    cJSON_Delete(tree);
    node.info.rules[0].decision = 99;
    tree = node_json(&node, &ok);
    assert_string_equal(json_text(cJSON_GetArrayItem(json_array(tree, "rules"), 0), "decision"),
                        "deny");
    cJSON_Delete(tree);
}

static void test_what_was_not_told_is_not_there(void **state)
{
    static struct service_node node = {.name = "Skåne"};
    bool ok = true;
    cJSON *tree = node_json(&node, &ok);

    (void)state;
    assert_true(ok);
    assert_string_equal(json_text(tree, "state"), "never-seen");
    assert_null(json_member(tree, "rules"));
    assert_null(json_member(tree, "sizes"));
    assert_null(json_member(tree, "software"));
    cJSON_Delete(tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules_are_words),
        cmocka_unit_test(test_what_was_not_told_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
