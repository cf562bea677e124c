/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a region's announced rules say what its policy will: yes, a person decides, or no and
 * why; of several that are met the strictest, and of none the nearest is told. What was not
 * announced, or cannot be read, permits nothing and is no refusal either.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "coordinator/analyst/permitted.h"
#include "proto/base/json.h"
#include "proto/query/ast.h"

#define RULE(role, decision, mode, sigma)                                                          \
    "{\"role\":\"" role "\",\"decision\":\"" decision                                              \
    "\",\"purposes\":[\"research\"],\"modes\":[\"" mode                                            \
    "\"],\"measures\":[\"count\"],\"fields\":[\"sex\",\"from another time\"],\"sigma\":[" sigma    \
    "],\"age_band\":1,\"permit\":false}"
#define NODE(id, rules) "{\"node\":\"" id "\",\"rules\":[" rules "]}"

static struct ast_node sex = {.kind = AST_TEST, .field = FIELD_SEX};
static const struct permission_asked asked = {
    .purpose = "research", .mode = MODE_SUM, .sigma = 10, .measure = MEASURE_COUNT, .root = &sex};

static cJSON *read(const char *text)
{
    struct err err;
    cJSON *tree;

    assert_true(json_parse(text, strlen(text), 1 << 20, &tree, &err));
    return tree;
}

static enum permitted at(const char *node, struct err *why)
{
    cJSON *tree = read(node);
    enum permitted is = permitted_at(tree, "analyst", &asked, why);

    cJSON_Delete(tree);
    return is;
}

static void test_the_strictest_rule_that_is_met_decides(void **state)
{
    struct err why;

    (void)state;
    assert_int_equal(at(NODE("01", RULE("analyst", "auto", "sum", "5,10")), &why), PERMITTED_YES);
    assert_int_equal(at(NODE("01", RULE("analyst", "hold", "sum", "10") "," RULE("analyst", "auto",
                                                                                 "sum", "10")),
                        &why),
                     PERMITTED_HELD);
    assert_int_equal(at(NODE("01", RULE("analyst", "auto", "sum", "10") "," RULE("analyst", "deny",
                                                                                 "sum", "10")),
                        &why),
                     PERMITTED_NO);
    assert_non_null(strstr(why.text, "denies"));
}

static void test_the_nearest_rule_says_why_not(void **state)
{
    struct err why;

    (void)state;
    assert_int_equal(at(NODE("01", RULE("analyst", "auto", "regions",
                                        "10") "," RULE("analyst", "auto", "sum", "20")),
                        &why),
                     PERMITTED_NO);
    assert_non_null(strstr(why.text, "sigma 10"));
    assert_int_equal(at(NODE("01", RULE("sponsor", "auto", "sum", "10")), &why), PERMITTED_NO);
    assert_non_null(strstr(why.text, "nothing for role \"analyst\""));
}

static void test_what_was_not_told_is_not_known(void **state)
{
    struct err why;

    (void)state;
    assert_int_equal(at("{\"node\":\"01\"}", &why), PERMITTED_UNKNOWN);
    assert_int_equal(permitted_at(NULL, "analyst", &asked, &why), PERMITTED_UNKNOWN);
    assert_int_equal(at(NODE("01", "{\"role\":\"analyst\"}"), &why), PERMITTED_NO);
    assert_int_equal(at(NODE("01", RULE("analyst", "perhaps", "sum", "10")), &why), PERMITTED_NO);
}

static void test_a_plan_is_told_by_regions_and_reasons(void **state)
{
    struct plan plan = {
        .role = "analyst", .n_regions = 5, .region = {"01", "03", "04", "05", "06"}};
    cJSON *board = read("{\"nodes\":[" NODE("01", RULE("analyst", "auto", "sum", "10")) "," NODE(
        "03", RULE("analyst", "auto", "sum",
                   "5")) "," NODE("04",
                                  RULE("analyst", "auto", "sum",
                                       "5")) ",{\"node\":\"05\"}," NODE("06",
                                                                        RULE("analyst", "hold",
                                                                             "sum", "10")) "]}");
    cJSON *policy = permitted_json(board, &plan, &asked);
    char *text = cJSON_PrintUnformatted(policy);

    (void)state;
    assert_string_equal(text, "{\"hold\":[\"06\"],\"decline\":[{\"why\":\"role analyst may not use "
                              "sigma 10 in mode sum\",\"regions\":[\"03\",\"04\"]}],\"unknown\":["
                              "\"05\"],\"answer\":1}");
    cJSON_free(text);
    cJSON_Delete(policy);
    cJSON_Delete(board);
    policy = permitted_json(NULL, &plan, &asked);
    assert_int_equal(cJSON_GetArraySize(json_array(policy, "unknown")), 5);
    cJSON_Delete(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_strictest_rule_that_is_met_decides),
        cmocka_unit_test(test_the_nearest_rule_says_why_not),
        cmocka_unit_test(test_what_was_not_told_is_not_known),
        cmocka_unit_test(test_a_plan_is_told_by_regions_and_reasons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
