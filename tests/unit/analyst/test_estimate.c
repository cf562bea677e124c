/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is told before a question is asked: the price and the half widths of the menu of
 * reference/privacy.md, for the mode that it is in, in words and as JSON; no width of a sum that is
 * not given. A permit with its end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/analyst/estimate.h"
#include "proto/base/json.h"

static void test_the_menu_is_that_of_the_reference(void **state)
{
    static const int64_t menu[][4] = {{20000000, 10, 45, 12},  {5000000, 20, 90, 23},
                                      {1250000, 39, 180, 46},  {200000, 98, 449, 116},
                                      {12500, 392, 1796, 464}, {2000, 980, 4491, 1160}};

    (void)state;
    for (size_t i = 0; i < PRICE_SIGMAS; i++) {
        struct estimate quote = estimate_of(&shape_count.measure, 21, price_sigma_menu[i]);

        assert_int_equal(quote.sigma, price_sigma_menu[i]);
        assert_int_equal(quote.nrho, menu[i][0]);
        assert_int_equal(quote.region, menu[i][1]);
        assert_int_equal(quote.national, menu[i][2]);
        assert_int_equal(quote.sum, menu[i][3]);
    }
}

static void test_a_sum_that_is_not_given_has_no_width(void **state)
{
    (void)state;
    assert_true(estimate_of(&shape_count.measure, 2, 50).sum < 0);  /* too few */
    assert_true(estimate_of(&shape_count.measure, 30, 5).sum < 0);  /* shares too small */
    assert_true(estimate_of(&shape_count.measure, 23, 5).sum >= 0); /* the most at sigma 5 */
    assert_true(estimate_of(&shape_count.measure, 24, 5).sum < 0);
}

static const Rikstal__V1__RosterPermit *permit;
static const struct shape *shape = &shape_count;

/* What is printed of a question to 21 regions in this mode. */
static const char *said(enum mode mode, enum output_form form)
{
    static char text[4096];
    struct plan plan = {
        .analyst = "anna", .measure = MEASURE_COUNT, .mode = mode, .sigma = 10, .n_regions = 21};
    struct estimate_plan quoted = {&plan,       shape, "sex = female", NULL,
                                   "icd10:C50", "",    permit,         NULL};
    int out = dup(STDOUT_FILENO);
    FILE *kept = tmpfile();
    struct err err;
    bool ok;

    assert_true(out >= 0 && kept);
    fflush(stdout);
    dup2(fileno(kept), STDOUT_FILENO);
    ok = estimate_print(&quoted, form, &err);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    close(out);
    rewind(kept);
    text[fread(text, 1, sizeof(text) - 1, kept)] = 0;
    fclose(kept);
    assert_true(ok);
    return text;
}

static void test_words_have_the_widths_of_their_mode(void **state)
{
    const char *text;

    (void)state;
    text = said(MODE_REGIONS, OUTPUT_TSV);
    assert_non_null(strstr(text, "sex = female\n"));
    assert_non_null(strstr(text, "research on icd10:C50"));
    assert_non_null(strstr(text, "price 5.00 points"));
    assert_non_null(strstr(text, "±20 for a region's figure, ±90 for the total of all 21\n"));
    text = said(MODE_SUM, OUTPUT_TSV);
    assert_non_null(strstr(text, "95 %: ±23 for the total of all 21\n"));
    assert_null(strstr(text, "region's figure"));
}

static void test_figures_that_are_sums_are_told_to_be_wider(void **state)
{
    static const char wider[] = "figures are sums of up to 9 cells, 3.0 times as wide\n";
    const struct shape funnel = {
        .measure = {MEASURE_FUNNEL, 10, 1, 0, 0}, .n_parts = 5, .part_cells = 2};
    const struct shape share = {
        .measure = {MEASURE_SHARE, 3, 1, 0, 0}, .n_parts = 1, .part_cells = 3};

    (void)state;
    assert_null(strstr(said(MODE_REGIONS, OUTPUT_TSV), "sums of"));
    shape = &funnel;
    assert_non_null(strstr(said(MODE_REGIONS, OUTPUT_TSV), wider));
    assert_non_null(strstr(said(MODE_SUM, OUTPUT_TSV), wider));
    shape = &share;
    assert_non_null(strstr(said(MODE_SUM, OUTPUT_TSV), "up to 3 cells, 1.7 times as wide\n"));
    shape = &shape_count;
}

static void test_a_permit_is_told_with_its_last_day_and_its_own_cap(void **state)
{
    Rikstal__V1__RosterPermit one = RIKSTAL__V1__ROSTER_PERMIT__INIT;
    const char *text;

    (void)state;
    assert_null(strstr(said(MODE_REGIONS, OUTPUT_TSV), "permit "));
    one.id = "2026-1";
    one.valid_to = 1798761600; /* the new year of 2027 */
    permit = &one;
    text = said(MODE_REGIONS, OUTPUT_TSV);
    assert_non_null(strstr(text, "under permit 2026-1, until 2026-12-31\n"));
    one.nrho = 40000000;
    text = said(MODE_REGIONS, OUTPUT_TSV);
    assert_non_null(strstr(text, "until 2026-12-31, of 40.00 points at each region\n"));
    text = said(MODE_REGIONS, OUTPUT_JSON);
    permit = NULL;
    assert_non_null(strstr(text, "2026-12-31T23:59:59Z"));
    assert_non_null(strstr(text, "\"permit_nrho\""));
}

static int64_t number_of(const cJSON *root, const char *name)
{
    int64_t value;

    return json_int(root, name, &value) ? value : -1;
}

static void test_json_is_json(void **state)
{
    cJSON *root = cJSON_Parse(said(MODE_REGIONS, OUTPUT_JSON));

    (void)state;
    assert_non_null(root);
    assert_int_equal(number_of(root, "schema_version"), 1);
    assert_int_equal(number_of(root, "price_nrho"), 5000000);
    assert_int_equal(number_of(root, "region_half_width_95"), 20);
    assert_int_equal(number_of(root, "national_half_width_95"), 90);
    assert_int_equal(number_of(root, "sum_half_width_95"), -1);
    cJSON_Delete(root);
    root = cJSON_Parse(said(MODE_SUM, OUTPUT_JSON));
    assert_int_equal(number_of(root, "sum_half_width_95"), 23);
    assert_int_equal(number_of(root, "region_half_width_95"), -1);
    cJSON_Delete(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_menu_is_that_of_the_reference),
        cmocka_unit_test(test_a_sum_that_is_not_given_has_no_width),
        cmocka_unit_test(test_words_have_the_widths_of_their_mode),
        cmocka_unit_test(test_figures_that_are_sums_are_told_to_be_wider),
        cmocka_unit_test(test_a_permit_is_told_with_its_last_day_and_its_own_cap),
        cmocka_unit_test(test_json_is_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
