/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arena's promises: memory is zeroed and aligned, the cap is exact, an overflowing product is
 * refused, and clearing gives the cap back.
 */
#include "proto/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_memory_is_zeroed_and_aligned(void **state)
{
    struct arena *arena = arena_new(1 << 20);

    (void)state;
    for (size_t size = 1; size < 300; size++) {
        unsigned char *memory = arena_alloc(arena, size);

        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xff, size);
    }
    arena_free(arena);
}

static void test_the_cap_is_exact(void **state)
{
    struct arena *arena = arena_new(64);

    (void)state;
    assert_non_null(arena_alloc(arena, 48));
    assert_null(arena_alloc(arena, 17));
    assert_non_null(arena_alloc(arena, 16));
    assert_null(arena_alloc(arena, 1));
    arena_clear(arena);
    assert_int_equal(arena_used(arena), 0);
    assert_non_null(arena_alloc(arena, 64));
    arena_free(arena);
}

static void test_a_product_that_overflows_is_refused(void **state)
{
    struct arena *arena = arena_new(SIZE_MAX);

    (void)state;
    assert_null(arena_array(arena, SIZE_MAX / 2, 3));
    assert_null(arena_alloc(arena, SIZE_MAX));
    assert_null(arena_alloc(arena, SIZE_MAX - 8));
    arena_free(arena);
}

static void test_texts_are_copied(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    char *text = arena_printf(arena, "%s-%d", "region", 12);

    (void)state;
    assert_string_equal(text, "region-12");
    assert_string_equal(arena_strdup(arena, text), "region-12");
    assert_string_equal(arena_strndup(arena, text, 3), "reg");
    assert_string_equal(arena_strndup(arena, NULL, 0), "");
    arena_free(arena);
    arena_free(NULL);
}

static void test_a_large_request_gets_its_own_block(void **state)
{
    struct arena *arena = arena_new(10 << 20);
    char *large = arena_alloc(arena, 5 << 20);
    char *small = arena_alloc(arena, 8);

    (void)state;
    assert_non_null(large);
    assert_non_null(small);
    memset(large, 1, 5 << 20);
    assert_int_equal(small[0], 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zeroed_and_aligned),
        cmocka_unit_test(test_the_cap_is_exact),
        cmocka_unit_test(test_a_product_that_overflows_is_refused),
        cmocka_unit_test(test_texts_are_copied),
        cmocka_unit_test(test_a_large_request_gets_its_own_block),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
