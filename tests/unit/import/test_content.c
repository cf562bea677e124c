/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of a content hash: it changes with every word that is said, and with nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "node/import/content.h"

#define VARIATIONS 14

/* The hash of a fixed unit in which one thing is varied; 0 varies nothing. */
static void hash_of(int varied, uint8_t hash[static 32])
{
    struct person_facts facts = person_facts_none();
    struct event event = {.kind = varied == 1 ? EVENT_OTHER : EVENT_DIAGNOSIS,
                          .excluded = varied == 2,
                          .system = varied == 3 ? "icd1" : "icd10",
                          .code = varied == 3   ? "0C50"
                                  : varied == 4 ? "C51"
                                                : "C50",
                          .date = varied == 5 ? 1 : PERSON_NO_DATE,
                          .age_days = varied == 6 ? 1 : EVENT_NO_AGE};
    struct content content;

    facts.sex = varied == 7 ? PERSON_FEMALE : PERSON_SEX_UNKNOWN;
    facts.birth_year = varied == 8 ? 1980 : 0;
    facts.birth_date = varied == 9 ? 0 : PERSON_NO_DATE;
    facts.age_fixed = varied == 10 ? 0 : PERSON_NO_AGE;
    facts.deceased = varied == 11;
    facts.death_date = varied == 12 ? 0 : PERSON_NO_DATE;
    content_start(&content, varied == 13 ? "2" : "1");
    content_facts(&content, &facts);
    content_event(&content, &event);
    content_finish(&content, hash);
}

static void test_every_word_changes_it_and_nothing_else(void **state)
{
    uint8_t hashes[VARIATIONS][32], again[32];

    (void)state;
    for (int i = 0; i < VARIATIONS; i++) {
        hash_of(i, hashes[i]);
        hash_of(i, again);
        assert_memory_equal(hashes[i], again, 32);
        for (int k = 0; k < i; k++)
            assert_memory_not_equal(hashes[i], hashes[k], 32);
    }
}

static void test_tags_and_lengths_keep_texts_apart(void **state)
{
    static const char *const texts[][2] = {{"ab", "c"}, {"a", "bc"}, {"", "abc"}};
    uint8_t hashes[4][32];
    struct content content;

    (void)state;
    for (int i = 0; i < 4; i++) {
        content_start(&content, "1");
        content_text(&content, 'x', texts[i % 3][0]);
        content_text(&content, i == 3 ? 'x' : 'y', texts[i % 3][1]);
        content_finish(&content, hashes[i]);
        for (int k = 0; k < i; k++)
            assert_memory_not_equal(hashes[i], hashes[k], 32);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_word_changes_it_and_nothing_else),
        cmocka_unit_test(test_tags_and_lengths_keep_texts_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
