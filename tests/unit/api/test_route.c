/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The routes' promises: a question handed in is answered or accepted, the same one again is not
 * asked twice, each refusal has its status and code, and nothing is taken with the wrong method or
 * type.
 */
#include "tests/unit/api/service_bench.h"

#include "coordinator/api/body.h"

#define ID_1 "01000000000000000000000000000000"

static const char *argument_20000(void *owner, const char *name)
{
    (void)owner;
    return strcmp(name, "wait_ms") == 0 ? "20000" : "gms";
}

static unsigned call_as(struct bench *b, const char *who, const char *method, const char *path,
                        const char *body, cJSON **out)
{
    enum route_door door =
        strncmp(path, "/api/", 5) == 0 || strcmp(path, "/") == 0 ? ROUTE_API : ROUTE_STATUS;
    struct exchange_request request = {.method = method,
                                       .path = path,
                                       .authorization = who,
                                       .content_type = "application/json",
                                       .body = body ? body : "",
                                       .body_bytes = body ? strlen(body) : 0,
                                       .argument = argument_20000};
    struct exchange_response response;
    cJSON *root = NULL;

    route(&b->owner, door, &request, &response);
    assert_false(response.body.failed);
    if (response.body.size && strstr(response.type, "json"))
        assert_true(
            json_parse((char *)response.body.data, response.body.size, 1 << 20, &root, &b->err));
    bytes_clear(&response.body);
    if (out)
        *out = root;
    else
        cJSON_Delete(root);
    return response.status;
}

/* As the analyst. */
static unsigned call(struct bench *b, const char *method, const char *path, const char *body,
                     cJSON **out)
{
    return call_as(b, bench_authorization(b, b->c.analyst), method, path, body, out);
}

static void test_a_question_is_answered_with_each_region_s_state(void **state)
{
    const cJSON *regions, *total;
    struct bench b;
    cJSON *root;
    int64_t value;

    (void)state;
    bench_up(&b);
    assert_int_equal(call(&b, "POST", "/api/v1/questions",
                          body_of(&b, &(struct country_question){.id = 1}, BODY_WAIT_MAX_MS),
                          &root),
                     200);
    assert_string_equal(json_text(root, "id"), ID_1);
    assert_string_equal(json_text(root, "state"), "complete");
    regions = json_array(root, "regions");
    assert_string_equal(json_text(cJSON_GetArrayItem(regions, 0), "state"), "value");
    assert_string_equal(json_text(cJSON_GetArrayItem(regions, 0), "name"), "Region 01");
    assert_non_null(json_text(cJSON_GetArrayItem(regions, 0), "answer"));
    assert_string_equal(json_text(cJSON_GetArrayItem(regions, 1), "state"), "offline");
    total = json_object(json_object(root, "total"), "matched");
    assert_true(json_int(total, "value", &value));
    assert_int_equal(value, 100);
    cJSON_Delete(root);
    bench_down(&b);
}

static void test_a_question_handed_in_is_accepted_and_found_again(void **state)
{
    const char *body;
    struct bench b;
    cJSON *root;

    (void)state;
    bench_up(&b);
    body = body_of(&b, &(struct country_question){.id = 1}, 0);
    assert_int_equal(call(&b, "POST", "/api/v1/questions", body, &root), 202);
    assert_false(json_bool(root, "known", true));
    cJSON_Delete(root);
    assert_int_equal(call(&b, "POST", "/api/v1/questions", body, &root), 202);
    assert_true(json_bool(root, "known", false)); /* the same again: not asked twice */
    cJSON_Delete(root);
    assert_int_equal(call(&b, "GET", "/api/v1/questions/" ID_1, NULL, &root), 200);
    assert_string_equal(json_text(root, "state"), "complete");
    cJSON_Delete(root);
    assert_int_equal(node_asked(&b.node), 1);
    assert_int_equal(call(&b, "DELETE", "/api/v1/questions/" ID_1, NULL, NULL), 204);
    bench_down(&b);
}

static void test_each_refusal_has_its_status(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(call(&b, "POST", "/api/v1/questions", "{", NULL), 400);
    assert_int_equal(call(&b, "POST", "/api/v1/questions", "{\"envelope\":\"YWJj\"}", NULL), 400);
    assert_int_equal(call(&b, "POST", "/api/v1/questions",
                          body_of(&b, &(struct country_question){.id = 1, .key = b.c.stranger}, 0),
                          NULL),
                     403);
    assert_int_equal(call(&b, "POST", "/api/v1/questions",
                          body_of(&b, &(struct country_question){.id = 1, .late_s = 4000}, 0),
                          NULL),
                     403);
    assert_int_equal(call(&b, "POST", "/api/v1/questions",
                          body_of(&b, &(struct country_question){.id = 1, .mode = 2}, 0), NULL),
                     422);
    assert_int_equal(call(&b, "GET", "/api/v1/questions/" ID_1, NULL, NULL), 404);
    assert_int_equal(call(&b, "GET", "/api/v1/questions/xyz", NULL, NULL), 404);
    assert_int_equal(call(&b, "GET", "/api/v1/questions", NULL, NULL), 405);
    assert_int_equal(call(&b, "POST", "/api/v1/nodes", "{}", NULL), 405);
    assert_int_equal(call(&b, "PUT", "/api/v1/questions/" ID_1, NULL, NULL), 405);
    assert_int_equal(call(&b, "GET", "/", NULL, NULL), 404);
    assert_int_equal(node_asked(&b.node), 0);
    bench_down(&b);
}

