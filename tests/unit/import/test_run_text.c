/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The outcome's promises: the closing line has every figure with its reasons, numbers in groups of
 * three, and never overruns its buffer; the JSON holds the same.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/json.h"

static const struct run_result result = {
    .import_id = 17,
    .read = 6018,
    .stored = 4812,
    .replaced = 7,
    .removed = 3,
    .filtered = {[FILTER_COLUMN] = 1180, [FILTER_SYMBOLIC] = 24},
    .rejected = 2,
    .rejects = {[REJECT_VCF_ALLELE] = 2},
    .report = "d/rejects/import-17.jsonl",
    .elapsed_ms = 3149,
};

static void test_the_closing_line(void **state)
{
    char text[512];

    (void)state;
    run_result_text(&result, text, sizeof(text));
    assert_string_equal(text, "stored 4 812 (replaced 7) \u00b7 unchanged 0 \u00b7 removed 3 "
                              "\u00b7 filtered 1 204 (FILTER 1 180, "
                              "symbolic 24) \u00b7 rejected 2 (see d/rejects/import-17.jsonl) "
                              "\u00b7 3.1 s");
    run_result_text(&(struct run_result){.stored = UINT64_MAX}, text, sizeof(text));
    assert_non_null(strstr(text, "18 446 744 073 709 551 615"));
    run_result_text(&(struct run_result){.excluded = 5,
                                         .consents_known = 6,
                                         .consents_unknown = 7,
                                         .unread = "a.b",
                                         .items = 8,
                                         .warnings = 9},
                    text, sizeof(text));
    assert_string_equal(text, "stored 0 (replaced 0) \u00b7 unchanged 0 \u00b7 removed 0 \u00b7 "
                              "filtered 0 \u00b7 rejected 0 \u00b7 excluded until mended 5 "
                              "\u00b7 known here 6, not known here 7 \u00b7 not read: a.b \u00b7 "
                              "items left out 8 \u00b7 warnings 9 \u00b7 0.0 s");
}

static void test_a_small_buffer_is_not_overrun(void **state)
{
    char text[512], *small;

    (void)state;
    for (size_t size = 1; size < 100; size++) {
        small = malloc(size);
        assert_non_null(small);
        run_result_text(&result, small, size);
        assert_true(strlen(small) < size);
        run_result_text(&result, text, sizeof(text));
        assert_memory_equal(small, text, strlen(small));
        free(small);
    }
}

/* Every number by its own name: each another one. */
static void test_the_json_has_every_number(void **state)
{
    static const char *const names[] = {
        "import",   "read",       "stored",         "unchanged", "replaced",  "removed",
        "excluded", "known_here", "not_known_here", "rejected",  "items",     "warnings",
        "entries",  "samples",    "events",         "calls",     "structural"};
    const struct run_result numbered = {.known = true,
                                        .import_id = 1,
                                        .read = 2,
                                        .stored = 3,
                                        .unchanged = 4,
                                        .replaced = 5,
                                        .removed = 6,
                                        .excluded = 7,
                                        .consents_known = 8,
                                        .consents_unknown = 9,
                                        .rejected = 10,
                                        .items = 11,
                                        .warnings = 12,
                                        .entries = 13,
                                        .samples = 14,
                                        .events = 15,
                                        .calls = 16,
                                        .structural = 17};
    char *text = run_result_json(&numbered, "a.vcf");
    cJSON *json = NULL;
    struct err err;
    int64_t value;

    (void)state;
    assert_non_null(text);
    assert_true(json_parse(text, strlen(text), 4096, &json, &err));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_true(json_int(json, names[i], &value));
        assert_int_equal(value, i + 1);
    }
    assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "known")));
    cJSON_Delete(json);
    free(text);
}

static void test_the_json_holds_the_same(void **state)
{
    char *text = run_result_json(&result, "a.vcf");
    cJSON *json = NULL;
    struct err err;
    int64_t value;

    (void)state;
    assert_non_null(text);
    assert_true(json_parse(text, strlen(text), 4096, &json, &err));
    assert_string_equal(json_text(json, "file"), "a.vcf");
    assert_true(json_int(json, "stored", &value));
    assert_int_equal(value, 4812);
    assert_true(json_int(json_object(json, "filtered"), "FILTER", &value));
    assert_int_equal(value, 1180);
    assert_true(json_int(json_object(json, "codes"), "vcf_allele", &value));
    assert_int_equal(value, 2);
    cJSON_Delete(json);
    free(text);
}

static void test_what_was_lost_is_a_line_and_unaligned_indels_another(void **state)
{
    struct run_result lossy = {.known = false};
    char text[512];

    (void)state;
    run_loss_text(&lossy, text, sizeof(text));
    assert_string_equal(text, "");
    lossy.loss.unaligned = 3;
    run_loss_text(&lossy, text, sizeof(text));
    assert_true(strncmp(text, "3 insertions", 12) == 0);
    lossy.loss.records = 10;
    lossy.loss.records_lost = 1;
    run_loss_text(&lossy, text, sizeof(text));
    assert_true(strncmp(text, "not taken: 1", 12) == 0);
    assert_non_null(strstr(text, "\n3 insertions"));
    lossy.loss.unaligned = 0;
    run_loss_text(&lossy, text, sizeof(text));
    assert_null(strchr(text, '\n'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_closing_line),
        cmocka_unit_test(test_a_small_buffer_is_not_overrun),
        cmocka_unit_test(test_the_json_has_every_number),
        cmocka_unit_test(test_the_json_holds_the_same),
        cmocka_unit_test(test_what_was_lost_is_a_line_and_unaligned_indels_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
