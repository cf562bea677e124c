/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of basket: what is added is in it once and in order, through every growth; room that
 * was made is kept when it is emptied.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "node/evaluate/basket.h"

static void test_each_variant_is_in_it_once_and_in_order(void **state)
{
    struct basket basket = {0};
    struct err err;

    (void)state;
    for (uint64_t vid = 1; vid <= 1000; vid++) {
        assert_true(basket_add(&basket, vid, &err));
        assert_true(basket_add(&basket, vid, &err));
    }
    assert_int_equal(basket.n, 1000);
    for (size_t i = 0; i < basket.n; i++)
        assert_true(basket.vids[i] == i + 1);
    basket_clear(&basket);
    assert_int_equal(basket.n, 0);
}

static void test_room_is_kept(void **state)
{
    struct basket basket = {0};
    uint64_t *vids;
    struct err err;

    (void)state;
    assert_true(basket_room(&basket, 300, &err));
    assert_true(basket.room >= 300);
    vids = basket.vids;
    for (uint64_t vid = 1; vid <= 300; vid++)
        assert_true(basket_add(&basket, vid, &err));
    basket.n = 0;
    assert_true(basket_room(&basket, 300, &err));
    assert_ptr_equal(basket.vids, vids);
    basket_clear(&basket);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_variant_is_in_it_once_and_in_order),
        cmocka_unit_test(test_room_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
