/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The caller's promises: an answer is read as strict JSON that can move no
 * terminal's cursor, a problem becomes an error with its code
 * and the right exit code, nobody there is "unavailable", and a stop ends a call that waits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "coordinator/analyst/http.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "tests/unit/refused.h"

/* A server of one answer. NULL: it takes the request and stays silent. */
struct server {
    int listening;
    int taken;
    char base[64];
    const char *status;
    const char *body;
    size_t blanks; /* of the body, behind it */
    pthread_t thread;
};

/* Ends early where the caller has gone. */
static void serve_blanks(const struct server *server)
{
    static char blanks[65536];
    size_t left = server->blanks;

    memset(blanks, ' ', sizeof(blanks));
    while (left > 0) {
        ssize_t n = send(server->taken, blanks, left < sizeof(blanks) ? left : sizeof(blanks),
                         MSG_NOSIGNAL);

        if (n <= 0)
            return;
        left -= (size_t)n;
    }
}

static void *serve(void *owner)
{
    struct server *server = owner;
    char request[4096], answer[4096];
    int length;

    server->taken = accept(server->listening, NULL, NULL);
    if (server->taken < 0 || read(server->taken, request, sizeof(request)) <= 0 || !server->body)
        return NULL;
    length = snprintf(answer, sizeof(answer),
                      "HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
                      "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                      server->status, strlen(server->body) + server->blanks, server->body);
    assert_int_equal(write(server->taken, answer, (size_t)length), length);
    serve_blanks(server);
    return NULL;
}

static void server_up_long(struct server *server, const char *status, const char *body,
                           size_t blanks)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);

    *server = (struct server){.taken = -1, .status = status, .body = body, .blanks = blanks};
    server->listening = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(server->listening, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(server->listening, 4), 0);
    assert_int_equal(getsockname(server->listening, (struct sockaddr *)&address, &size), 0);
    snprintf(server->base, sizeof(server->base), "http://127.0.0.1:%u", ntohs(address.sin_port));
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void server_up(struct server *server, const char *status, const char *body)
{
    server_up_long(server, status, body, 0);
}

static void server_down(struct server *server)
{
    pthread_join(server->thread, NULL);
    close(server->taken);
    close(server->listening);
}

static bool call(struct server *server, int64_t timeout_ms, cJSON **out, char *code,
                 struct err *err)
{
    struct http_call call = {
        .method = "GET", .base = server->base, .path = "/x", .timeout_ms = timeout_ms};
    long status;

    return http_run(&call, out, &status, code, err);
}

static void test_an_answer_is_json_and_nothing_else(void **state)
{
    struct server server;
    cJSON *root = NULL;
    char code[48];
    struct err err;

    (void)state;
    server_up(&server, "200 OK", "{\"id\":\"7\"}");
    assert_true(call(&server, 40000, &root, code, &err));
    assert_string_equal(json_text(root, "id"), "7");
    cJSON_Delete(root);
    server_down(&server);
    server_up(&server, "200 OK", "{\"id\":\"7\",\"id\":\"8\"}");
    assert_refused(call(&server, 40000, &root, code, &err), &err, ERR_INVALID);
    server_down(&server);
}

static void test_a_control_character_anywhere_is_refused(void **state)
{
    static const char *const bodies[] = {"{\"nodes\":[{\"name\":\"\\u001b[1A\\u001b[2K\"}]}",
                                         "{\"terms\":{\"hp\\r\":\"1\"}}",
                                         "[\"a\\nb\"]",
                                         "\"\\u009b2J\"",
                                         "{\"a\":\"\\u202e21\"}",
                                         "{\"a\":\"\\u2028\"}"};
    cJSON *root = NULL;
    struct server server;
    char code[48];
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        server_up(&server, i % 2 ? "200 OK" : "403 Forbidden", bodies[i]);
        assert_refused(call(&server, 5000, &root, code, &err), &err, ERR_INVALID);
        assert_non_null(strstr(err.text, "control character"));
        assert_true(strcspn(err.text, "\n\r\033") == strlen(err.text));
        server_down(&server);
    }
}

static void test_a_problem_is_an_error_with_its_code(void **state)
{
    static const struct {
        const char *status;
        const char *code;
        enum err_code means;
    } cases[] = {{"400 Bad Request", "not-served", ERR_INVALID},
                 {"403 Forbidden", "signature", ERR_DENIED},
                 {"409 Conflict", "roster", ERR_UNAVAILABLE},
                 {"422 Unprocessable", "not-served", ERR_INVALID},
                 {"503 Unavailable", "busy", ERR_UNAVAILABLE}};
    cJSON *root = NULL;
    char code[48], body[128];
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct server server;

        snprintf(body, sizeof(body), "{\"code\":\"%s\",\"detail\":\"because\"}", cases[i].code);
        server_up(&server, cases[i].status, body);
        assert_refused(call(&server, 40000, &root, code, &err), &err, cases[i].means);
        assert_string_equal(code, cases[i].code);
        assert_non_null(strstr(err.text, "because"));
        server_down(&server);
    }
}

