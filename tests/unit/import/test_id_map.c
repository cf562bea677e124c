/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of what was seen: the first number under a key stays, through growth, and every later
 * one is told of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "node/import/id_map.h"

static void key_of(uint64_t i, uint8_t key[static 16])
{
    uint64_t halves[2] = {i * UINT64_C(0x9e3779b97f4a7c15), i};

    memcpy(key, halves, 16);
}

static void test_the_first_number_stays(void **state)
{
    struct id_map *seen = id_map_new();
    uint8_t key[16];

    (void)state;
    assert_non_null(seen);
    for (int round = 0; round < 2; round++)
        for (uint64_t i = 0; i < 5000; i++) {
            uint64_t number = round ? 0 : i + 7;
            bool known = !round;

            key_of(i, key);
            assert_true(id_map_put(seen, key, &number, &known));
            assert_int_equal(known, round);
            assert_int_equal(number, i + 7);
        }
    assert_int_equal(id_map_count(seen), 5000);
    id_map_free(seen);
}

/* Room that was asked for changes nothing, be it too little or far more than is made at once. */
static void test_room_that_was_asked_for_changes_nothing(void **state)
{
    static const uint64_t rooms[] = {1, 511, 512, 513, 3000, UINT64_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
        struct id_map *seen = id_map_new_for(rooms[i]);
        uint8_t key[16];

        assert_non_null(seen);
        for (uint64_t k = 0; k < 4000; k++) {
            uint64_t number = k;
            bool known = k % 2000 == k;

            key_of(k % 2000, key);
            assert_true(id_map_put(seen, key, &number, &known));
            assert_int_equal(known, k >= 2000);
            assert_int_equal(number, k % 2000);
        }
        assert_int_equal(id_map_count(seen), 2000);
        id_map_free(seen);
    }
}

static void test_keys_that_begin_alike_are_kept_apart(void **state)
{
    struct id_map *seen = id_map_new();
    uint8_t key[16] = {1};

    (void)state;
    assert_non_null(seen);
    for (uint8_t i = 0; i < 200; i++) {
        uint64_t number = i;
        bool known = true;

        key[15] = i; /* the place in the table is the same for all */
        assert_true(id_map_put(seen, key, &number, &known));
        assert_false(known);
    }
    assert_int_equal(id_map_count(seen), 200);
    id_map_free(seen);
    id_map_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_number_stays),
        cmocka_unit_test(test_room_that_was_asked_for_changes_nothing),
        cmocka_unit_test(test_keys_that_begin_alike_are_kept_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
