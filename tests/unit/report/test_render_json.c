/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON has a state everywhere, and a number only where there is a value.
 */
#include "tests/unit/report/report.h"

#include "proto/base/json.h"

static void test_json_has_a_state_everywhere_and_a_number_only_for_a_value(void **state)
{
    struct render_options options = {
        .question = "sex = female", .asked_s = 1800000000, .envelopes = true};
    struct bench b;
    cJSON *root;
    const cJSON *regions, *cell;
    int64_t value;

    (void)state;
    bench_up(&b);
    root = render_json(b.report, &options);
    assert_non_null(root);
    assert_true(json_int(root, "schema_version", &value));
    assert_string_equal(json_text(root, "state"), "complete");
    assert_string_equal(json_text(root, "asked"), "2027-01-15T08:00:00Z");
    regions = json_array(root, "regions");
    assert_int_equal(cJSON_GetArraySize(regions), 4);
    cell = json_object(cJSON_GetArrayItem(regions, 0), "matched");
    assert_true(json_int(cell, "value", &value));
    assert_int_equal(value, 1240);
    assert_string_equal(json_text(cJSON_GetArrayItem(regions, 0), "answer"), "YWJj");
    cell = json_object(cJSON_GetArrayItem(regions, 1), "matched");
    assert_string_equal(json_text(cell, "state"), "suppressed");
    assert_false(json_int(cell, "value", &value));
    assert_string_equal(json_text(cJSON_GetArrayItem(regions, 1), "state"), "suppressed");
    assert_string_equal(json_text(cJSON_GetArrayItem(regions, 2), "state"), "offline");
    assert_null(json_member(cJSON_GetArrayItem(regions, 2), "matched"));
    assert_string_equal(json_text(cJSON_GetArrayItem(regions, 3), "code"), "policy");
    cJSON_Delete(root);
    bench_down(&b);
}

static void test_a_refusal_has_its_budget_and_nothing_that_was_not_computed(void **state)
{
    struct render_options options = {.question = "sex = female"};
    struct bench b;
    const cJSON *regions, *budget;
    int64_t value;
    cJSON *root;

    (void)state;
    bench_up(&b);
    b.refusal->balance = (struct answer_balance){.told = true,
                                                 .dataset = "main",
                                                 .window = "2026",
                                                 .year_left_nrho = 7,
                                                 .year_cap_nrho = 500,
                                                 .lifetime_left_nrho = 70,
                                                 .lifetime_cap_nrho = 2000};
    root = render_json(b.report, &options);
    regions = json_array(root, "regions");
    budget = json_object(cJSON_GetArrayItem(regions, 3), "budget");
    assert_string_equal(json_text(budget, "window"), "2026");
    assert_true(json_int(budget, "left_nrho", &value) && value == 7);
    assert_true(json_int(budget, "lifetime_cap_nrho", &value) && value == 2000);
    assert_null(json_member(cJSON_GetArrayItem(regions, 3), "budget_left_nrho"));
    assert_null(json_member(cJSON_GetArrayItem(regions, 3), "log_index"));
    assert_null(json_member(cJSON_GetArrayItem(regions, 0), "budget"));
    assert_non_null(json_member(cJSON_GetArrayItem(regions, 0), "log_index"));
    cJSON_Delete(root);
    bench_down(&b);
}

