/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP side's promises, over a socket: it serves on the address that it was given, a body one
 * byte too large is refused however it is sent, many connections at once are served, slow ones
 * do not keep others out, and closing it while somebody waits neither hangs nor aborts.
 */
#include "tests/unit/api/service_bench.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "coordinator/api/api.h"
#include "coordinator/api/body.h"
#include "coordinator/http/connections.h"
#include "tests/unit/refused.h"

static size_t swallow(char *data, size_t size, size_t n, void *owner)
{
    (void)data;
    (void)owner;
    return size * n;
}

struct http {
    uint16_t port;
    const char *path;
    const char *body;
    size_t body_bytes;
    bool chunked;
    long status;
    const char *host; /* the header; NULL: as it is */
};

static void run(struct http *http)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    char url[200];

    assert_non_null(curl);
    if (http->chunked)
        headers = curl_slist_append(headers, "Transfer-Encoding: chunked");
    if (http->host)
        headers = curl_slist_append(headers, http->host);
    headers = curl_slist_append(headers, "Expect:");
    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", http->port, http->path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 20000L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
    if (http->body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, http->body);
        if (!http->chunked)
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)http->body_bytes);
    }
    curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http->status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
}

static void *run_thread(void *http)
{
    run(http);
    return NULL;
}

static bool open_at(const char *listen, struct bench *b, struct api **api)
{
    return api_open(&(struct api_options){listen, ROUTE_API, &b->owner}, api, &b->err);
}

static void test_it_serves_and_refuses_what_is_too_large(void **state)
{
    char *large = malloc(BODY_BYTES_MAX + 2);
    struct bench b;
    struct api *api;

    (void)state;
    bench_up(&b);
    assert_non_null(large);
    memset(large, 'x', BODY_BYTES_MAX + 1);
    large[BODY_BYTES_MAX + 1] = 0;
    assert_true(open_at("127.0.0.1:0", &b, &api));
    for (int chunked = 0; chunked < 2; chunked++) {
        struct http over = {
            api_port(api), "/api/v1/questions", large, BODY_BYTES_MAX + 1, chunked, 0, NULL};

        run(&over);
        assert_int_equal(over.status, 413);
    }
    large[BODY_BYTES_MAX] = 0;
    for (int chunked = 0; chunked < 2; chunked++) {
        struct http at = {api_port(api), "/api/v1/questions", large, BODY_BYTES_MAX, chunked, 0,
                          NULL};

        run(&at);
        assert_int_equal(at.status, 400); /* read, and found not to be JSON */
    }
    api_close(api);
    free(large);
    bench_down(&b);
}

static void test_many_at_once_are_served(void **state)
{
    struct http http[32];
    pthread_t thread[32];
    struct bench b;
    struct api *api;

    (void)state;
    bench_up(&b);
    assert_true(open_at("[::1]:0", &b, &api) || open_at("127.0.0.1:0", &b, &api));
    api_close(api);
    assert_true(open_at("127.0.0.1:0", &b, &api));
    for (uint8_t i = 0; i < 32; i++) {
        const char *body = i < 8 ? body_of(&b, &(struct country_question){.id = (uint8_t)(i + 1)},
                                           BODY_WAIT_MAX_MS)
                                 : NULL;

        http[i] = (struct http){.port = api_port(api),
                                .path = body ? "/api/v1/questions" : "/api/v1/nodes",
                                .body = body,
                                .body_bytes = body ? strlen(body) : 0};
        assert_int_equal(pthread_create(&thread[i], NULL, run_thread, &http[i]), 0);
    }
    for (int i = 0; i < 32; i++) {
        pthread_join(thread[i], NULL);
        assert_int_equal(http[i].status, 200);
    }
    api_close(api);
    bench_down(&b);
}

