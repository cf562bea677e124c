#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite's memory that fails: at the n-th request from here and at every one after it, where
 * fail_after is n; never, where it is -1. start_sqlite() comes before anything else of SQLite.
 */
#include <stdbool.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

static int fail_after = -1;
static sqlite3_mem_methods memory;

static bool fails(void)
{
    if (fail_after > 0)
        fail_after--;
    return fail_after == 0;
}

static void *failing_malloc(int size)
{
    return fails() ? NULL : memory.xMalloc(size);
}

static void *failing_realloc(void *old, int size)
{
    return fails() ? NULL : memory.xRealloc(old, size);
}

static void start_sqlite(void)
{
    sqlite3_mem_methods failing;

    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory), SQLITE_OK);
    failing = memory;
    failing.xMalloc = failing_malloc;
    failing.xRealloc = failing_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &failing), SQLITE_OK);
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
}
