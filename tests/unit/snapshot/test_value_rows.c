/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of values in a segment: every row comes back with its day, its number to the last digit
 * and its word; a row of an ordinary code takes few bytes; damage is refused or stays in bounds.
 */
#include "node/snapshot/value_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/bytes.h"
#include "tests/unit/refused.h"

static void add(struct value_rows *values, struct value_row row, const char *word)
{
    struct err err;

    assert_true(value_rows_word(values, word, strlen(word), &row.word, &err));
    assert_true(value_rows_room(values, 1, &err));
    values->rows[values->n++] = row;
}

static void fill(struct value_rows *values)
{
    add(values, (struct value_row){.day = PERSON_NO_DATE, .person = 0}, "");
    add(values, (struct value_row){.day = 19000, .form = EVENT_NUMBER, .nano = 4900000000},
        "mmol/L");
    add(values, (struct value_row){.day = 19001, .person = 3, .form = EVENT_NUMBER, .nano = -1},
        "");
    add(values, (struct value_row){.day = 12, .person = 3, .form = EVENT_ANSWER}, "LA9622-7");
    add(values,
        (struct value_row){
            .day = PERSON_NO_DATE, .person = 16383, .form = EVENT_NUMBER, .nano = INT64_MAX},
        "mmol/L");
    add(values,
        (struct value_row){.day = 5, .person = 16383, .form = EVENT_NUMBER, .nano = INT64_MIN},
        "mmol/L");
}

static void test_rows_come_back(void **state)
{
    struct value_rows values = {0}, read = {0};
    struct bytes bytes = {0};
    struct err err;

    (void)state;
    fill(&values);
    value_rows_pack(&values, &bytes);
    assert_false(bytes.failed);
    assert_true(value_rows_unpack(bytes.data, bytes.size, 16384, &read, &err));
    assert_int_equal(read.n, values.n);
    for (size_t i = 0; i < read.n; i++) {
        assert_int_equal(read.rows[i].day, values.rows[i].day);
        assert_int_equal(read.rows[i].person, values.rows[i].person);
        assert_int_equal(read.rows[i].form, values.rows[i].form);
        assert_true(read.rows[i].nano == values.rows[i].nano);
        if (read.rows[i].form != EVENT_NO_VALUE)
            assert_string_equal(read.words[read.rows[i].word], values.words[values.rows[i].word]);
    }
    assert_refused(value_rows_unpack(bytes.data, bytes.size, 16383, &read, &err), &err,
                   ERR_INTERNAL);
    bytes_clear(&bytes);
    value_rows_clear(&read);
    value_rows_clear(&values);
}

/* One decimal, one unit, ten years of days, each person a few times. */
static void test_few_bytes_a_row(void **state)
{
    struct value_rows values = {0};
    struct bytes bytes = {0};

    (void)state;
    for (uint32_t i = 0; i < 20000; i++)
        add(&values,
            (struct value_row){.day = 16000 + (int32_t)(i * 7919 % 3650),
                               .person = (uint16_t)(i * 16384 / 20000),
                               .form = EVENT_NUMBER,
                               .nano = (int64_t)(i * 31 % 90) * 100000000},
            "mmol/L");
    value_rows_pack(&values, &bytes);
    assert_true(bytes.size < 20000 * 51 / 10);
    bytes_clear(&bytes);
    value_rows_clear(&values);
}

static void test_damage_stays_in_bounds(void **state)
{
    struct value_rows values = {0}, read = {0};
    struct bytes bytes = {0};
    struct err err;

    (void)state;
    fill(&values);
    value_rows_pack(&values, &bytes);
    for (size_t size = 0; size < bytes.size; size++) {
        uint8_t *cut = malloc(size + 1);

        assert_non_null(cut);
        memcpy(cut + 1, bytes.data, size);
        assert_refused(value_rows_unpack(cut + 1, size, 16384, &read, &err), &err, ERR_INTERNAL);
        free(cut);
    }
    for (size_t at = 0; at < bytes.size; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes.data[at] ^= (uint8_t)(1u << bit);
            if (value_rows_unpack(bytes.data, bytes.size, 16384, &read, &err))
                for (size_t i = 0; i < read.n; i++)
                    assert_true(read.rows[i].person < 16384 &&
                                (!read.rows[i].word || read.rows[i].word < read.n_words));
            bytes.data[at] ^= (uint8_t)(1u << bit);
        }
    bytes_clear(&bytes);
    value_rows_clear(&read);
    value_rows_clear(&values);
}

static void test_words_at_the_limit_and_one_past(void **state)
{
    struct value_rows values = {0};
    struct err err;
    uint16_t place;

    (void)state;
    values.words = calloc(VALUE_WORDS_MAX + 1, sizeof(*values.words));
    assert_non_null(values.words);
    for (size_t i = 0; i < VALUE_WORDS_MAX; i++) {
        values.words[i] = strdup(i ? "x" : "");
        assert_non_null(values.words[i]);
    }
    values.n_words = VALUE_WORDS_MAX;
    assert_true(value_rows_word(&values, "y", 1, &place, &err));
    assert_int_equal(place, VALUE_WORDS_MAX);
    assert_refused(value_rows_word(&values, "z", 1, &place, &err), &err, ERR_EXHAUSTED);
    value_rows_clear(&values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_come_back),
        cmocka_unit_test(test_few_bytes_a_row),
        cmocka_unit_test(test_damage_stays_in_bounds),
        cmocka_unit_test(test_words_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
