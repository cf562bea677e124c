/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A desk without a network: every path of schemas/desk.json is there and no other; every problem is
 * one of its list; what needs no region is answered; a token opens
 * what is described for its scope.
 */
#include "tests/unit/schema.h"

#include <unistd.h>

#include "coordinator/desk/bearer.h"
#include "coordinator/desk/desk.h"
#include "coordinator/desk/desk_inside.h"
#include "coordinator/desk/ticket.h"
#include "proto/base/random.h"

static char folder[] = "/tmp/rikstal-desk-XXXXXX";
static struct desk *desk;
static char cookie[128];
static const char *authorization;

static const char *header(void *owner, const char *name)
{
    (void)owner;
    if (strcmp(name, "Cookie") == 0)
        return cookie;
    return strcmp(name, "X-Rikstal-Desk") == 0 ? "1" : NULL;
}

static cJSON *call(const char *method, const char *path, const char *body, unsigned *status)
{
    struct exchange_request request = {.method = method,
                                       .path = path,
                                       .host = "127.0.0.1",
                                       .content_type = "application/json",
                                       .authorization = authorization,
                                       .body = body,
                                       .body_bytes = strlen(body),
                                       .header = header};
    struct exchange_response response = {0};
    struct err ignored;
    cJSON *root = NULL;

    desk_answer(desk, &request, &response);
    *status = response.status;
    if (response.body.size)
        (void)!json_parse((const char *)response.body.data, response.body.size, 1 << 20, &root,
                          &ignored);
    bytes_clear(&response.body);
    return root;
}

static void answers(const char *path, const char *body, const char *member)
{
    unsigned status;
    cJSON *root = call("POST", path, body, &status);

    assert_int_equal(status, 200);
    assert_non_null(json_member(root, member));
    cJSON_Delete(root);
}

static void test_what_needs_no_region(void **state)
{
    unsigned status;
    cJSON *root;

    (void)state;
    answers("/api/v1/parse", "{\"text\":\"sex = male\"}", "ast");
    answers("/api/v1/parse", "{\"text\":\"sexx = male\"}", "diagnostics");
    answers("/api/v1/parse", "{\"protocol\":\"I1 a: sex = male\\nE1 b: age < 18\"}", "steps");
    answers("/api/v1/print",
            "{\"ast\":{\"kind\":\"test\",\"field\":\"sex\",\"op\":\"in\",\"values\":[\"male\"]}}",
            "canonical");
    answers("/api/v1/complete", "{\"text\":\"sex = \"}", "completions");
    answers("/api/v1/explain", "{\"text\":\"sex = male\",\"lang\":\"sv\"}", "lines");
    root = call("GET", "/api/v1/language", "", &status);
    assert_int_equal(status, 200);
    cJSON_Delete(root);
    root = call("POST", "/api/v1/explain", "{\"text\":\"sexx = male\"}", &status);
    assert_int_equal(status, 400);
    assert_string_equal(json_text(root, "code"), "question");
    assert_non_null(json_array(root, "diagnostics"));
    cJSON_Delete(root);
}

/* "/questions/{id}/events" of the document as a path that can be asked for. */
static void path_of(const char *described, char out[static 160])
{
    const char *brace = strchr(described, '{');

    if (brace)
        snprintf(out, 160, "/api/v1%.*s%s%s", (int)(brace - described), described,
                 "00000000000000000000000000000000", strchr(brace, '}') + 1);
    else
        snprintf(out, 160, "/api/v1%s", described);
}

static void test_every_described_path_is_there(void **state)
{
    static const char *const methods[] = {"get", "post", "delete"};
    static const char *const sent[] = {"GET", "POST", "DELETE"};
    const cJSON *path;

    (void)state;
    schema_open("desk.json");
    cJSON_ArrayForEach(path, json_object(schema, "paths"))
    {
        if (json_bool(path, "x-house", false))
            continue; /* of a desk of many: tests/system/test_login.py */
        for (size_t i = 0; i < 3; i++) {
            bool described = json_member(path, methods[i]) != NULL;
            char asked[160];
            unsigned status;
            cJSON *root;

            path_of(path->string, asked);
            root = call(sent[i], asked, "[]", &status); /* refused wherever it has a body */
            if (described ? status == 405 || (status == 404 && !strstr(asked, "000"))
                          : status != 405 && status != 404)
                fail_msg("%s %s: %u", sent[i], asked, status);
            cJSON_Delete(root);
        }
    }
    cJSON_Delete(schema);
}

