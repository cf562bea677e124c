/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the persons reader: a row is a unit, offered or rejected by its line; one person
 * in two notations is one; facts of earlier rows stay; the same event has the same key in every
 * delivery; a header that is not ours refuses the file.
 */
#include "records_bench.h"

#include <stdio.h>
#include <string.h>

#include "node/import/persons.h"
#include "tests/unit/refused.h"

static const struct persons_options plain;

static void test_rows_are_offered_or_rejected_by_line(void **state)
{
    static const char *const texts[] = {
        "\xef\xbb\xbfPerson;Sex;Kind;Code\r\nA;f;;\r\n\r\nA;;diagnosis;icd10:C50.1\r\n"
        "A;male;;\r\nB;x;;\r\n\"C;f;;\r\nD;f\r\nE;;diagnosis;C50\r\n",
        NULL};
    const struct stream_closing *closing;
    const struct stream_item *item;
    struct records_bench b;

    (void)state;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, persons_read, &plain));
    assert_int_equal(bench_stream_next(&b.stream, STREAM_UNIT)->unit.facts.sex, PERSON_FEMALE);
    item = bench_stream_next(&b.stream, STREAM_UNIT);
    assert_int_equal(item->unit.facts.sex, PERSON_FEMALE); /* said by the row before */
    assert_string_equal(bench_stream_next(&b.stream, STREAM_EVENT)->event.code, "C501");
    records_bench_reject(&b, REJECT_PERSON_CONTRADICTS, "sex", 5);
    records_bench_reject(&b, REJECT_PERSON_FIELD, "sex", 6);
    records_bench_reject(&b, REJECT_CSV_QUOTING, "", 7);
    records_bench_reject(&b, REJECT_CSV_COLUMNS, "", 8);
    records_bench_reject(&b, REJECT_EVENT_SYSTEM, "system", 9);
    closing = records_bench_closing(&b);
    assert_int_equal(closing->read, 7);
    assert_int_equal(closing->offered, 2);
    assert_int_equal(closing->rejected, 5);
    records_bench_down(&b);
}

static void test_present_and_absent_are_kept_and_told(void **state)
{
    static const char *const texts[] = {"person,kind,code,excluded\nA,diagnosis,icd10:C50.1,no\n"
                                        "A,diagnosis,icd10:C50,yes\nB,diagnosis,icd10:C50,yes\n",
                                        NULL};
    struct records_bench b;

    (void)state;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, persons_read, &plain));
    records_bench_reject(&b, REJECT_EVENT_CONTRADICTS, "code", 3);
    assert_int_equal(records_bench_closing(&b)->offered, 3);
    records_bench_down(&b);
}

/* The units of a text, at most 4. */
static size_t units_of(const char *text, struct stream_unit units[static 4])
{
    const char *const texts[] = {text, NULL};
    struct records_bench b;
    size_t n;

    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, persons_read, &plain));
    n = records_bench_closing(&b)->offered;
    assert_true(n <= 4);
    records_bench_down(&b);
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, persons_read, &plain));
    for (size_t i = 0; i < n; i++)
        units[i] = bench_stream_next(&b.stream, STREAM_UNIT)->unit;
    records_bench_down(&b);
    return n;
}

static void test_one_person_in_two_notations_is_one(void **state)
{
    struct stream_unit units[4];

    (void)state;
    assert_int_equal(units_of("person\n121212-1212\n201212121212\nx\n", units), 3);
    assert_memory_equal(units[0].person.b, units[1].person.b, 16);
    assert_memory_not_equal(units[0].person.b, units[2].person.b, 16);
}

static void test_an_entry_keeps_its_key_and_shows_its_content(void **state)
{
    struct stream_unit a[4], b[4];

    (void)state;
    assert_int_equal(units_of("person,sex,kind,code\nA,f,,\nA,,other,local:1\n", a), 2);
    assert_int_equal(
        units_of("sex,kind,person,code\n,other,A,local:1\nf,,A,\n,other,A,local:2\n", b), 3);
    assert_memory_equal(a[0].key.b, b[1].key.b, 16); /* the facts of A */
    assert_memory_equal(a[1].key.b, b[0].key.b, 16); /* its event */
    assert_memory_not_equal(b[0].key.b, b[2].key.b, 16);
    assert_memory_equal(a[0].content, b[1].content, 32);
    assert_memory_not_equal(a[1].content, b[0].content, 32); /* the sex was not said yet */
}

