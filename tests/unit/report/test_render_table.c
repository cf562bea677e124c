/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table tells the marks apart, and has colours only when asked.
 */
#include "tests/unit/report/report.h"

static void test_the_table_tells_the_marks_apart(void **state)
{
    struct render_options options = {.question = "sex = female", .verified = true};
    struct bench b;
    const char *table;

    (void)state;
    bench_up(&b);
    render_table(b.report, &options, &b.out);
    table = text(&b);
    assert_non_null(strstr(table, "≈ 1 240 persons (95 %: "));
    assert_non_null(strstr(table, "2 of 4 regions"));
    assert_non_null(strstr(table, " 0 to 20 "));
    assert_null(strstr(table, "<10 "));
    assert_non_null(strstr(table, "12 Skåne                      offline"));
    assert_non_null(strstr(table, "01 Stockholm                  value"));
    assert_null(strstr(table, "\033["));
    assert_non_null(strstr(table, "a repeat, already paid"));
    bench_down(&b);
}

static void test_a_blind_sum_is_told_and_has_no_number(void **state)
{
    struct render_options options = {.question = "sex = female", .verified = true};
    struct bench b;
    const char *table;

    (void)state;
    bench_up_sealed(&b);
    render_table(b.report, &options, &b.out);
    table = text(&b);
    assert_non_null(strstr(table, "A blind sum: only its asker's key opens it, 3 of 3 regions"));
    assert_non_null(strstr(table, "01 Stockholm                  took-part            –"));
    assert_non_null(strstr(table, "and no total can be made"));
    assert_null(strstr(table, "95 %:"));
    assert_null(strstr(table, "600"));
    bench_down(&b);
}

static void test_the_disease_of_the_research_is_told_where_there_is_one(void **state)
{
    struct render_options options = {.question = "sex = female"};
    struct bench b;

    (void)state;
    bench_up(&b);
    render_table(b.report, &options, &b.out);
    assert_null(strstr(text(&b), "research on"));
    bytes_clear(&b.out);
    b.report->disease = "orpha:558";
    render_table(b.report, &options, &b.out);
    assert_non_null(strstr(text(&b), "\nresearch on orpha:558: with those"));
    bench_down(&b);
}

static void test_it_says_where_figures_can_be_too_low(void **state)
{
    struct render_options options = {.question = "sex = female"};
    struct bench b;

    (void)state;
    bench_up(&b);
    render_table(b.report, &options, &b.out);
    assert_null(strstr(text(&b), "a person pays"));
    bytes_clear(&b.out);
    b.many->balance = (struct answer_balance){true, "main", "2026", 15, 20, 90, 100, 5, 10};
    render_table(b.report, &options, &b.out);
    assert_non_null(strstr(text(&b), "In 1 of 4 regions a person pays for the figures that the "
                                     "person is in, and what your\n"));
    bytes_clear(&b.out);
    b.many->balance.year_left_nrho = 14;
    render_table(b.report, &options, &b.out);
    assert_non_null(strstr(text(&b), "FIGURES CAN BE TOO LOW in 1 of them"));
    assert_non_null(strstr(text(&b), "asked before: 01.\n"));
    bench_down(&b);
}

static void test_the_rule_is_as_wide_as_the_figures_of_the_head(void **state)
{
    struct render_options options = {.question = "sex = female"};
    const char *head, *rule;
    struct bench b;

    (void)state;
    bench_up(&b);
    render_table(b.report, &options, &b.out);
    head = strstr(text(&b), "\nRegion ");
    rule = strstr(text(&b), "\n\xe2\x94\x80"); /* three bytes a column */
    assert_true(head && rule && strstr(head, "Undetermined"));
    assert_int_equal(strstr(head, "Undetermined") + strlen("Undetermined") - head - 1,
                     strcspn(rule + 1, "\n") / 3);
    bench_down(&b);
}

static void test_without_a_number_it_says_of_what(void **state)
{
    struct render_options options = {.question = "sex = female"};
    struct bench b;

    (void)state;
    bench_up(&b);
    b.report->has_total = false;
    render_table(b.report, &options, &b.out);
    assert_non_null(strstr(text(&b), "\nNo region has answered with a number, of 4 asked.\n"));
    bytes_clear(&b.out);
    b.report->mode = MODE_SUM;
    render_table(b.report, &options, &b.out);
    assert_non_null(strstr(text(&b), "\nNo sum came about; no region's figure was shown, of 4 "));
    bytes_clear(&b.out);
    b.report->open = true;
    render_table(b.report, &options, &b.out);
    assert_non_null(strstr(text(&b), "\nNo sum yet, of 4 asked.\n"));
    bench_down(&b);
}

static void test_a_release_is_listed_once_and_another_beside_it(void **state)
{
    struct render_options options = {.question = "sex = female"};
    struct bench b;

    (void)state;
    bench_up(&b);
    b.many->n_terms = b.few->n_terms = 2;
    b.many->term[0] = b.few->term[0] = (struct answer_term){"hp", "2026-06-01"};
    b.many->term[1] = (struct answer_term){"hgnc", "2026-05-01"};
    b.few->term[1] = (struct answer_term){"hgnc", "2026-04-01"};
    render_table(b.report, &options, &b.out);
    assert_non_null(strstr(text(&b), "\nTerms: hp 2026-06-01, hgnc 2026-05-01, hgnc 2026-04-01\n"));
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_tells_the_marks_apart),
        cmocka_unit_test(test_a_blind_sum_is_told_and_has_no_number),
        cmocka_unit_test(test_the_disease_of_the_research_is_told_where_there_is_one),
        cmocka_unit_test(test_it_says_where_figures_can_be_too_low),
        cmocka_unit_test(test_the_rule_is_as_wide_as_the_figures_of_the_head),
        cmocka_unit_test(test_without_a_number_it_says_of_what),
        cmocka_unit_test(test_a_release_is_listed_once_and_another_beside_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
