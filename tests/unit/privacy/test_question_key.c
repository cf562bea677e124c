/*
 * Promises: every part that decides an answer is in the key, none can stand for another, the
 * overlay changes the noise and not the look-up, and participants are sorted.
 */
#include "node/privacy/question_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t snapshot[32] = "a snapshot's hash, 32 bytes long";
static const char *const nodes[] = {"01", "12", "25"};

static struct question_key sample(void)
{
    return (struct question_key){.canon = (const uint8_t *)"canon",
                                 .canon_size = 5,
                                 .purpose = "research",
                                 .population = "all-v1",
                                 .snapshot = snapshot,
                                 .overlay = 0,
                                 .mode = 1,
                                 .sigma = 5,
                                 .nodes = nodes,
                                 .n_nodes = 1};
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

static void test_each_part_changes_both_keys(void **state)
{
    static const uint8_t other[32] = {1};
    struct question_key part[9];
    struct keys original, changed;

    (void)state;
    for (size_t i = 0; i < 9; i++)
        part[i] = sample();
    original = derive(&part[0]);
    part[0].canon_size = 4;
    part[1].purpose = "researc";
    part[2].population = "all-v2";
    part[3].snapshot = other;
    part[4].mode = 2;
    part[5].sigma = 10;
    part[6].n_nodes = 2;
    part[7].nodes = nodes + 1;
    part[8].purpose = "researchall-v1"; /* the same bytes in a row, cut elsewhere */
    part[8].population = "";
    for (size_t i = 0; i < 9; i++) {
        changed = derive(&part[i]);
        assert_memory_not_equal(changed.base, original.base, 32);
        assert_memory_not_equal(changed.noise, original.noise, 32);
    }
}

static void test_the_overlay_changes_the_noise_and_not_the_look_up(void **state)
{
    struct question_key key = sample();
    struct keys before = derive(&key), after;

    (void)state;
    key.overlay = 1;
    after = derive(&key);
    assert_memory_equal(before.base, after.base, 32);
    assert_memory_not_equal(before.noise, after.noise, 32);
    assert_memory_not_equal(before.base, before.noise, 32);
}

static void test_participants_are_sorted_and_within_limits(void **state)
{
    static const char *const unsorted[] = {"12", "01"}, *const twice[] = {"12", "12"};
    const char *many[QUESTION_KEY_NODES_MAX + 1];
    char name[QUESTION_KEY_NODES_MAX + 1][4];
    struct question_key key = sample();
    uint8_t base[32], noise[32];
    struct err err;

    (void)state;
    key.nodes = unsorted;
    key.n_nodes = 2;
    assert_false(question_key_derive(&key, base, noise, &err));
    key.nodes = twice;
    assert_false(question_key_derive(&key, base, noise, &err));
    key.n_nodes = 0;
    assert_false(question_key_derive(&key, base, noise, &err));
    for (int i = 0; i <= QUESTION_KEY_NODES_MAX; i++) {
        name[i][0] = (char)('A' + i / 26);
        name[i][1] = (char)('A' + i % 26);
        name[i][2] = 0;
        many[i] = name[i];
    }
    key.nodes = many;
    key.n_nodes = QUESTION_KEY_NODES_MAX;
    assert_true(question_key_derive(&key, base, noise, &err));
    key.n_nodes++;
    assert_false(question_key_derive(&key, base, noise, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_part_changes_both_keys),
        cmocka_unit_test(test_the_overlay_changes_the_noise_and_not_the_look_up),
        cmocka_unit_test(test_participants_are_sorted_and_within_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
