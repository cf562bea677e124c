/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of bytes: what is written is read back, and bytes that are cut short, too long or
 * not hex are refused without moving on.
 */
#include "proto/base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_varints_round_trip_and_cut_ones_are_refused(void **state)
{
    const uint64_t values[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX};
    struct bytes bytes = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        size_t at = 0;
        uint64_t back = 7;

        bytes_clear(&bytes);
        bytes_add_varint(&bytes, values[i]);
        assert_true(bytes_read_varint(bytes.data, bytes.size, &at, &back));
        assert_true(back == values[i]);
        assert_int_equal(at, bytes.size);
        for (size_t cut = 0; cut < bytes.size; cut++) {
            at = 0;
            assert_false(bytes_read_varint(bytes.data, cut, &at, &back));
            assert_int_equal(at, 0);
        }
    }
    bytes_clear(&bytes);
}

static void test_fields_round_trip_and_cut_ones_are_refused(void **state)
{
    struct bytes bytes = {0};
    const uint8_t *value;
    size_t size, at = 0;
    uint8_t tag;

    (void)state;
    bytes_add_tlv_text(&bytes, 1, "HP:0001250");
    bytes_add_tlv_u64(&bytes, 2, 0x0102030405060708u);
    bytes_add_tlv(&bytes, 3, NULL, 0);
    assert_false(bytes.failed);
    assert_true(bytes_read_tlv(bytes.data, bytes.size, &at, &tag, &value, &size));
    assert_int_equal(tag, 1);
    assert_memory_equal(value, "HP:0001250", size);
    assert_true(bytes_read_tlv(bytes.data, bytes.size, &at, &tag, &value, &size));
    assert_int_equal(size, 8);
    assert_int_equal(value[0], 1);
    assert_int_equal(value[7], 8);
    assert_true(bytes_read_tlv(bytes.data, bytes.size, &at, &tag, &value, &size));
    assert_int_equal(size, 0);
    assert_false(bytes_read_tlv(bytes.data, bytes.size, &at, &tag, &value, &size));
    at = 0;
    assert_false(
        bytes_read_tlv(NULL, 0, &at, &tag, &value, &size)); /* nothing, as nobody wrote it */
    for (size_t cut = 0; cut < 15; cut++) {
        at = 0;
        assert_false(bytes_read_tlv(bytes.data, cut, &at, &tag, &value, &size));
    }
    bytes_clear(&bytes);
}

static void test_hex_is_exact(void **state)
{
    uint8_t back[4], data[4] = {0x00, 0x9f, 0xa0, 0xff};
    char text[9];

    (void)state;
    bytes_to_hex(data, sizeof(data), text);
    assert_string_equal(text, "009fa0ff");
    assert_true(bytes_from_hex(text, back, sizeof(back)));
    assert_memory_equal(back, data, sizeof(data));
    assert_false(bytes_from_hex("009fa0f", back, sizeof(back)));
    assert_false(bytes_from_hex("009fa0ff0", back, sizeof(back)));
    assert_false(bytes_from_hex("009fa0fg", back, sizeof(back)));
    assert_false(bytes_from_hex("009FA0FF", back, sizeof(back)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_varints_round_trip_and_cut_ones_are_refused),
        cmocka_unit_test(test_fields_round_trip_and_cut_ones_are_refused),
        cmocka_unit_test(test_hex_is_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