static void test_closing_while_somebody_waits_ends_the_wait(void **state)
{
    struct country_question q = {.id = 1};
    struct http http = {.path = "/api/v1/questions"};
    struct bench b;
    struct api *api;
    pthread_t thread;
    int64_t from_ms;

    (void)state;
    bench_up_with(&b, NODE_SILENT);
    assert_true(open_at("127.0.0.1:0", &b, &api));
    http.port = api_port(api);
    http.body = body_of(&b, &q, BODY_WAIT_MAX_MS);
    http.body_bytes = strlen(http.body);
    assert_int_equal(pthread_create(&thread, NULL, run_thread, &http), 0);
    for (int i = 0; i < 4000 && node_asked(&b.node) == 0; i++)
        clock_sleep_ms(10);
    from_ms = clock_mono_ms();
    service_stop(b.service);
    api_close(api);
    pthread_join(thread, NULL);
    assert_true(clock_mono_ms() - from_ms < BODY_WAIT_MAX_MS - 2000);
    assert_int_equal(http.status, 202);
    bench_down(&b);
}

/* A connection that has sent the beginning of a request and goes on byte by byte. */
static int slow_connection(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(send(fd, "GET /", 5, MSG_NOSIGNAL), 5);
    return fd;
}

static void test_slow_connections_do_not_close_the_api(void **state)
{
    struct http http = {.path = "/api/v1/nodes"};
    int fd[CONNECTIONS_MAX], seconds = 0;
    struct bench b;
    struct api *api;

    (void)state;
    bench_up(&b);
    assert_true(open_at("127.0.0.1:0", &b, &api));
    http.port = api_port(api);
    clock_set(clock_mono_ms(), clock_wall_s()); /* nobody is slow until all are there */
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        fd[i] = slow_connection(http.port);
    run(&http);
    assert_int_equal(http.status, 0); /* all places are taken: the attack is one */
    clock_release();
    while (http.status != 200 && seconds++ < 60) {
        clock_sleep_ms(1000);
        for (size_t i = 0; i < CONNECTIONS_MAX; i++)
            (void)send(fd[i], "a", 1, MSG_NOSIGNAL); /* never idle */
        run(&http);
    }
    assert_int_equal(http.status, 200);
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        close(fd[i]);
    api_close(api);
    bench_down(&b);
}

static void test_an_address_that_is_none_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      ":1",
                                      "127.0.0.1",
                                      "127.0.0.1:",
                                      "127.0.0.1:x",
                                      "127.0.0.1:65536",
                                      "127.0.0.1:-1",
                                      "example.org:80",
                                      "[::1:80",
                                      "[]:80"};
    struct route_owner owner = {0};
    struct api *api;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused(api_open(&(struct api_options){bad[i], ROUTE_API, &owner}, &api, &err), &err,
                       ERR_INVALID);
    if (api_open(&(struct api_options){"127.0.0.1:65535", ROUTE_API, &owner}, &api, &err))
        api_close(api);
    else if (strstr(err.text, "is not ADDRESS:PORT"))
        fail_msg("the last port: %s", err.text);
}

static void test_a_name_of_somebody_else_is_refused_where_ours_is_known(void **state)
{
    static const char *const names[] = {"rikstal.example.se"};
    struct http http = {.path = "/api/v1/nodes"};
    struct bench b;
    struct api *api;

    (void)state;
    bench_up(&b);
    b.owner.hosts = names;
    b.owner.n_hosts = 1;
    assert_true(open_at("127.0.0.1:0", &b, &api));
    http.port = api_port(api);
    run(&http); /* by its address */
    assert_int_equal(http.status, 200);
    http.host = "Host: rikstal.example.se";
    run(&http);
    assert_int_equal(http.status, 200);
    http.host = "Host: attacker.example";
    run(&http);
    assert_int_equal(http.status, 421);
    api_close(api);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_name_of_somebody_else_is_refused_where_ours_is_known),
        cmocka_unit_test(test_it_serves_and_refuses_what_is_too_large),
        cmocka_unit_test(test_many_at_once_are_served),
        cmocka_unit_test(test_closing_while_somebody_waits_ends_the_wait),
        cmocka_unit_test(test_slow_connections_do_not_close_the_api),
        cmocka_unit_test(test_an_address_that_is_none_is_refused),
    };
    struct err err;
    int failed;

    log_level_set(LOG_ERROR_LEVEL);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (!tls_start(&err))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    tls_stop();
    return failed;
}
