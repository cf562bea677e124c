/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roster_cache's promises: it opens only what the root keys signed, takes in a newer roster and
 * never an older one, and a bad file changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "coordinator/ask/roster_cache.h"
#include "proto/base/file.h"
#include "tests/unit/ask/country.h"
#include "tests/unit/refused.h"

static uint64_t version(struct roster_cache *roster_cache)
{
    uint64_t found = roster_version(roster_cache_read(roster_cache));

    roster_cache_done(roster_cache);
    return found;
}

static void test_a_newer_roster_is_taken_in(void **state)
{
    struct country c;
    struct roster_cache *roster_cache;
    struct err err;
    bool newer;

    (void)state;
    country_up(&c, 2);
    assert_true(roster_cache_open(c.dir, NULL, &roster_cache, &err));
    assert_true(roster_cache_reload(roster_cache, &newer, &err));
    assert_false(newer);
    c.version = 2;
    country_roster(&c, 1);
    assert_true(roster_cache_reload(roster_cache, &newer, &err));
    assert_true(newer);
    assert_int_equal(version(roster_cache), 2);
    roster_cache_close(roster_cache);
    country_down(&c);
}

static void test_an_older_or_broken_roster_changes_nothing(void **state)
{
    struct country c;
    struct roster_cache *roster_cache;
    struct err err;
    bool newer = true;

    (void)state;
    country_up(&c, 2);
    c.version = 5;
    country_roster(&c, 2);
    assert_true(roster_cache_open(c.dir, NULL, &roster_cache, &err));
    c.version = 4;
    country_roster(&c, 2);
    assert_refused(roster_cache_reload(roster_cache, &newer, &err), &err, ERR_DENIED);
    assert_true(file_write(country_path(&c, "roster"), "nonsense", 8, 0644, &err));
    assert_refused(roster_cache_reload(roster_cache, &newer, &err), &err, ERR_INVALID);
    assert_false(newer);
    assert_int_equal(version(roster_cache), 5);
    roster_cache_close(roster_cache);
    country_down(&c);
}

static void test_a_roster_of_another_root_does_not_open(void **state)
{
    struct country c;
    struct roster_cache *roster_cache;
    struct err err;

    (void)state;
    country_up(&c, 1);
    c.roots.keys[0] = *secret_key_public(c.stranger);
    assert_true(root_keys_write(&c.roots, country_path(&c, "roots"), &err));
    assert_refused(roster_cache_open(c.dir, NULL, &roster_cache, &err), &err, ERR_DENIED);
    assert_refused(roster_cache_open("/nowhere", NULL, &roster_cache, &err), &err, ERR_INVALID);
    country_down(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_newer_roster_is_taken_in),
        cmocka_unit_test(test_an_older_or_broken_roster_changes_nothing),
        cmocka_unit_test(test_a_roster_of_another_root_does_not_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
