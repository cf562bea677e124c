/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a bitmap promises: in each of its forms, at and around the counts where forms change, it
 * holds exactly the persons that were written; and damaged bytes are refused or stay in bounds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/snapshot/bitmap.h"
#include "node/snapshot/bits.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/random.h"

static uint32_t draw(uint64_t *words, uint32_t n_persons, uint32_t wanted)
{
    uint32_t n = 0;

    memset(words, 0, SEGMENT_WORDS_MAX * sizeof(*words));
    while (n < wanted) {
        uint32_t person = wanted * 2 > n_persons ? n : random_below(n_persons);

        n += !bits_has(words, person);
        bits_set(words, person);
    }
    return n;
}

static void check(uint32_t n_persons, uint32_t count)
{
    uint64_t words[SEGMENT_WORDS_MAX], back[SEGMENT_WORDS_MAX] = {0}, cohort[SEGMENT_WORDS_MAX];
    uint32_t expected = 0;
    struct bitmap bitmap;
    uint8_t *data;
    size_t size;

    draw(words, n_persons, count);
    for (size_t i = 0; i < SEGMENT_WORDS_MAX; i++)
        cohort[i] = (uint64_t)random_below(UINT32_MAX) << 32 | random_below(UINT32_MAX);
    data = bitmap_pack(words, n_persons, &size);
    assert_non_null(data);
    assert_true(bitmap_unpack(data, size, n_persons, &bitmap));
    assert_int_equal(bitmap.count, count);
    assert_int_equal(bitmap.dense, bitmap_dense(count, n_persons));
    bitmap_or(&bitmap, back, n_persons);
    assert_memory_equal(back, words, sizeof(words));
    for (uint32_t i = 0; i < n_persons; i++)
        expected += bits_has(words, i) && bits_has(cohort, i);
    assert_int_equal(bitmap_count_and(&bitmap, cohort, n_persons), expected);
    assert_false(bitmap_unpack(data, size - 1, n_persons, &bitmap));
    free(data);
}

static void test_every_count_of_every_form_is_read_back(void **state)
{
    static const uint32_t sizes[] = {1, 2, 63, 64, 65, 257, 2548, 8192, 8193, 16383, 16384};

    (void)state;
    random_seed(5);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (uint32_t count = 0; count <= sizes[i] && count < 40; count++)
            check(sizes[i], count);
        for (uint32_t share = 2; share < 200; share += 1 + share / 8)
            for (uint32_t off = 0; off < 3 && sizes[i] > 257; off++)
                check(sizes[i], sizes[i] / share + off - 1);
        check(sizes[i], sizes[i]);
    }
    random_unseed();
}

static void test_damaged_bytes_stay_in_bounds(void **state)
{
    (void)state;
    random_seed(6);
    for (int i = 0; i < 20000; i++) {
        uint64_t words[SEGMENT_WORDS_MAX] = {0};
        uint32_t n_persons = 1 + random_below(3000);
        size_t size = 1 + random_below(600);
        uint8_t *data = malloc(size);
        struct bitmap bitmap;

        for (size_t k = 0; k < size; k++)
            data[k] = (uint8_t)random_below(256);
        if (i & 1)
            data[0] = (uint8_t)((size / 2) << 1 & 127);
        if (bitmap_unpack(data, size, n_persons, &bitmap)) {
            bitmap_or(&bitmap, words, n_persons);
            assert_true(bitmap_count_and(&bitmap, words, n_persons) <= size * 8);
        }
        for (uint32_t person = n_persons; person < SEGMENT_PERSONS_MAX && !bitmap.dense; person++)
            assert_false(bits_has(words, person));
        free(data);
    }
    random_unseed();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_count_of_every_form_is_read_back),
        cmocka_unit_test(test_damaged_bytes_stay_in_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
