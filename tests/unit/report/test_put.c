/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns count characters, thousands stand apart, and no text is too long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/report/put.h"

static void test_columns_count_characters(void **state)
{
    struct bytes out = {0};

    (void)state;
    put_padded(&out, "åäö", 5);
    put_padded(&out, "12", -4);
    bytes_add_u8(&out, 0);
    assert_string_equal((const char *)out.data, "åäö    12");
    bytes_clear(&out);
}

static void test_thousands_stand_apart(void **state)
{
    char room[32];

    (void)state;
    assert_string_equal(put_number_text(0, room), "0");
    assert_string_equal(put_number_text(999, room), "999");
    assert_string_equal(put_number_text(1000, room), "1 000");
    assert_string_equal(put_number_text(-123456, room), "-123 456");
    assert_string_equal(put_number_text(INT64_MIN, room), "-9 223 372 036 854 775 808");
}

static void test_a_question_of_any_length_is_put_whole(void **state)
{
    char question[5000];
    struct bytes out = {0};

    (void)state;
    memset(question, 'x', sizeof(question));
    for (size_t length = 500; length < sizeof(question); length += 12) {
        question[length] = 0;
        put(&out, "%s|%d\n", question, 7);
        assert_false(out.failed);
        assert_int_equal(out.size, length + 3);
        assert_memory_equal(out.data, question, length);
        assert_memory_equal(out.data + length, "|7\n", 3);
        question[length] = 'x';
        bytes_clear(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_count_characters),
        cmocka_unit_test(test_thousands_stand_apart),
        cmocka_unit_test(test_a_question_of_any_length_is_put_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
