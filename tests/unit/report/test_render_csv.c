/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV quotes, leaves out what is no value, and has as many fields in each line.
 */
#include "tests/unit/report/report.h"

static void test_csv_quotes_and_leaves_out_what_is_no_value(void **state)
{
    struct bench b;
    const char *csv;

    (void)state;
    bench_up(&b);
    render_csv(b.report,
               &(struct render_options){.asked_s = 1790000000, .question = "sex = female, \"all\""},
               ',', &b.out);
    csv = text(&b);
    assert_non_null(strstr(csv, "node,name,state,matched_state,matched,matched_low95"));
    assert_non_null(strstr(csv, "\n01,Stockholm,value,value,1240,1225,1250,suppressed,,"));
    assert_non_null(strstr(csv, "\n05,\"Östergötland, \"\"mitt\"\"\",suppressed,suppressed,,0,20"));
    assert_non_null(strstr(csv, "\n12,Skåne,offline,,,,,,,,,persons,"));
    assert_non_null(strstr(csv, "\ntotal,2 of 4 regions,value,value,1240,"));
    bench_down(&b);
}

static void test_a_line_says_what_it_rests_on_and_the_mark_comes_when_wanted(void **state)
{
    struct render_options options = {
        .question = "age > 3, or \"x\"", .asked_s = 1790000000, .mark = true};
    struct bench b;
    const char *csv;

    (void)state;
    bench_up(&b);
    b.many->n_terms = 2;
    memcpy(b.many->term[0].system, "hp", 3);
    memcpy(b.many->term[0].release, "2026-01", 8);
    memcpy(b.many->term[1].system, "icd10", 6);
    memcpy(b.many->term[1].release, "2026", 5);
    render_csv(b.report, &options, ',', &b.out);
    csv = text(&b);
    assert_memory_equal(csv, "\xef\xbb\xbfnode,name", 12);
    assert_non_null(strstr(
        csv, ",code,terms,measure,mode,release,id,asked,question,sigma_undetermined,sigma_total,"
             "everybody_could_pay\n"));
    assert_non_null(strstr(csv,
                           ",hp 2026-01; icd10 2026,count,regions,,ab01000000000000000000000000"
                           "0000,2026-09-21T14:13:20Z,\"age > 3, or \"\"x\"\"\",5,,\n"));
    bench_down(&b);
}

static void test_every_line_of_csv_and_tsv_has_the_same_number_of_fields(void **state)
{
    (void)state;
    for (int tabs = 0; tabs < 2; tabs++) {
        struct bench b;
        int fields = 0, lines = 0;
        bool quoted = false;

        bench_up(&b);
        render_csv(
            b.report,
            &(struct render_options){.asked_s = 1790000000, .question = "sex = female, \"all\""},
            tabs ? '\t' : ',', &b.out);
        for (const char *c = text(&b); *c; c++) {
            quoted = quoted != (!tabs && *c == '"');
            fields += !quoted && *c == (tabs ? '\t' : ',');
            if (*c != '\n')
                continue;
            assert_int_equal(fields, 27);
            fields = 0;
            lines++;
        }
        assert_int_equal(lines, 6);
        bench_down(&b);
    }
}

/* The last field of the line that begins so. */
static void ends(const char *csv, const char *begin, const char *end)
{
    const char *line = strstr(csv, begin);
    size_t length = strlen(end);

    assert_non_null(line);
    line = strchr(line + 1, '\n');
    assert_non_null(line);
    assert_memory_equal(line - length, end, length);
}

static void test_a_line_says_whether_persons_may_have_been_left_out(void **state)
{
    struct render_options options = {.question = "age > 3"};
    struct bench b;
    const char *csv;

    (void)state;
    bench_up(&b);
    b.many->balance = (struct answer_balance){true, "main", "2026", 15, 20, 90, 100, 5, 10};
    render_csv(b.report, &options, ',', &b.out);
    csv = text(&b);
    ends(csv, "\n01,Stockholm", ",5,,yes");
    ends(csv, "\n05,", ",5,,"); /* nobody has an account there */
    ends(csv, "\n12,", ",5,,");
    ends(csv, "\ntotal,", ",5,,yes");
    bytes_clear(&b.out);
    b.few->balance = (struct answer_balance){true, "main", "2026", 14, 20, 90, 100, 5, 10};
    b.refusal->balance = b.few->balance; /* a refusal has no figures */
    render_csv(b.report, &options, '\t', &b.out);
    csv = text(&b);
    ends(csv, "\n01\tStockholm", "\t5\t\tyes");
    ends(csv, "\n05\t", "\t5\t\tno");
    ends(csv, "\n13\t", "\t5\t\t");
    ends(csv, "\ntotal\t", "\t5\t\tno");
    bench_down(&b);
}

static void test_a_blind_sum_is_called_so_and_has_no_number(void **state)
{
    struct bench b;
    const char *csv;

    (void)state;
    bench_up_sealed(&b);
    render_csv(b.report,
               &(struct render_options){.asked_s = 1790000000, .question = "sex = female, \"all\""},
               ',', &b.out);
    csv = text(&b);
    assert_non_null(strstr(csv, "\n01,Stockholm,took-part,,,,,,,,,persons,"));
    assert_non_null(strstr(csv, "\ntotal,3 of 3 regions,blind,,,,,,,,,persons,"));
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_quotes_and_leaves_out_what_is_no_value),
        cmocka_unit_test(test_a_line_says_what_it_rests_on_and_the_mark_comes_when_wanted),
        cmocka_unit_test(test_every_line_of_csv_and_tsv_has_the_same_number_of_fields),
        cmocka_unit_test(test_a_line_says_whether_persons_may_have_been_left_out),
        cmocka_unit_test(test_a_blind_sum_is_called_so_and_has_no_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
