#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service with one answering node, and the base64 of a signed question, for the tests of the API.
 * Included by one program each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/api/route.h"
#include "coordinator/ask/roster_cache.h"
#include "coordinator/ask/service.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/base/log.h"
#include "proto/trust/access.h"
#include "tests/unit/ask/node.h"

struct bench {
    struct country c;
    struct roster_cache *roster_cache;
    struct service *service;
    struct test_node node;
    struct route_owner owner;
    struct err err;
};

static void bench_up_with(struct bench *b, enum node_manner manner)
{
    struct service_options options = {.listen = "127.0.0.1:0", .limits = coord_limits_default};
    struct service_counts counts = {0};

    country_up(&b->c, 2);
    options.limits.grace_ms = 200;
    options.state_path = country_path(&b->c, "state.db");
    options.tls = (struct tls_files){.key = country_path(&b->c, "coordinator.key"),
                                     .cert = country_path(&b->c, "coordinator.crt"),
                                     .ca = country_path(&b->c, "ca.crt")};
    assert_true(roster_cache_open(b->c.dir, NULL, &b->roster_cache, &b->err));
    options.roster_cache = b->roster_cache;
    assert_true(service_open(&options, &b->service, &b->err));
    b->owner = (struct route_owner){.service = b->service, .roster_cache = b->roster_cache};
    node_up(&b->node, &b->c, 0, service_port(b->service), manner);
    for (int i = 0; i < 4000 && counts.connected == 0; i++) {
        clock_sleep_ms(10);
        service_count(b->service, &counts);
    }
    assert_int_equal(counts.connected, 1);
}

static __attribute__((unused)) void bench_up(struct bench *b)
{
    bench_up_with(b, NODE_ANSWERS);
}

static void bench_down(struct bench *b)
{
    node_down(&b->node);
    service_close(b->service, 500);
    roster_cache_close(b->roster_cache);
    country_down(&b->c);
}

/* {"envelope": …, "wait_ms": n} in the country's arena. */
static const char *body_of(struct bench *b, const struct country_question *q, int wait_ms)
{
    const uint8_t *data;
    size_t size, room;
    char *text;

    country_ask(&b->c, q, &data, &size);
    room = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL);
    text = arena_alloc(b->c.arena, room);
    assert_non_null(text);
    sodium_bin2base64(text, room, data, size, sodium_base64_VARIANT_ORIGINAL);
    return arena_printf(b->c.arena, "{\"envelope\":\"%s\",\"wait_ms\":%d}", text, wait_ms);
}

/* "Rikstal TOKEN" of this key, in the country's arena. */
static __attribute__((unused)) const char *bench_authorization(struct bench *b,
                                                               const struct secret_key *key)
{
    const struct access_terms terms = {&b->c.roots, {0}, clock_wall_s()};
    const char *token;

    assert_true(access_sign(&terms, key, b->c.arena, &token, &b->err));
    return arena_printf(b->c.arena, "Rikstal %s", token);
}
