/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of token buckets: a minute's share at once, then evenly; each name its own; what is too
 * dear for a minute needs a full bucket; a debt is gained first; the one that was seen longest ago
 * is forgotten first.
 */
#include "proto/base/buckets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW INT64_C(1000000)
#define SECOND_US INT64_C(1000000)

static void test_a_minute_s_share_at_once_then_evenly(void **state)
{
    struct buckets *buckets = buckets_new(4);

    (void)state;
    for (int i = 0; i < 60; i++) {
        assert_int_equal(buckets_wait_ms(buckets, "a", SECOND_US, NOW), 0);
        buckets_take(buckets, "a", SECOND_US, NOW);
    }
    assert_int_equal(buckets_wait_ms(buckets, "a", SECOND_US, NOW), 1000);
    assert_int_equal(buckets_wait_ms(buckets, "a", SECOND_US, NOW + 400), 600);
    assert_int_equal(buckets_wait_ms(buckets, "b", SECOND_US, NOW), 0);
    assert_int_equal(buckets_wait_ms(buckets, "a", SECOND_US, NOW + 1000), 0);
    assert_int_equal(buckets_wait_ms(buckets, "a", 60 * SECOND_US, NOW + 60000), 0);
    buckets_free(buckets);
}

static void test_what_is_dearer_than_a_minute_needs_a_full_bucket(void **state)
{
    struct buckets *buckets = buckets_new(1);

    (void)state;
    assert_int_equal(buckets_wait_ms(buckets, "a", 90 * SECOND_US, NOW), 0);
    buckets_take(buckets, "a", 90 * SECOND_US, NOW);
    assert_int_equal(buckets_wait_ms(buckets, "a", 90 * SECOND_US, NOW), 90000);
    assert_int_equal(buckets_wait_ms(buckets, "a", SECOND_US, NOW), 31000);
    assert_int_equal(buckets_wait_ms(buckets, "a", 90 * SECOND_US, NOW + 90000), 0);
    buckets_free(buckets);
}

static void test_the_one_seen_longest_ago_gives_its_place_up(void **state)
{
    struct buckets *buckets = buckets_new(2);

    (void)state;
    buckets_take(buckets, "a", 60 * SECOND_US, NOW);
    buckets_take(buckets, "b", 60 * SECOND_US, NOW + 1);
    assert_int_not_equal(buckets_wait_ms(buckets, "a", SECOND_US, NOW + 2), 0); /* seen again */
    assert_int_equal(buckets_wait_ms(buckets, "c", SECOND_US, NOW + 3), 0);
    assert_int_not_equal(buckets_wait_ms(buckets, "a", SECOND_US, NOW + 4), 0);
    assert_int_equal(buckets_wait_ms(buckets, "b", SECOND_US, NOW + 5), 0); /* forgotten */
    buckets_free(buckets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_minute_s_share_at_once_then_evenly),
        cmocka_unit_test(test_what_is_dearer_than_a_minute_needs_a_full_bucket),
        cmocka_unit_test(test_the_one_seen_longest_ago_gives_its_place_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
