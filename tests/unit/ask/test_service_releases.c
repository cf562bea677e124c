/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Term releases over real links: a file is fetched once however many nodes announce it; one that
 * sends other bytes is refused, and another node is asked; a list that its node did not sign is
 * none; a node of protocol 1 is asked for nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "coordinator/ask/roster_cache.h"
#include "coordinator/ask/service.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "tests/unit/ask/node.h"

#define NODES 3
#define PATIENCE_MS 20000

struct bench {
    struct country c;
    struct roster_cache *roster_cache;
    struct service *service;
    struct test_node node[NODES];
    uint8_t hash[32];
    struct err err;
};

static void bench_up(struct bench *b)
{
    struct service_options options;

    country_up(&b->c, NODES);
    assert_true(roster_cache_open(b->c.dir, NULL, &b->roster_cache, &b->err));
    options = (struct service_options){
        .state_path = country_path(&b->c, "state.db"),
        .releases = country_path(&b->c, "releases"),
        .listen = "127.0.0.1:0",
        .tls = {.key = country_path(&b->c, "coordinator.key"),
                .cert = country_path(&b->c, "coordinator.crt"),
                .ca = country_path(&b->c, "ca.crt")},
        .limits = coord_limits_default,
        .roster_cache = b->roster_cache,
    };
    assert_true(service_open(&options, &b->service, &b->err));
    crypto_generichash(b->hash, 32, (const uint8_t *)NODE_FILE, sizeof(NODE_FILE) - 1, NULL, 0);
}

static void bench_down(struct bench *b)
{
    char name[2 * sizeof(b->hash) + 1];
    const char *folder = country_path(&b->c, "releases");

    service_close(b->service, 1000);
    roster_cache_close(b->roster_cache);
    bytes_to_hex(b->hash, sizeof(b->hash), name);
    (void)unlink(arena_printf(b->c.arena, "%s/%s", folder, name));
    assert_int_equal(rmdir(folder), 0);
    country_down(&b->c);
}

static void up(struct bench *b, size_t node, enum node_manner manner)
{
    node_up(&b->node[node], &b->c, node, service_port(b->service), manner);
}

static bool here(struct bench *b, struct bytes *file)
{
    bool found = false;

    bytes_clear(file);
    assert_true(service_release_file(b->service, b->hash, file, &found, &b->err));
    return found;
}

static void wait_here(struct bench *b)
{
    struct bytes file = {0};
    bool is = false;

    for (int i = 0; i < PATIENCE_MS / 10 && !is; i++) {
        is = here(b, &file);
        if (!is)
            clock_sleep_ms(10);
    }
    assert_true(is);
    assert_int_equal(file.size, sizeof(NODE_FILE) - 1);
    assert_memory_equal(file.data, NODE_FILE, file.size);
    bytes_clear(&file);
}

static void wait_for(struct test_node *node, uint64_t (*of)(struct test_node *), uint64_t n)
{
    for (int i = 0; i < PATIENCE_MS / 10 && of(node) < n; i++)
        clock_sleep_ms(10);
    assert_int_equal(of(node), n);
}

static void test_a_file_is_fetched_once(void **state)
{
    struct service_releases releases;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_false(service_releases(b.service, "01", &releases));
    up(&b, 0, NODE_LISTS);
    wait_here(&b);
    up(&b, 1, NODE_LISTS);
    wait_for(&b.node[1], node_listed, 1);
    for (int i = 0; i < PATIENCE_MS / 10 && !service_releases(b.service, b.c.node[1].id, &releases);
         i++)
        clock_sleep_ms(10);
    assert_int_equal(releases.announced.n, 1);
    assert_string_equal(releases.announced.release[0].system, "hp");
    assert_true(releases.here[0]);
    assert_true(releases.envelope.size > 0);
    bytes_clear(&releases.envelope);
    assert_int_equal(node_pieces(&b.node[0]), 1);
    assert_int_equal(node_pieces(&b.node[1]), 0);
    node_down(&b.node[0]);
    node_down(&b.node[1]);
    bench_down(&b);
}

static void test_other_bytes_are_refused_and_another_node_is_asked(void **state)
{
    struct bytes file = {0};
    struct bench b;

    (void)state;
    bench_up(&b);
    up(&b, 0, NODE_LIES);
    wait_for(&b.node[0], node_pieces, 1);
    clock_sleep_ms(50);
    assert_false(here(&b, &file));
    up(&b, 1, NODE_LISTS);
    wait_here(&b);
    assert_int_equal(node_pieces(&b.node[0]), 1);
    assert_int_equal(node_pieces(&b.node[1]), 1);
    node_down(&b.node[0]);
    node_down(&b.node[1]);
    bench_down(&b);
}

static void test_a_list_of_a_stranger_is_none(void **state)
{
    struct service_releases releases;
    struct bytes file = {0};
    struct bench b;

    (void)state;
    bench_up(&b);
    up(&b, 0, NODE_FORGES_LIST);
    up(&b, 1, NODE_PULLS);
    wait_for(&b.node[0], node_listed, 1);
    wait_for(&b.node[1], node_newest, 1);
    clock_sleep_ms(50);
    assert_false(service_releases(b.service, b.c.node[0].id, &releases));
    assert_false(here(&b, &file));
    assert_int_equal(node_pieces(&b.node[0]), 0);
    assert_int_equal(node_listed(&b.node[1]), 0); /* it announced protocol 1 */
    node_down(&b.node[0]);
    node_down(&b.node[1]);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_is_fetched_once),
        cmocka_unit_test(test_other_bytes_are_refused_and_another_node_is_asked),
        cmocka_unit_test(test_a_list_of_a_stranger_is_none),
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