static void test_every_fact_of_a_row_is_part_of_its_content(void **state)
{
    static const char *const rows[] = {
        "A,f,,,,,",           "A,m,,,,,",           "A,f,1950,,,,",      "A,f,1951,,,,",
        "A,f,,,,yes,",        "A,f,,,,no,",         "A,f,,,60,,",        "A,f,,1950-03-04,,,",
        "A,f,,1950-03-05,,,", "A,f,,,,,2020-03-04", "A,f,,,,,2020-03-05"};
    struct stream_unit units[sizeof(rows) / sizeof(rows[0])];
    char text[256];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct stream_unit one[4];

        snprintf(text, sizeof(text),
                 "person,sex,birth_year,birth_date,age,deceased,death_date\n%s\n", rows[i]);
        assert_int_equal(units_of(text, one), 1);
        units[i] = one[0];
        assert_memory_equal(units[i].key.b, units[0].key.b, 16);
        for (size_t j = 0; j < i; j++)
            if (memcmp(units[i].content, units[j].content, 32) == 0)
                fail_msg("%s and %s", rows[i], rows[j]);
    }
}

static void test_a_header_that_is_not_ours_refuses_the_file(void **state)
{
    static const char *const headers[] = {"sex,age\nf,7\n", "person,name\nA,x\n", "", NULL};

    (void)state;
    for (size_t i = 0; headers[i]; i++) {
        const char *const texts[] = {headers[i], NULL};
        struct records_bench b;

        records_bench_up(&b, texts);
        assert_false(records_bench_run(&b, persons_read, &plain));
        assert_int_equal(b.err.code, ERR_INVALID);
        assert_non_null(strstr(b.err.text, "file: "));
        records_bench_down(&b);
    }
}

/* The content of what is kept of a row that cannot be read. */
static void lost_content(const char *row, uint8_t content[static 32])
{
    char text[200];
    const char *const texts[] = {text, NULL};
    struct records_bench b;

    snprintf(text, sizeof(text), "person,kind,system,code,date,excluded\n%s\n", row);
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, persons_read, &plain));
    memcpy(content, bench_stream_next(&b.stream, STREAM_UNIT)->unit.content, 32);
    records_bench_down(&b);
}

static void test_what_is_lost_is_another_when_anything_of_it_is(void **state)
{
    static const char *const rows[] = {
        "A,diagnosis,icd10,C50,2020-02-31,", "A,other,icd10,C50,2020-02-31,",
        "A,diagnosis,orpha,558,2020-02-31,", "A,diagnosis,icd10,C51,2020-02-31,",
        "A,diagnosis,icd10,C50,2020-02-31,yes"};
    uint8_t content[sizeof(rows) / sizeof(rows[0])][32];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        lost_content(rows[i], content[i]);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(content[i], content[j], 32);
    }
}

static void test_a_file_that_was_cut_in_its_last_line_is_refused(void **state)
{
    static const char *const whole[] = {"person\nA\n", "person\r\nA\r\n"};
    static const char *const cut[] = {"person\nA", "person\r\nA\r\nB"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const char *const texts[] = {whole[i], NULL}, *const broken[] = {cut[i], NULL};
        struct records_bench b;

        records_bench_up(&b, texts);
        assert_true(records_bench_run(&b, persons_read, &plain));
        records_bench_down(&b);
        records_bench_up(&b, broken);
        assert_refused_for(records_bench_run(&b, persons_read, &plain), &b.err, ERR_INVALID,
                           "no line feed");
        records_bench_down(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_offered_or_rejected_by_line),
        cmocka_unit_test(test_present_and_absent_are_kept_and_told),
        cmocka_unit_test(test_one_person_in_two_notations_is_one),
        cmocka_unit_test(test_an_entry_keeps_its_key_and_shows_its_content),
        cmocka_unit_test(test_every_fact_of_a_row_is_part_of_its_content),
        cmocka_unit_test(test_a_header_that_is_not_ours_refuses_the_file),
        cmocka_unit_test(test_what_is_lost_is_another_when_anything_of_it_is),
        cmocka_unit_test(test_a_file_that_was_cut_in_its_last_line_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
