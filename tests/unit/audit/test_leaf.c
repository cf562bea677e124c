/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a leaf reads back as it was written; every other text of bytes is refused: cut, longer,
 * with fields in another order, with a control byte in a name; and names have exact room.
 */
#include "node/audit/leaf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/refused.h"

static const struct leaf sample = {.type = LEAF_CHARGE,
                                   .time_s = 1795286000,
                                   .question_hash = {1, 2, 3},
                                   .organisation = "gms",
                                   .analyst = "anna",
                                   .purpose = "research",
                                   .nrho = 20000000,
                                   .balance_nrho = 480000000,
                                   .noise_key = {4},
                                   .answer_hash = {5},
                                   .note = "regions"};

static void write(const struct leaf *leaf, struct bytes *bytes)
{
    leaf_write(leaf, bytes);
    assert_false(bytes->failed);
}

static void test_a_leaf_reads_back(void **state)
{
    struct bytes bytes = {0}, again = {0};
    struct leaf leaf;
    struct err err;

    (void)state;
    write(&sample, &bytes);
    assert_true(leaf_read(bytes.data, bytes.size, &leaf, &err));
    write(&leaf, &again);
    assert_int_equal(bytes.size, again.size);
    assert_memory_equal(bytes.data, again.data, bytes.size);
    assert_int_equal(leaf.nrho, sample.nrho);
    assert_string_equal(leaf.analyst, "anna");
    assert_string_equal(leaf_type_name(leaf.type), "charge");
    bytes_clear(&bytes);
    bytes_clear(&again);
}

static void test_cut_or_longer_bytes_are_refused(void **state)
{
    struct bytes bytes = {0};
    struct leaf leaf;
    struct err err;

    (void)state;
    write(&sample, &bytes);
    for (size_t size = 0; size < bytes.size; size++)
        assert_refused(leaf_read(bytes.data, size, &leaf, &err), &err, ERR_INVALID);
    bytes_add_u8(&bytes, 0);
    assert_refused(leaf_read(bytes.data, bytes.size, &leaf, &err), &err, ERR_INVALID);
    bytes_clear(&bytes);
}

static void test_other_tags_versions_and_types_are_refused(void **state)
{
    struct bytes bytes = {0};
    struct leaf leaf, other = sample;
    struct err err;

    (void)state;
    write(&sample, &bytes);
    bytes.data[0] = 2; /* the first tag */
    assert_refused(leaf_read(bytes.data, bytes.size, &leaf, &err), &err, ERR_INVALID);
    bytes.data[0] = 1;
    bytes.data[12] = 2; /* version, u64 behind tag and length */
    assert_refused(leaf_read(bytes.data, bytes.size, &leaf, &err), &err, ERR_INVALID);
    bytes_clear(&bytes);
    other.type = (enum leaf_type)(LEAF_DENIED_AGAIN + 1);
    write(&other, &bytes);
    assert_refused(leaf_read(bytes.data, bytes.size, &leaf, &err), &err, ERR_INVALID);
    bytes_clear(&bytes);
    other = sample;
    other.note[0] = '\n';
    write(&other, &bytes);
    assert_refused(leaf_read(bytes.data, bytes.size, &leaf, &err), &err, ERR_INVALID);
    bytes_clear(&bytes);
}

static void test_names_fit_exactly_or_are_refused(void **state)
{
    char name[LEAF_NAME_BYTES + 1], field[LEAF_NAME_BYTES] = "";
    struct err err;

    (void)state;
    memset(name, 'a', sizeof(name));
    name[LEAF_NAME_BYTES - 1] = 0;
    assert_true(leaf_name(field, sizeof(field), name, &err));
    assert_string_equal(field, name);
    name[LEAF_NAME_BYTES - 1] = 'a';
    name[LEAF_NAME_BYTES] = 0;
    assert_refused(leaf_name(field, sizeof(field), name, &err), &err, ERR_INVALID);
    assert_refused(leaf_name(field, sizeof(field), "a\tb", &err), &err, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_leaf_reads_back),
        cmocka_unit_test(test_cut_or_longer_bytes_are_refused),
        cmocka_unit_test(test_other_tags_versions_and_types_are_refused),
        cmocka_unit_test(test_names_fit_exactly_or_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
