#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store in a folder of its own under /tmp, and seeded numbers, for the tests of node/store.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/store/store.h"
#include "proto/base/sql.h"

struct bench {
    char folder[32];
    struct store *store;
    struct err err;
    uint64_t seed;
};

static inline void bench_up(struct bench *b)
{
    *b = (struct bench){.folder = "/tmp/rikstal-store-XXXXXX", .seed = 88172645463325252u};
    assert_non_null(mkdtemp(b->folder));
    if (!store_open_in(b->folder, &b->store, &b->err))
        fail_msg("%s", b->err.text);
}

/* Nothing but the store's own files may be left in the folder. */
static inline void bench_down(struct bench *b)
{
    static const char *const ends[] = {"", ".lock", "-wal", "-shm"};
    char path[64];

    store_close(b->store);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        snprintf(path, sizeof(path), "%s/store.db%s", b->folder, ends[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(b->folder), 0);
}

static inline uint32_t bench_draw(struct bench *b, uint32_t below)
{
    b->seed ^= b->seed << 13;
    b->seed ^= b->seed >> 7;
    b->seed ^= b->seed << 17;
    return (uint32_t)((b->seed >> 11) % below);
}

/* The first number that a query of the store gives. */
static inline int64_t bench_number(struct bench *b, const char *sql)
{
    int64_t value = -1;

    if (!sql_number(store_db(b->store), sql, -1, &value, &b->err))
        fail_msg("%s: %s", sql, b->err.text);
    return value;
}