static void test_accounts_of_persons_are_told_where_there_are_any(void **state)
{
    struct render_options options = {.question = "sex = female"};
    struct answer_balance *balance;
    const cJSON *budget, *counts;
    int64_t value;
    cJSON *root;
    struct bench b;

    (void)state;
    bench_up(&b);
    balance = &b.refusal->balance;
    *balance = (struct answer_balance){true, "main", "2026", 15, 20, 90, 100, 5, 10};
    root = render_json(b.report, &options);
    budget = json_object(cJSON_GetArrayItem(json_array(root, "regions"), 3), "budget");
    assert_true(json_int(budget, "person_year_nrho", &value) && value == 5);
    assert_true(json_int(budget, "person_lifetime_nrho", &value) && value == 10);
    assert_true(json_bool(budget, "everybody_could_pay", false));
    cJSON_Delete(root);
    *balance = (struct answer_balance){true,      "main",     "2026",   980000000, 1000000000,
                                       980000000, 1000000000, 50000000, 200000000};
    root = render_json(b.report, &options);
    budget = json_object(cJSON_GetArrayItem(json_array(root, "regions"), 3), "budget");
    counts = cJSON_GetArrayItem(json_array(budget, "counts_for_all"), 1);
    assert_true(json_int(counts, "sigma", &value) && value == 10);
    assert_true(json_int(counts, "counts", &value) && value == 6); /* 30 of 50 points are left */
    cJSON_Delete(root);
    assert_int_equal(answer_counts_for_all(balance, 5), 1);
    balance->year_left_nrho = 949999999;
    assert_int_equal(answer_counts_for_all(balance, 500), 0);
    balance->year_left_nrho = 950000000;
    assert_int_equal(answer_counts_for_all(balance, 500), 0);
    balance->year_left_nrho = 980000000;
    balance->lifetime_left_nrho = 810000000; /* a life has 10 left */
    assert_int_equal(answer_counts_for_all(balance, 10), 2);
    balance->lifetime_cap_nrho = 20000000; /* what may be asked ends before */
    balance->lifetime_left_nrho = 4999999;
    assert_int_equal(answer_counts_for_all(balance, 10), 0);
    balance->person_year_nrho = 0;
    assert_int_equal(answer_counts_for_all(balance, 10), 0);
    *balance = (struct answer_balance){true, "main", "2026", 15, 20, 90, 100, 5, 10};
    balance->year_left_nrho = 14; /* 6 of a person's 5 are asked for */
    assert_false(answer_everybody_could_pay(balance));
    balance->year_left_nrho = 15;
    balance->lifetime_left_nrho = 89;
    assert_false(answer_everybody_could_pay(balance));
    balance->lifetime_left_nrho = 90;
    balance->year_cap_nrho = 5;
    balance->year_left_nrho = 0; /* a cap that was lowered does not say how much was asked */
    assert_false(answer_everybody_could_pay(balance));
    balance->person_year_nrho = 0;
    assert_true(answer_everybody_could_pay(balance));
    bench_down(&b);
}

static void test_a_blind_sum_has_no_number_in_any_field(void **state)
{
    struct render_options options = {.question = "sex = female", .envelopes = true};
    struct bench b;
    cJSON *root;

    (void)state;
    bench_up_sealed(&b);
    root = render_json(b.report, &options);
    assert_non_null(root);
    assert_true(cJSON_IsNull(json_member(root, "total")));
    assert_true(cJSON_IsTrue(json_member(root, "blind")));
    assert_string_equal(json_text(root, "state"), "complete");
    for (int i = 0; i < 3; i++) {
        const cJSON *region = cJSON_GetArrayItem(json_array(root, "regions"), i);

        assert_string_equal(json_text(region, "state"), "took-part");
        assert_null(json_member(region, "matched"));
    }
    cJSON_Delete(root);
    bench_down(&b);
}

static void test_the_disease_of_the_research_is_told_where_there_is_one(void **state)
{
    struct render_options options = {.question = "sex = female"};
    struct bench b;
    cJSON *root;

    (void)state;
    bench_up(&b);
    root = render_json(b.report, &options);
    assert_null(json_member(root, "disease"));
    cJSON_Delete(root);
    b.report->disease = "orpha:558";
    root = render_json(b.report, &options);
    assert_string_equal(json_text(root, "disease"), "orpha:558");
    cJSON_Delete(root);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_has_a_state_everywhere_and_a_number_only_for_a_value),
        cmocka_unit_test(test_accounts_of_persons_are_told_where_there_are_any),
        cmocka_unit_test(test_a_blind_sum_has_no_number_in_any_field),
        cmocka_unit_test(test_the_disease_of_the_research_is_told_where_there_is_one),
        cmocka_unit_test(test_a_refusal_has_its_budget_and_nothing_that_was_not_computed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