static void test_nobody_there_or_silent_is_unavailable(void **state)
{
    struct server server;
    cJSON *root = NULL;
    char code[48];
    struct err err;

    (void)state;
    server_up(&server, "", NULL);
    assert_refused(call(&server, 200, &root, code, &err), &err, ERR_UNAVAILABLE);
    server_down(&server);
    assert_refused(call(&server, 1000, &root, code, &err), &err, ERR_UNAVAILABLE); /* it has gone */
}

static void test_a_patient_call_waits_for_who_comes_back(void **state)
{
    struct http_call call = {.method = "GET", .path = "/x", .timeout_ms = 40000};
    struct server server;
    cJSON *root = NULL;
    int64_t from_ms = clock_mono_ms();
    struct err err;

    (void)state;
    server_up(&server, "200 OK", "{}");
    call.base = server.base;
    assert_true(http_run_patiently(&call, 40000, &root, &err));
    cJSON_Delete(root);
    server_down(&server);
    assert_refused(http_run_patiently(&call, 500, &root, &err), &err,
                   ERR_UNAVAILABLE); /* it has gone for good */
    assert_true(clock_mono_ms() - from_ms >= 500);
    server_up(&server, "404 Not Found", "{\"code\":\"not-found\"}");
    call.base = server.base;
    from_ms = clock_mono_ms();
    assert_refused(http_run_patiently(&call, 80000, &root, &err), &err,
                   ERR_INVALID); /* an answer is an answer */
    assert_true(clock_mono_ms() - from_ms < 40000);
    server_down(&server);
}

static void *stop_soon(void *unused)
{
    (void)unused;
    clock_sleep_ms(200);
    http_stop();
    return NULL;
}

static void test_a_stop_ends_a_call_that_waits(void **state)
{
    struct server server;
    cJSON *root = NULL;
    pthread_t thread;
    int64_t from_ms;
    char code[48];
    struct err err;

    (void)state;
    server_up(&server, "", NULL);
    from_ms = clock_mono_ms();
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, NULL), 0);
    assert_refused(call(&server, 80000, &root, code, &err), &err, ERR_UNAVAILABLE);
    assert_true(clock_mono_ms() - from_ms < 40000);
    assert_true(http_stopped());
    http_resume();
    pthread_join(thread, NULL);
    server_down(&server);
}

static void test_an_answer_at_the_limit_and_one_past(void **state)
{
    struct server server;
    cJSON *root = NULL;
    char code[48];
    struct err err;

    (void)state;
    server_up_long(&server, "200 OK", "{}", HTTP_ANSWER_MAX - 2);
    assert_true(call(&server, 40000, &root, code, &err));
    cJSON_Delete(root);
    server_down(&server);
    server_up_long(&server, "200 OK", "{}", HTTP_ANSWER_MAX - 1);
    assert_refused(call(&server, 40000, &root, code, &err), &err, ERR_UNAVAILABLE);
    server_down(&server);
}

static bool fetch(struct server *server, size_t most, struct bytes *out, bool *found,
                  struct err *err)
{
    struct http_call call = {
        .method = "GET", .base = server->base, .path = "/x", .timeout_ms = 40000};

    bytes_clear(out);
    return http_fetch(&call, most, out, found, err);
}

static void test_bytes_at_the_limit_and_one_past(void **state)
{
    struct bytes out = {0};
    struct server server;
    bool found = false;
    struct err err;

    (void)state;
    server_up_long(&server, "200 OK", "no JSON\n", 92);
    assert_true(fetch(&server, 100, &out, &found, &err));
    assert_true(found);
    assert_int_equal(out.size, 100);
    server_down(&server);
    server_up_long(&server, "200 OK", "no JSON\n", 93);
    assert_refused(fetch(&server, 100, &out, &found, &err), &err, ERR_UNAVAILABLE);
    assert_false(found);
    server_down(&server);
    server_up_long(&server, "200 OK", "", 100000);
    assert_refused(fetch(&server, 99999, &out, &found, &err), &err, ERR_UNAVAILABLE);
    server_down(&server);
    bytes_clear(&out);
}

static void test_bytes_that_are_not_there_and_a_problem(void **state)
{
    struct bytes out = {0};
    struct server server;
    bool found = true;
    struct err err;

    (void)state;
    server_up(&server, "404 Not Found", "{\"code\":\"not-found\",\"detail\":\"none\"}");
    assert_true(fetch(&server, 10, &out, &found, &err));
    assert_false(found);
    assert_int_equal(out.size, 0);
    server_down(&server);
    server_up(&server, "503 Busy", "{\"code\":\"stopping\",\"detail\":\"it stops\"}");
    assert_refused_for(fetch(&server, 10, &out, &found, &err), &err, ERR_UNAVAILABLE, "it stops");
    assert_false(found);
    server_down(&server);
    bytes_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_is_json_and_nothing_else),
        cmocka_unit_test(test_a_control_character_anywhere_is_refused),
        cmocka_unit_test(test_a_problem_is_an_error_with_its_code),
        cmocka_unit_test(test_nobody_there_or_silent_is_unavailable),
        cmocka_unit_test(test_a_patient_call_waits_for_who_comes_back),
        cmocka_unit_test(test_a_stop_ends_a_call_that_waits),
        cmocka_unit_test(test_an_answer_at_the_limit_and_one_past),
        cmocka_unit_test(test_bytes_at_the_limit_and_one_past),
        cmocka_unit_test(test_bytes_that_are_not_there_and_a_problem),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
