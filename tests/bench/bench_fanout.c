/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole repeated question at the HTTP port beside a bare round trip over the same links, taken in
 * turn in one run.
 *
 * Usage: bench_fanout ROUNDS QUESTION     with RIKSTAL_CONFIG as for `rikstal ask`
 *
 * The question is signed anew each round (its id is used once), so the nodes answer it from their
 * ledgers; what is measured is from handing in the body until the whole answer is there. The bare
 * round trip is a Ping that every keeper echoes, timed at the coordinator. Prints one line of JSON.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/analyst/compose.h"
#include "coordinator/analyst/http.h"
#include "coordinator/analyst/session.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/base/random.h"
#include "proto/trust/roster.h"

#define ROUNDS_MAX 100000

struct bench {
    struct session session;
    struct roster *roster;
    struct secret_key *key;
    const char *text;
    int64_t regions;
};

static void quit(const char *what, const struct err *err)
{
    fprintf(stderr, "bench_fanout: %s: %s\n", what, err->text);
    exit(1);
}

static cJSON *call(struct bench *b, const char *path, const char *body)
{
    struct http_call http = {.method = "POST",
                             .base = b->session.coordinator,
                             .path = path,
                             .body = body,
                             .timeout_ms = 30000};
    cJSON *root = NULL;
    char code[48];
    struct err err;
    long status;

    if (!session_token(&b->session, &http.token, &err) ||
        !http_run(&http, &root, &status, code, &err))
        quit(path, &err);
    return root;
}

static int64_t ask_us(struct bench *b)
{
    struct compose_options options = {.text = b->text,
                                      .measure = MEASURE_COUNT,
                                      .mode = MODE_REGIONS,
                                      .sigma = 20,
                                      .permit = "",
                                      .life_s = 60};
    struct composed composed;
    size_t room;
    char *base64, *body;
    int64_t from_us, took_us;
    struct err err;
    cJSON *root;

    if (!compose(&b->session, &options, b->roster, b->key, &composed, &err))
        quit("compose", &err);
    room = sodium_base64_encoded_len(composed.envelope_bytes, sodium_base64_VARIANT_ORIGINAL);
    base64 = arena_alloc(b->session.arena, room);
    sodium_bin2base64(base64, room, composed.envelope, composed.envelope_bytes,
                      sodium_base64_VARIANT_ORIGINAL);
    body = arena_printf(b->session.arena, "{\"envelope\":\"%s\",\"wait_ms\":20000}", base64);
    from_us = clock_mono_us();
    root = call(b, "/api/v1/questions", body);
    took_us = clock_mono_us() - from_us;
    if (!json_int(root, "regions_answered", &b->regions))
        b->regions = 0;
    cJSON_Delete(root);
    plan_free(composed.plan);
    return took_us;
}

static int64_t ping_us(struct bench *b)
{
    cJSON *root = call(b, "/api/v1/ping", "");
    int64_t us = 0, sent = 0, echoed = 1;

    if (!json_int(root, "microseconds", &us) || !json_int(root, "sent", &sent) ||
        !json_int(root, "echoed", &echoed) || sent != echoed)
        us = -1;
    cJSON_Delete(root);
    return us;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    struct session_options options = {0};
    long rounds = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    struct bench b = {.text = argc == 3 ? argv[2] : ""};
    int64_t *ask, *ping;
    struct err err;

    if (rounds < 1 || rounds > ROUNDS_MAX || !random_start()) {
        fprintf(stderr, "usage: bench_fanout ROUNDS QUESTION\n");
        return 2;
    }
    if (!session_open(&options, &b.session, &err) || !session_roster(&b.session, &b.roster, &err) ||
        !secret_key_read(b.session.key_path, &b.key, &err))
        quit("session", &err);
    ask = calloc((size_t)rounds, sizeof(*ask));
    ping = calloc((size_t)rounds, sizeof(*ping));
    if (!ask || !ping)
        return 1;
    ask_us(&b); /* pays */
    for (long i = 0; i < rounds; i++) {
        ping[i] = ping_us(&b);
        ask[i] = ask_us(&b);
    }
    qsort(ask, (size_t)rounds, sizeof(*ask), by_value);
    qsort(ping, (size_t)rounds, sizeof(*ping), by_value);
    printf("{\"rounds\":%ld,\"regions\":%lld,\"ask_p50_us\":%lld,\"ask_p99_us\":%lld,"
           "\"ping_p50_us\":%lld,\"ping_p99_us\":%lld,\"ratio_p50\":%.2f}\n",
           rounds, (long long)b.regions, (long long)ask[rounds / 2],
           (long long)ask[rounds * 99 / 100], (long long)ping[rounds / 2],
           (long long)ping[rounds * 99 / 100], (double)ask[rounds / 2] / (double)ping[rounds / 2]);
    free(ask);
    free(ping);
    secret_key_free(b.key);
    roster_free(b.roster);
    session_close(&b.session);
    return 0;
}