static void test_every_problem_is_described(void **state)
{
    const cJSON *problem;

    (void)state;
    schema_open("desk.json");
    cJSON_ArrayForEach(problem, json_object(schema, "x-problems"))
    {
        struct exchange_response response = {0};

        desk_refuse(&response, problem->string, "why");
        assert_int_equal(response.status, problem->valueint);
        bytes_clear(&response.body);
    }
    cJSON_Delete(schema);
}

static void test_without_a_session_nothing_is_heard(void **state)
{
    char kept[sizeof(cookie)];
    unsigned status;

    (void)state;
    memcpy(kept, cookie, sizeof(kept));
    snprintf(cookie, sizeof(cookie), TICKET_COOKIE "=%064d", 0);
    cJSON_Delete(call("GET", "/api/v1/language", "", &status));
    assert_int_equal(status, 401);
    cJSON_Delete(call("GET", "/api/v1/version", "", &status));
    assert_int_equal(status, 200);
    memcpy(cookie, kept, sizeof(kept));
}

static bool is_for_askers(const cJSON *operation)
{
    const cJSON *one, *scopes;

    cJSON_ArrayForEach(one, json_array(operation, "security"))
    {
        scopes = json_array(one, "token");
        if (scopes && strcmp(cJSON_GetArrayItem(scopes, 0)->valuestring, "ask") == 0)
            return true;
    }
    return false;
}

/* A token's scope opens what the document says, path by path, and no more. */
static void tokens_open(enum bearer_scope scope)
{
    static const char *const methods[] = {"get", "post", "delete"};
    static const char *const sent[] = {"GET", "POST", "DELETE"};
    char asked[160], token[BEARER_TEXT_BYTES], header_text[BEARER_TEXT_BYTES + 16];
    const struct bearer_terms terms = {"test", scope, 1};
    const cJSON *path;
    struct err err;
    int64_t id;

    assert_true(bearer_new(desk->history, &terms, token, &id, &err));
    snprintf(header_text, sizeof(header_text), "Bearer %s", token);
    authorization = header_text;
    cJSON_ArrayForEach(path, json_object(schema, "paths"))
    {
        for (size_t i = 0; i < 3; i++) {
            const cJSON *operation = json_member(path, methods[i]);
            unsigned status;
            cJSON *root;

            if (!operation)
                continue;
            path_of(path->string, asked);
            root = call(sent[i], asked, "[]", &status);
            if (is_for_askers(operation) && scope == BEARER_READ)
                assert_int_equal(status, 403);
            else if (status == 401 || status == 403)
                fail_msg("%s %s: %u", sent[i], asked, status);
            cJSON_Delete(root);
        }
    }
    authorization = NULL;
}

static void test_a_token_opens_what_is_described(void **state)
{
    char kept[sizeof(cookie)];
    unsigned status;

    (void)state;
    memcpy(kept, cookie, sizeof(kept));
    cookie[0] = 0;
    schema_open("desk.json");
    tokens_open(BEARER_READ);
    tokens_open(BEARER_ASK);
    cJSON_Delete(schema);
    authorization =
        "Bearer rikstal_0000000000000000000000000000000000000000000000000000000000000000";
    cJSON_Delete(call("GET", "/api/v1/language", "", &status));
    assert_int_equal(status, 401);
    authorization = NULL;
    memcpy(cookie, kept, sizeof(kept));
}

static int up(void **state)
{
    struct desk_options options = {.session = {.coordinator = "http://127.0.0.1:1"},
                                   .language = "sv"};
    static char path[64];
    char token[TICKET_TEXT_BYTES], session[TICKET_TEXT_BYTES];
    struct err err;

    (void)state;
    snprintf(path, sizeof(path), "%s/desk.db", folder);
    options.state = path;
    setenv("HOME", folder, 1);
    if (!desk_open(&options, &desk, &err))
        return 1;
    ticket_print(desk_tickets(desk), token);
    if (!ticket_take(desk_tickets(desk), token, session))
        return 1;
    snprintf(cookie, sizeof(cookie), TICKET_COOKIE "=%s", session);
    return 0;
}

static int down(void **state)
{
    char path[64];

    (void)state;
    desk_close(desk);
    snprintf(path, sizeof(path), "%s/desk.db", folder);
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_needs_no_region),
        cmocka_unit_test(test_every_described_path_is_there),
        cmocka_unit_test(test_every_problem_is_described),
        cmocka_unit_test(test_without_a_session_nothing_is_heard),
        cmocka_unit_test(test_a_token_opens_what_is_described),
    };

    if (!random_start() || !mkdtemp(folder))
        return 1;
    return cmocka_run_group_tests(tests, up, down);
}
