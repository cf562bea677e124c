/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schemas/nodes.json and budget.json describe what the API returns, which `rikstal nodes --json`
 * and `rikstal budget --json` print as it is, and nothing that is never there.
 */
#include "tests/unit/schema.h"

#include "coordinator/api/body.h"
#include "tests/unit/api/service_bench.h"

static cJSON *got(struct bench *b, const char *method, const char *path, const char *body)
{
    struct exchange_request request = {.method = method,
                                       .path = path,
                                       .content_type = "application/json",
                                       .body = body,
                                       .body_bytes = strlen(body),
                                       .authorization = bench_authorization(b, b->c.analyst)};
    struct exchange_response response;
    cJSON *root;

    route(&b->owner, ROUTE_API, &request, &response);
    assert_int_equal(response.status, 200);
    assert_true(json_parse((const char *)response.body.data, response.body.size, BODY_BYTES_MAX,
                           &root, &b->err));
    bytes_clear(&response.body);
    return root;
}

static void hold(cJSON *root)
{
    mark = true;
    assert_true(fits(schema, root, "the document"));
    cJSON_Delete(root);
}

static void test_nodes_are_described(void **state)
{
    struct bench b;

    (void)state;
    schema_open("nodes.json");
    bench_up(&b);
    hold(got(&b, "GET", "/api/v1/nodes", ""));
    all_of_it_met();
    bench_down(&b);
    cJSON_Delete(schema);
}

static void test_a_budget_is_described(void **state)
{
    struct bench b;

    (void)state;
    schema_open("budget.json");
    bench_up(&b);
    hold(got(&b, "GET", "/api/v1/budget", "")); /* nobody has said anything yet */
    cJSON_Delete(got(&b, "POST", "/api/v1/questions",
                     body_of(&b, &(struct country_question){.id = 1}, BODY_WAIT_MAX_MS)));
    hold(got(&b, "GET", "/api/v1/budget", ""));
    all_of_it_met();
    bench_down(&b);
    cJSON_Delete(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nodes_are_described),
        cmocka_unit_test(test_a_budget_is_described),
    };
    struct err err;
    int failed;

    log_level_set(LOG_ERROR_LEVEL);
    if (!tls_start(&err))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    tls_stop();
    return failed;
}
