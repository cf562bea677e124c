/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of large memory: all of it can be written, whatever its size; from a large page on it
 * begins on one.
 */
#include "proto/base/large.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_memory_can_be_written_to_its_end(void **state)
{
    static const size_t sizes[] = {1, 4096, LARGE_PAGE - 1, LARGE_PAGE, 3 * LARGE_PAGE + 5};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        uint8_t *memory = large_new(sizes[i]);

        assert_non_null(memory);
        memset(memory, 7, sizes[i]);
        assert_int_equal(memory[sizes[i] - 1], 7);
        if (sizes[i] >= LARGE_PAGE)
            assert_int_equal((uintptr_t)memory % LARGE_PAGE, 0);
        free(memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_can_be_written_to_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
