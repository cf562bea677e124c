/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises about members that are not read: each is told once a packet, by its name when that
 * is letters and by the place alone otherwise; names, labels and provenance are passed over; a
 * packet is stored all the same.
 */
#include "packet_bench.h"

#include <string.h>

static void test_each_member_not_read_is_told_once(void **state)
{
    struct packet_bench b;

    (void)state;
    packet_bench_up(&b, "{'id':'P','metaData':{},'measurements':[],'subject':{'gender':{}},"
                        "'phenotypicFeatures':[{'type':{'id':'HP:0001250','label':'x'},"
                        "'severity':{}},{'type':{'id':'HP:0001251'},'severity':{}}]}");
    assert_false(b.rejected);
    assert_int_equal(b.n_told, 3);
    assert_true(packet_bench_told(&b, REJECT_FIELD_UNKNOWN, "measurements"));
    assert_string_equal(b.fields[1], "subject.gender");
    assert_string_equal(b.fields[2], "phenotypicFeatures[].severity");
    packet_bench_down(&b);
}

static void test_a_name_that_is_no_word_is_not_repeated(void **state)
{
    struct packet_bench b;

    (void)state;
    packet_bench_up(&b, "{'id':'P','121212-1212':1,'subject':{'a b':1,'':2}}");
    assert_false(b.rejected);
    assert_int_equal(b.n_told, 2);
    assert_true(packet_bench_told(&b, REJECT_FIELD_UNKNOWN, ""));
    assert_string_equal(b.fields[1], "subject");
    packet_bench_down(&b);
}

static void test_null_is_absent(void **state)
{
    struct packet_bench b;

    (void)state;
    packet_bench_up(&b, "{'id':'P','subject':null,'phenotypicFeatures':null,'diseases':null,"
                        "'interpretations':null,'biosamples':null}");
    assert_false(b.rejected);
    assert_int_equal(b.n_told, 0);
    packet_bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_member_not_read_is_told_once),
        cmocka_unit_test(test_a_name_that_is_no_word_is_not_repeated),
        cmocka_unit_test(test_null_is_absent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
