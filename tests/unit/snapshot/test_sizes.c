/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of sizes: a class holds what it was chosen for, one more does not move it, and it
 * moves only where the number no longer fits or fills less than a sixteenth.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "node/snapshot/sizes.h"

static uint8_t class_of(uint64_t n, const uint8_t *before)
{
    struct sizes was = {0};

    if (before)
        was.sites = *before;
    return sizes_choose(&(struct sizes_of){.sites = n}, before ? &was : NULL).sites;
}

static void test_a_class_holds_what_it_was_chosen_for(void **state)
{
    (void)state;
    for (uint64_t n = 0; n < 5000; n++)
        assert_true(sizes_bound(class_of(n, NULL)) >= n);
    assert_int_equal(class_of(12, NULL), 2);
    assert_int_equal(class_of(13, NULL), 3);
    assert_int_equal(class_of(4200000, NULL), 12);
}

static void test_it_stays_until_it_no_longer_fits(void **state)
{
    const uint8_t six = 6; /* 4096 */

    (void)state;
    assert_int_equal(class_of(4096, &six), 6);
    assert_int_equal(class_of(4097, &six), 7);
    assert_int_equal(class_of(256, &six), 6);
    assert_int_equal(class_of(255, &six), 5);
}

static void test_each_number_has_its_own(void **state)
{
    struct sizes_of of = {.persons = 3, .sites = 12, .gene = 48, .events = 192};
    struct sizes sizes = sizes_choose(&of, NULL);

    (void)state;
    assert_int_equal(sizes.persons, 1);
    assert_int_equal(sizes.sites, 2);
    assert_int_equal(sizes.gene, 3);
    assert_int_equal(sizes.events, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_class_holds_what_it_was_chosen_for),
        cmocka_unit_test(test_it_stays_until_it_no_longer_fits),
        cmocka_unit_test(test_each_number_has_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
