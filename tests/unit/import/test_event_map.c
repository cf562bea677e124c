/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of a file of events: its columns are found by what was declared, and by nothing else; a
 * declaration that does not fit refuses the file; a row that cannot be read is rejected by line and
 * field, and an event with another value is another event.
 */
#include "node/import/event_map.h"

#include "records_bench.h"

#include <stdio.h>
#include <string.h>

#include "node/import/persons.h"
#include "tests/unit/refused.h"

static void test_rows_are_read_by_the_declared_columns(void **state)
{
    static const char *const texts[] = {
        "PATNR;NPU;DAG;SVAR;ENHET;REMISS\nA;NPU19651;2024-03-01;4,9;mmol/l;x\n"
        "A;NPU19651;2024-03-01;5,1;mmol/l;x\nA;NPU19651;2024-03-01;<1;mmol/l;x\n"
        "B;NPU19651;2024-13-01;1;mmol/l;x\nB;NPU19651;2024-03-02;1;furlong;x\n",
        NULL};
    struct event_map map = {
        .columns = {"person=PATNR", "code=NPU", "start=DAG", "value=SVAR", "unit=ENHET"},
        .n_columns = 5,
        .sets = {"kind=lab", "system=npu"},
        .n_sets = 2,
        .decimal_comma = true,
        .other_columns = true};
    const struct persons_options options = {.map = &map};
    const struct stream_closing *closing;
    const struct stream_item *item;
    struct records_bench b;
    struct entry_key first;
    struct err err;

    (void)state;
    assert_true(event_map_settle(&map, &err));
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, persons_read, &options));
    first = bench_stream_next(&b.stream, STREAM_UNIT)->unit.key;
    item = bench_stream_next(&b.stream, STREAM_EVENT);
    assert_int_equal(item->event.kind, EVENT_LAB);
    assert_int_equal(item->event.value.nano, 4900000000);
    assert_string_equal(item->event.value.word, "mmol/L");
    item = bench_stream_next(&b.stream, STREAM_UNIT);
    assert_memory_not_equal(item->unit.key.b, first.b, sizeof(first.b));
    records_bench_reject(&b, REJECT_VALUE_FORM, "value", 4);
    records_bench_reject(&b, REJECT_EVENT_DATE, "start", 5);
    records_bench_reject(&b, REJECT_UNIT_UNKNOWN, "unit", 6);
    closing = records_bench_closing(&b);
    assert_int_equal(closing->offered, 3);
    assert_int_equal(closing->rejected, 2);
    records_bench_down(&b);
}

static void test_a_span_and_an_answer(void **state)
{
    static const char *const texts[] = {
        "person,kind,code,start,end,answer\nA,treatment,atc:L01EB04,2024-03-01,2024-03-31,\n"
        "A,observation,loinc:89247-1,2024-03-01,,LA9622-7\n"
        "A,treatment,atc:L01EB04,2024-03-01,2024-02-28,\nA,treatment,atc:L01EB04,,2024-02-28,\n",
        NULL};
    struct event_map map = {.n_columns = 0};
    const struct persons_options options = {.map = &map};
    struct records_bench b;

    (void)state;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, persons_read, &options));
    assert_int_equal(bench_stream_next(&b.stream, STREAM_EVENT)->event.lasts, 30);
    assert_string_equal(bench_stream_next(&b.stream, STREAM_EVENT)->event.value.word, "LA9622-7");
    records_bench_reject(&b, REJECT_EVENT_IMPLAUSIBLE, "end", 4);
    records_bench_reject(&b, REJECT_EVENT_IMPLAUSIBLE, "end", 5);
    records_bench_down(&b);
}

static void test_a_header_that_was_not_declared_refuses_the_file(void **state)
{
    static const char *const headers[][2] = {{"who,kind,code\n", NULL},
                                             {"person,kind,code,more\n", NULL},
                                             {"person,kind,code,sex\n", NULL}};
    struct event_map map = {.n_columns = 0}, declared = {.columns = {"unit=ENHET"}, .n_columns = 1};
    struct persons_options options = {.map = &map};
    struct records_bench b;
    struct err err;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        records_bench_up(&b, headers[i]);
        assert_refused(records_bench_run(&b, persons_read, &options), &b.err, ERR_INVALID);
        assert_null(strstr(b.err.text, "more"));
        records_bench_down(&b);
    }
    assert_true(event_map_settle(&declared, &err));
    options.map = &declared;
    records_bench_up(&b, (const char *const[]){"person,kind,code,unit\n", NULL});
    assert_refused_for(records_bench_run(&b, persons_read, &options), &b.err, ERR_INVALID, "unit");
    records_bench_down(&b);
}

static void test_what_is_typed_wrong_is_named(void **state)
{
    static const char *const typed[] = {"sex=KON", "code", "code=", "=x", "person=A"};
    struct err err;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        struct event_map map = {.sets = {typed[i]}, .n_sets = 1};

        assert_refused(event_map_settle(&map, &err), &err, ERR_INVALID);
    }
    struct event_map twice = {.columns = {"code=A", "code=B"}, .n_columns = 2};
    struct event_map both = {
        .columns = {"code=A"}, .n_columns = 1, .sets = {"code=B"}, .n_sets = 1};

    assert_refused_for(event_map_settle(&twice, &err), &err, ERR_INVALID, "twice");
    assert_refused_for(event_map_settle(&both, &err), &err, ERR_INVALID, "both");
}

static void test_another_mapping_has_another_text(void **state)
{
    struct event_map one = {.columns = {"code=A"}, .n_columns = 1}, other = {.n_columns = 0};
    char text[96], same[96];
    struct err err;

    (void)state;
    assert_true(event_map_settle(&one, &err));
    event_map_describe(&one, text, sizeof(text));
    event_map_describe(&other, same, sizeof(same));
    assert_string_not_equal(text, same);
    other.decimal_comma = true;
    event_map_describe(&other, text, sizeof(text));
    assert_string_not_equal(text, same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_read_by_the_declared_columns),
        cmocka_unit_test(test_a_span_and_an_answer),
        cmocka_unit_test(test_a_header_that_was_not_declared_refuses_the_file),
        cmocka_unit_test(test_what_is_typed_wrong_is_named),
        cmocka_unit_test(test_another_mapping_has_another_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