static void test_a_body_that_does_not_call_itself_json_is_refused(void **state)
{
    struct exchange_request request = {
        .method = "POST", .path = "/api/v1/questions", .content_type = "text/plain", .body = ""};
    struct exchange_response response;
    struct bench b;

    (void)state;
    bench_up(&b);
    route(&b.owner, ROUTE_API, &request, &response);
    assert_int_equal(response.status, 415);
    bytes_clear(&response.body);
    bench_down(&b);
}

static void test_nodes_roster_budget_ping_and_health_are_told(void **state)
{
    struct bench b;
    const cJSON *nodes;
    cJSON *root;
    int64_t value;

    (void)state;
    bench_up(&b);
    assert_int_equal(call(&b, "GET", "/api/v1/nodes", NULL, &root), 200);
    nodes = json_array(root, "nodes");
    assert_string_equal(json_text(cJSON_GetArrayItem(nodes, 0), "state"), "connected");
    assert_string_equal(json_text(cJSON_GetArrayItem(nodes, 1), "state"), "never-seen");
    cJSON_Delete(root);
    assert_int_equal(call(&b, "GET", "/api/v1/roster", NULL, &root), 200);
    assert_non_null(json_text(root, "roster"));
    cJSON_Delete(root);
    assert_int_equal(call(&b, "POST", "/api/v1/ping", "", &root), 200);
    assert_true(json_int(root, "echoed", &value));
    assert_int_equal(value, 1);
    cJSON_Delete(root);
    assert_int_equal(call(&b, "POST", "/api/v1/questions",
                          body_of(&b, &(struct country_question){.id = 1}, BODY_WAIT_MAX_MS), NULL),
                     200);
    assert_int_equal(call(&b, "GET", "/api/v1/budget", NULL, &root), 200);
    assert_true(json_int(cJSON_GetArrayItem(json_array(root, "nodes"), 0), "left_nrho", &value));
    assert_int_equal(value, 480000000);
    cJSON_Delete(root);
    assert_int_equal(call(&b, "GET", "/livez", NULL, NULL), 200);
    assert_int_equal(call(&b, "GET", "/readyz", NULL, NULL), 200);
    assert_int_equal(call(&b, "GET", "/metrics", NULL, NULL), 200);
    bench_down(&b);
}

static void test_what_members_read_is_not_for_others(void **state)
{
    static const char *const private[] = {"/api/v1/roster", "/api/v1/budget",
                                          ("/api/v1/questions/" ID_1)};
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_int_equal(call(&b, "POST", "/api/v1/questions",
                          body_of(&b, &(struct country_question){.id = 1}, BODY_WAIT_MAX_MS), NULL),
                     200);
    for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
        assert_int_equal(call(&b, "GET", private[i], NULL, NULL), 200);
        assert_int_equal(call_as(&b, NULL, "GET", private[i], NULL, NULL), 401);
        assert_int_equal(call_as(&b, "Bearer x", "GET", private[i], NULL, NULL), 401);
        assert_int_equal(
            call_as(&b, bench_authorization(&b, b.c.stranger), "GET", private[i], NULL, NULL), 401);
    }
    assert_int_equal(call_as(&b, NULL, "DELETE", "/api/v1/questions/" ID_1, NULL, NULL), 401);
    assert_int_equal(call_as(&b, NULL, "POST", "/api/v1/ping", "", NULL), 401);
    assert_int_equal(call_as(&b, NULL, "GET", "/api/v1/nodes", NULL, NULL), 200);
    bench_down(&b);
}

static unsigned at_door(struct bench *b, enum route_door door, const char *path)
{
    struct exchange_request request = {.method = "GET", .path = path, .body = ""};
    struct exchange_response response;

    route(&b->owner, door, &request, &response);
    bytes_clear(&response.body);
    return response.status;
}

static void test_the_status_is_not_at_the_api_s_door(void **state)
{
    static const char *const paths[] = {"/livez", "/readyz", "/metrics"};
    struct bench b;

    (void)state;
    bench_up(&b);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_int_equal(at_door(&b, ROUTE_STATUS, paths[i]), 200);
        assert_int_equal(at_door(&b, ROUTE_API, paths[i]), 404);
    }
    assert_int_equal(at_door(&b, ROUTE_STATUS, "/api/v1/nodes"), 404);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_question_is_answered_with_each_region_s_state),
        cmocka_unit_test(test_a_question_handed_in_is_accepted_and_found_again),
        cmocka_unit_test(test_each_refusal_has_its_status),
        cmocka_unit_test(test_a_body_that_does_not_call_itself_json_is_refused),
        cmocka_unit_test(test_nodes_roster_budget_ping_and_health_are_told),
        cmocka_unit_test(test_what_members_read_is_not_for_others),
        cmocka_unit_test(test_the_status_is_not_at_the_api_s_door),
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
