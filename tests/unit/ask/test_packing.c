/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of packing: every byte comes back, alone and from a base; zeros take no room, and a
 * repeat takes what differs; what is cut, longer than an answer, of another size than its base or
 * followed by more is refused, and no alteration reads past the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "coordinator/ask/packing.h"
#include "coordinator/report/answer.h"
#include "proto/base/random.h"
#include "tests/unit/refused.h"

static struct err err;

/* Random bytes, some of them in runs of zeros. */
static void fill(uint8_t *data, size_t size)
{
    random_bytes(data, size);
    for (size_t i = 0; i + 8 < size; i += 1 + data[i] % 40)
        memset(data + i, 0, data[i + 1] % 8);
}

static size_t round_trip(const uint8_t *data, size_t size, const uint8_t *base)
{
    struct bytes packed = {0}, back = {0};
    size_t length;

    packing_write(data, size, base, &packed);
    assert_false(packed.failed);
    if (!packing_read(packed.data, packed.size, base, base ? size : 0, &back, &err))
        fail_msg("%s", err.text);
    assert_int_equal(back.size, size);
    if (size)
        assert_memory_equal(back.data, data, size);
    length = packed.size;
    bytes_clear(&packed);
    bytes_clear(&back);
    return length;
}

static void test_every_byte_comes_back(void **state)
{
    uint8_t data[300], base[300];

    (void)state;
    random_seed(7);
    for (size_t size = 0; size <= sizeof(data); size++) {
        fill(data, size);
        fill(base, size);
        round_trip(data, size, NULL);
        round_trip(data, size, base);
    }
}

static void test_zeros_and_what_is_the_same_take_no_room(void **state)
{
    uint8_t data[2000] = {0}, base[2000];

    (void)state;
    memset(data, 'x', 300);
    assert_in_range(round_trip(data, sizeof(data), NULL), 300, 310);
    random_bytes(base, sizeof(base));
    memcpy(data, base, sizeof(data));
    memset(data + 50, 1, 32);
    assert_in_range(round_trip(data, sizeof(data), base), 30, 45);
}

static void test_what_is_damaged_is_refused(void **state)
{
    uint8_t data[200], base[201];
    struct bytes packed = {0}, back = {0};

    (void)state;
    random_seed(8);
    fill(data, sizeof(data));
    fill(base, sizeof(base));
    packing_write(data, sizeof(data), NULL, &packed);
    for (size_t cut = 0; cut < packed.size; cut++) {
        uint8_t *exact = malloc(cut + 1); /* so that a sanitizer sees a read past the end */

        assert_non_null(exact);
        memcpy(exact, packed.data, cut);
        assert_refused(packing_read(exact, cut, NULL, 0, &back, &err), &err, ERR_INTERNAL);
        free(exact);
        bytes_clear(&back);
    }
    assert_refused(packing_read(packed.data, packed.size, base, sizeof(base), &back, &err), &err,
                   ERR_INTERNAL);
    bytes_add_u8(&packed, 0);
    assert_refused(packing_read(packed.data, packed.size, NULL, 0, &back, &err), &err,
                   ERR_INTERNAL);
    bytes_clear(&back);
    for (size_t at = 0; at < packed.size; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            packed.data[at] ^= (uint8_t)(1u << bit);
            (void)!packing_read(packed.data, packed.size - 1, NULL, 0, &back, &err);
            assert_true(back.size <= ANSWER_BYTES_MAX);
            packed.data[at] ^= (uint8_t)(1u << bit);
            bytes_clear(&back);
        }
    bytes_clear(&packed);
}

static void test_an_answer_has_a_longest(void **state)
{
    uint8_t *data = calloc(1, ANSWER_BYTES_MAX);
    struct bytes packed = {0}, back = {0};

    (void)state;
    assert_non_null(data);
    round_trip(data, ANSWER_BYTES_MAX, NULL);
    bytes_add_varint(&packed, ANSWER_BYTES_MAX + 1);
    bytes_add_varint(&packed, 0);
    bytes_add_varint(&packed, ANSWER_BYTES_MAX + 1);
    assert_refused(packing_read(packed.data, packed.size, NULL, 0, &back, &err), &err,
                   ERR_INTERNAL);
    bytes_clear(&packed);
    bytes_clear(&back);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_comes_back),
        cmocka_unit_test(test_zeros_and_what_is_the_same_take_no_room),
        cmocka_unit_test(test_what_is_damaged_is_refused),
        cmocka_unit_test(test_an_answer_has_a_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
