/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report's promises: every code has a name of its own and a remedy; a line is JSON with those
 * seven members; lines are capped a code and the totals are right; nothing is written without a
 * reject; a field that could carry a value is refused.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/import/rejects.h"
#include "proto/base/json.h"
#include "tests/unit/refused.h"

struct bench {
    char path[64];
    struct rejects *rejects;
    struct err err;
};

static void bench_up(struct bench *b)
{
    int fd;

    *b = (struct bench){.path = "/tmp/rikstal-test-rejects-XXXXXX"};
    fd = mkstemp(b->path);
    assert_true(fd >= 0);
    (void)close(fd);
    (void)unlink(b->path);
    assert_true(rejects_open(b->path, &b->rejects, &b->err));
}

static void bench_down(struct bench *b)
{
    rejects_close(b->rejects);
    (void)unlink(b->path);
}

static bool add(struct bench *b, enum reject_code code, uint64_t line, const char *field)
{
    struct reject reject = {
        .file = "a \"quoted\".vcf", .line = line, .record = 1, .field = field, .code = code};

    return rejects_add(b->rejects, &reject, &b->err);
}

static void test_every_code_and_reason_has_its_words(void **state)
{
    (void)state;
    for (unsigned i = 0; i < REJECT_CODES; i++) {
        assert_non_null(reject_code_name((enum reject_code)i));
        assert_non_null(reject_hint((enum reject_code)i));
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(reject_code_name((enum reject_code)i),
                                    reject_code_name((enum reject_code)k));
    }
    for (unsigned i = 0; i < FILTER_REASONS; i++)
        assert_non_null(filter_reason_name((enum filter_reason)i));
    assert_null(reject_code_name(REJECT_CODES));
    assert_null(filter_reason_name(FILTER_REASONS));
}

static void test_lines_are_capped_and_totals_right(void **state)
{
    struct bench b;
    char line[1024];
    unsigned n = 0, total = 0;
    FILE *file;

    (void)state;
    bench_up(&b);
    for (unsigned i = 0; i < REJECTS_LINES_MAX + 5; i++)
        assert_true(add(&b, REJECT_VCF_ALLELE, i, "ALT"));
    assert_true(add(&b, REJECT_AF_RANGE, 3, "INFO/AF"));
    assert_true(rejects_finish(b.rejects, &b.err));
    assert_int_equal(rejects_errors(b.rejects), REJECTS_LINES_MAX + 5);
    assert_int_equal(rejects_warnings(b.rejects), 1);
    file = fopen(b.path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        cJSON *json = NULL;
        int64_t value;

        assert_true(json_parse(line, strcspn(line, "\n"), sizeof(line), &json, &b.err));
        if (json_int(json, "total", &value))
            total += (unsigned)value;
        else
            assert_string_equal(json_text(json, "file"), "a \"quoted\".vcf");
        n++;
        cJSON_Delete(json);
    }
    (void)fclose(file);
    assert_int_equal(n, REJECTS_LINES_MAX + 1 + 2); /* and a total for each of the two codes */
    assert_int_equal(total, REJECTS_LINES_MAX + 6);
    bench_down(&b);
}

static void test_nothing_is_written_without_a_reject(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(rejects_finish(b.rejects, &b.err));
    assert_int_not_equal(access(b.path, F_OK), 0);
    bench_down(&b);
}

static void test_an_unfinished_report_is_removed(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(add(&b, REJECT_VCF_ALLELE, 1, "ALT"));
    rejects_close(b.rejects);
    b.rejects = NULL;
    assert_int_not_equal(access(b.path, F_OK), 0);
    bench_down(&b);
}

static void test_a_field_that_could_carry_a_value_is_refused(void **state)
{
    char longest[REJECTS_FIELD_MAX + 2] = "";
    struct bench b;

    (void)state;
    bench_up(&b);
    memset(longest, 'a', REJECTS_FIELD_MAX);
    assert_true(add(&b, REJECT_VCF_ALLELE, 1, longest));
    longest[REJECTS_FIELD_MAX] = 'a';
    assert_refused(add(&b, REJECT_VCF_ALLELE, 1, longest), &b.err, ERR_INTERNAL);
    assert_refused(add(&b, REJECT_VCF_ALLELE, 1, "a b"), &b.err, ERR_INTERNAL);
    assert_refused(add(&b, REJECT_VCF_ALLELE, 1, "a\"b"), &b.err, ERR_INTERNAL);
    assert_refused(add(&b, REJECT_CODES, 1, "ALT"), &b.err, ERR_INTERNAL);
    assert_true(add(&b, REJECT_VCF_ALLELE, 1, "phenotypicFeatures[3].type.id"));
    bench_down(&b);
}

static void test_a_report_that_cannot_be_written_is_an_error(void **state)
{
    struct rejects *rejects = NULL;
    struct reject reject = {.file = "x", .field = "ALT", .code = REJECT_VCF_ALLELE};
    struct err err;

    (void)state;
    assert_true(rejects_open("/nonexistent/x.jsonl", &rejects, &err));
    assert_refused(rejects_add(rejects, &reject, &err), &err, ERR_UNAVAILABLE);
    rejects_close(rejects);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_and_reason_has_its_words),
        cmocka_unit_test(test_lines_are_capped_and_totals_right),
        cmocka_unit_test(test_nothing_is_written_without_a_reject),
        cmocka_unit_test(test_an_unfinished_report_is_removed),
        cmocka_unit_test(test_a_field_that_could_carry_a_value_is_refused),
        cmocka_unit_test(test_a_report_that_cannot_be_written_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
