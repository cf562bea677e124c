/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of varint: every 64-bit number comes back from at most ten bytes; bytes that are cut
 * short, too long, or more than 64 bits are refused and change nothing; signed numbers near 0 are
 * short.
 */
#include "proto/base/varint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_numbers_come_back_and_cut_ones_are_refused(void **state)
{
    const uint64_t values[] = {0,         1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX - 1,
                               UINT64_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        uint8_t data[VARINT_BYTES_MAX];
        const uint8_t *end = varint_write(data, values[i]);
        uint64_t back = 7;

        assert_ptr_equal(varint_read(data, end, &back), end);
        assert_true(back == values[i]);
        back = 7;
        for (const uint8_t *cut = data; cut < end; cut++)
            assert_null(varint_read(data, cut, &back));
        assert_int_equal(back, 7);
    }
}

static void test_eleven_bytes_are_refused(void **state)
{
    uint8_t data[VARINT_BYTES_MAX + 1];
    uint64_t value = 7;

    (void)state;
    memset(data, 0x80, sizeof(data));
    data[VARINT_BYTES_MAX] = 0;
    assert_null(varint_read(data, data + sizeof(data), &value));
    assert_int_equal(value, 7);
}

static void test_65_bits_are_refused(void **state)
{
    uint8_t data[VARINT_BYTES_MAX];
    uint64_t value = 7;

    (void)state;
    memset(data, 0x80, sizeof(data));
    data[VARINT_BYTES_MAX - 1] = 1; /* bit 63 */
    assert_ptr_equal(varint_read(data, data + sizeof(data), &value), data + sizeof(data));
    assert_true(value == UINT64_C(1) << 63);
    data[VARINT_BYTES_MAX - 1] = 2; /* bit 64 */
    value = 7;
    assert_null(varint_read(data, data + sizeof(data), &value));
    assert_int_equal(value, 7);
}

static void test_signed_numbers_come_back(void **state)
{
    const int64_t values[] = {0, -1, 1, -64, 63, INT64_MIN, INT64_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
        assert_true(varint_to_signed(varint_from_signed(values[i])) == values[i]);
    assert_true(varint_from_signed(-64) == 127); /* one byte */
    assert_true(varint_from_signed(63) == 126);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_come_back_and_cut_ones_are_refused),
        cmocka_unit_test(test_eleven_bytes_are_refused),
        cmocka_unit_test(test_65_bits_are_refused),
        cmocka_unit_test(test_signed_numbers_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
