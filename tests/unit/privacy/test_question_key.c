/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: every part that decides an answer is in the key, of every participant; our
 * overlay changes the noise and not the look-up; and participants are sorted.
 */
#include "node/privacy/question_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/refused.h"

static const uint8_t snapshot[32] = "a snapshot's hash, 32 bytes long";

static struct question_key sample(const struct question_key_member *member)
{
    return (struct question_key){.canon = (const uint8_t *)"canon",
                                 .canon_size = 5,
                                 .purpose = "research",
                                 .mode = 1,
                                 .sigma = 5,
                                 .member = member,
                                 .n_members = 2};
}

struct keys {
    uint8_t base[32];
    uint8_t noise[32];
};

static struct keys derive(const struct question_key *key)
{
    struct keys keys;
    struct err err;

    assert_true(question_key_derive(key, keys.base, keys.noise, &err));
    return keys;
}

static struct keys keys_of(const struct question_key_member *member)
{
    struct question_key key = sample(member);

    return derive(&key);
}

static void assert_all_differ(const struct keys *a, const struct keys *b)
{
    assert_memory_not_equal(a->base, b->base, 32);
    assert_memory_not_equal(a->noise, b->noise, 32);
}

static const struct question_key_member members[] = {
    {.node = "01"}, {.node = "12", .population = {7}}, {.node = "25"}};

static void test_each_part_changes_both_keys(void **state)
{
    struct question_key part[10];
    struct keys original, changed;

    (void)state;
    for (size_t i = 0; i < 10; i++)
        part[i] = sample(members);
    original = derive(&part[0]);
    part[0].canon_size = 4;
    part[1].purpose = "researc";
    part[2].mode = 2;
    part[3].sigma = 10;
    part[4].n_members = 1;
    part[5].n_members = 3;
    part[6].member = members + 1;
    part[7].sigma_undetermined = 200;
    part[8].sigma_total = 5;
    part[9].book = "gms";
    for (size_t i = 0; i < 10; i++) {
        changed = derive(&part[i]);
        assert_all_differ(&changed, &original);
    }
}

/* Named or not, the same release has the same keys, and every other one has others. */
static void test_the_same_sigmas_have_the_same_keys(void **state)
{
    struct question_key unnamed = sample(members), named = sample(members);
    struct keys a, b;

    (void)state;
    named.sigma_undetermined = named.sigma;
    a = derive(&unnamed);
    b = derive(&named);
    assert_memory_equal(&a, &b, sizeof(a));
    unnamed.sigma_total = named.sigma_total = 10; /* of its undetermined too; 5 where it is named */
    a = derive(&unnamed);
    b = derive(&named);
    assert_all_differ(&a, &b);
    named.sigma_undetermined = 10;
    named.sigma_total = 200;
    unnamed.sigma_undetermined = 200;
    a = derive(&unnamed);
    b = derive(&named);
    assert_all_differ(&a, &b);
}

static void test_any_participants_data_change_both_keys(void **state)
{
    struct keys original = keys_of(members), changed;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct question_key_member other[2] = {members[0], members[1]};

        other[i].population[31] ^= 1;
        changed = keys_of(other);
        assert_all_differ(&changed, &original);
    }
}

/* Two regions may have the very same data: both empty, say. */
static void test_any_participants_name_changes_both_keys(void **state)
{
    static const char *const names[] = {"00", "13"};
    struct keys original = keys_of(members), changed;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct question_key_member other[2] = {members[0], members[1]};

        other[i].node = names[i];
        changed = keys_of(other);
        assert_all_differ(&changed, &original);
    }
}

static void test_our_overlay_changes_the_noise_and_not_the_look_up(void **state)
{
    struct question_key key = sample(members);
    struct keys before = derive(&key), after;

    (void)state;
    key.overlay = 1;
    after = derive(&key);
    assert_memory_equal(before.base, after.base, 32);
    assert_memory_not_equal(before.noise, after.noise, 32);
    assert_memory_not_equal(before.base, before.noise, 32);
}

static void test_a_population_is_its_snapshot_and_its_name(void **state)
{
    static const uint8_t other[32] = {1};
    uint8_t one[32], again[32];
    struct err err;

    (void)state;
    assert_true(question_key_population(snapshot, "all-v1", one, &err));
    assert_true(question_key_population(snapshot, "all-v1", again, &err));
    assert_memory_equal(one, again, 32);
    assert_true(question_key_population(snapshot, "all-v2", again, &err));
    assert_memory_not_equal(one, again, 32);
    assert_true(question_key_population(other, "all-v1", again, &err));
    assert_memory_not_equal(one, again, 32);
}

static void test_participants_are_sorted_and_within_limits(void **state)
{
    static const struct question_key_member unsorted[] = {{.node = "12"}, {.node = "01"}},
                                            twice[] = {{.node = "12"}, {.node = "12"}};
    struct question_key_member many[QUESTION_KEY_MEMBERS_MAX + 1] = {0};
    char name[QUESTION_KEY_MEMBERS_MAX + 1][4];
    struct question_key key = sample(unsorted);
    uint8_t base[32], noise[32];
    struct err err;

    (void)state;
    assert_refused(question_key_derive(&key, base, noise, &err), &err, ERR_INVALID);
    key.member = twice;
    assert_refused(question_key_derive(&key, base, noise, &err), &err, ERR_INVALID);
    key.n_members = 0;
    assert_refused(question_key_derive(&key, base, noise, &err), &err, ERR_INVALID);
    for (int i = 0; i <= QUESTION_KEY_MEMBERS_MAX; i++) {
        name[i][0] = (char)('A' + i / 26);
        name[i][1] = (char)('A' + i % 26);
        name[i][2] = 0;
        many[i].node = name[i];
    }
    key.member = many;
    key.n_members = QUESTION_KEY_MEMBERS_MAX;
    assert_true(question_key_derive(&key, base, noise, &err));
    key.n_members++;
    assert_refused(question_key_derive(&key, base, noise, &err), &err, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_part_changes_both_keys),
        cmocka_unit_test(test_the_same_sigmas_have_the_same_keys),
        cmocka_unit_test(test_any_participants_data_change_both_keys),
        cmocka_unit_test(test_any_participants_name_changes_both_keys),
        cmocka_unit_test(test_our_overlay_changes_the_noise_and_not_the_look_up),
        cmocka_unit_test(test_a_population_is_its_snapshot_and_its_name),
        cmocka_unit_test(test_participants_are_sorted_and_within_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
