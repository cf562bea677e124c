/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of sets and three-valued pairs:
 * - and, or, not follow Kleene's tables, for every combination of values, at every ordinal;
 * - at least n of k is what counting says, for every assignment of k values and every n;
 * - yes and cannot tell stay disjoint, and nothing reaches outside the population;
 * - counters hold up to TALLY_MAX criteria and counting bits is exact.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/set.h"

enum value { NO, CANNOT_TELL, YES };

static void assign(struct kleene *kleene, uint32_t person, enum value value)
{
    if (value == YES)
        set_put(&kleene->yes, person);
    if (value == CANNOT_TELL)
        set_put(&kleene->cannot_tell, person);
}

static enum value value_of(const struct kleene *kleene, uint32_t person)
{
    bool yes = set_has(&kleene->yes, person);
    bool cannot_tell = set_has(&kleene->cannot_tell, person);

    assert_false(yes && cannot_tell);
    return yes ? YES : cannot_tell ? CANNOT_TELL : NO;
}

/* The nine pairs of values, at ordinals that straddle words and reach the last one. */
static uint32_t place(uint32_t pair)
{
    static const uint32_t at[9] = {0, 1, 63, 64, 65, 8191, 8192, 16382, 16383};

    return at[pair];
}

static void test_and_or_not_follow_kleene_for_every_pair(void **state)
{
    struct kleene a, b, both, either, not_a;
    struct set everybody;

    (void)state;
    kleene_none(&a);
    kleene_none(&b);
    set_first(&everybody, SET_PERSONS_MAX);
    for (uint32_t pair = 0; pair < 9; pair++) {
        assign(&a, place(pair), (enum value)(pair / 3));
        assign(&b, place(pair), (enum value)(pair % 3));
    }
    both = a;
    kleene_and(&both, &b);
    either = a;
    kleene_or(&either, &b);
    not_a = a;
    kleene_not(&not_a, &everybody);
    for (uint32_t pair = 0; pair < 9; pair++) {
        enum value va = (enum value)(pair / 3);
        enum value vb = (enum value)(pair % 3);

        assert_int_equal(value_of(&both, place(pair)), va < vb ? va : vb);
        assert_int_equal(value_of(&either, place(pair)), va > vb ? va : vb);
        assert_int_equal(value_of(&not_a, place(pair)), YES - va);
    }
    assert_int_equal(value_of(&not_a, 2), YES);
}

/* Person p of the first 3^k has the k values that are p's digits in base three. */
static void test_at_least_n_is_what_counting_says(void **state)
{
    static struct tally tally;

    (void)state;
    for (uint32_t k = 1; k <= 6; k++) {
        uint32_t n_persons = 1;

        tally_clear(&tally);
        for (uint32_t i = 0; i < k; i++)
            n_persons *= 3;
        for (uint32_t i = 0, digit = 1; i < k; i++, digit *= 3) {
            struct kleene criterion;

            kleene_none(&criterion);
            for (uint32_t p = 0; p < n_persons; p++)
                assign(&criterion, p, (enum value)(p / digit % 3));
            tally_add(&tally, &criterion);
        }
        for (uint32_t n = 1; n <= k + 1; n++) {
            struct kleene out;

            tally_at_least(&tally, n, &out);
            for (uint32_t p = 0; p < n_persons; p++) {
                uint32_t yes = 0, possible = 0;

                for (uint32_t i = 0, rest = p; i < k; i++, rest /= 3) {
                    yes += rest % 3 == YES;
                    possible += rest % 3 != NO;
                }
                assert_int_equal(value_of(&out, p), yes >= n        ? YES
                                                    : possible >= n ? CANNOT_TELL
                                                                    : NO);
            }
        }
    }
}

static void test_one_of_is_or_and_all_of_is_and(void **state)
{
    static struct tally tally;
    struct kleene a, b, out, expected;

    (void)state;
    kleene_none(&a);
    kleene_none(&b);
    for (uint32_t pair = 0; pair < 9; pair++) {
        assign(&a, place(pair), (enum value)(pair / 3));
        assign(&b, place(pair), (enum value)(pair % 3));
    }
    tally_clear(&tally);
    tally_add(&tally, &a);
    tally_add(&tally, &b);
    expected = a;
    kleene_or(&expected, &b);
    tally_at_least(&tally, 1, &out);
    assert_memory_equal(&out, &expected, sizeof(out));
    expected = a;
    kleene_and(&expected, &b);
    tally_at_least(&tally, 2, &out);
    assert_memory_equal(&out, &expected, sizeof(out));
}

static void test_counters_hold_as_many_criteria_as_they_promise(void **state)
{
    static struct tally tally;
    struct kleene one, out;

    (void)state;
    kleene_none(&one);
    assign(&one, 7, YES);
    assign(&one, 16383, CANNOT_TELL);
    tally_clear(&tally);
    for (uint32_t i = 0; i < TALLY_MAX; i++)
        tally_add(&tally, &one);
    tally_at_least(&tally, TALLY_MAX, &out);
    assert_int_equal(value_of(&out, 7), YES);
    assert_int_equal(value_of(&out, 16383), CANNOT_TELL);
    assert_int_equal(value_of(&out, 8), NO);
}

static void test_a_complement_stays_inside_the_population(void **state)
{
    struct kleene a;
    struct set population;

    (void)state;
    kleene_none(&a);
    set_clear(&population);
    set_put(&population, 5);
    set_put(&population, 6);
    set_put(&population, 7);
    assign(&a, 5, YES);
    assign(&a, 6, CANNOT_TELL);
    assign(&a, 100, CANNOT_TELL); /* not of the population */
    kleene_not(&a, &population);
    assert_int_equal(set_count(&a.yes), 1);
    assert_int_equal(set_count(&a.cannot_tell), 1);
    assert_int_equal(value_of(&a, 7), YES);
    assert_int_equal(value_of(&a, 6), CANNOT_TELL);
}

static void test_the_first_n_are_n_for_every_n(void **state)
{
    (void)state;
    for (uint32_t n = 0; n <= SET_PERSONS_MAX; n += n < 200 || n > 16300 ? 1 : 61) {
        struct set set;

        set_first(&set, n);
        assert_int_equal(set_count(&set), n);
        assert_int_equal(set_is_empty(&set), n == 0);
        if (n > 0)
            assert_true(set_has(&set, n - 1));
        if (n < SET_PERSONS_MAX)
            assert_false(set_has(&set, n));
    }
}

static void test_counting_agrees_with_looking_at_each(void **state)
{
    struct set a, b;
    uint64_t seed = 88172645463325252u;
    uint32_t expected = 0;

    (void)state;
    for (uint32_t i = 0; i < SET_WORDS; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        a.words[i] = seed;
        b.words[i] = seed * 0x9e3779b97f4a7c15u;
    }
    for (uint32_t p = 0; p < SET_PERSONS_MAX; p++)
        expected += set_has(&a, p) && set_has(&b, p);
    assert_int_equal(set_count_and(&a, &b), expected);
    set_and(&a, &b);
    assert_int_equal(set_count(&a), expected);
    set_minus(&a, &b);
    assert_true(set_is_empty(&a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_and_or_not_follow_kleene_for_every_pair),
        cmocka_unit_test(test_at_least_n_is_what_counting_says),
        cmocka_unit_test(test_one_of_is_or_and_all_of_is_and),
        cmocka_unit_test(test_counters_hold_as_many_criteria_as_they_promise),
        cmocka_unit_test(test_a_complement_stays_inside_the_population),
        cmocka_unit_test(test_the_first_n_are_n_for_every_n),
        cmocka_unit_test(test_counting_agrees_with_looking_at_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
