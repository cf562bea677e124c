/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: a file that says it is somatic never gives germline calls, whatever the operator
 * says; which column is the tumour's is read from the header or told, and never guessed.
 */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/sample_origin.h"
#include "tests/unit/refused.h"

struct case_of {
    const char *header; /* lines with ends */
    const char *names[2];
    uint32_t n;
    enum sample_type said[2]; /* by the table of persons */
    enum sample_type told;    /* by --origin */
};

static void read_marks(const char *header, struct sample_origin_marks *marks)
{
    *marks = (struct sample_origin_marks){0};
    for (const char *end; (end = strchr(header, '\n')); header = end + 1)
        sample_origin_meta(marks, header, (size_t)(end - header));
}

static bool settle(const struct case_of *of, enum sample_type types[2], bool *somatic,
                   struct err *err)
{
    struct sample_origin_columns columns = {of->names, of->n, types};
    struct sample_origin_marks marks;

    *err = (struct err){0};
    memcpy(types, of->said, sizeof(of->said));
    read_marks(of->header, &marks);
    return sample_origin_settle(&marks, of->told, &columns, somatic, err);
}

static void expect(const struct case_of *of, enum sample_type first, enum sample_type second,
                   bool is_somatic)
{
    enum sample_type types[2];
    struct err err;
    bool somatic;

    assert_true(settle(of, types, &somatic, &err));
    assert_int_equal(types[0], first);
    assert_int_equal(types[1], second);
    assert_int_equal(somatic, is_somatic);
}

static void refuse(const struct case_of *of, const char *why)
{
    enum sample_type types[2];
    struct err err;
    bool somatic;

    assert_refused_for(settle(of, types, &somatic, &err), &err, ERR_INVALID, why);
}

#define SOMATIC "##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description=\"x\">\n"
#define MUTECT "##source=Mutect2\n##source=FilterMutectCalls\n"

static void test_an_unmarked_file_is_of_the_germline(void **state)
{
    (void)state;
    expect(&(struct case_of){"##source=HaplotypeCaller\n", {"a", "b_T"}, 2, {0}, 0},
           SAMPLE_GERMLINE, SAMPLE_GERMLINE, false);
    expect(&(struct case_of){"", {"a"}, 1, {0}, SAMPLE_CFDNA}, SAMPLE_CFDNA, 0, true);
    expect(&(struct case_of){"", {"a", "b"}, 2, {SAMPLE_NORMAL, 0}, 0}, SAMPLE_NORMAL,
           SAMPLE_GERMLINE, false);
}

static void test_roles_are_read(void **state)
{
    (void)state;
    expect(&(struct case_of){MUTECT "##tumor_sample=a\n##normal_sample=b\n", {"b", "a"}, 2, {0}, 0},
           SAMPLE_NORMAL, SAMPLE_TUMOUR, true);
    expect(&(struct case_of){"##content=strelka somatic snv calls\n", {"x", "y"}, 2, {0}, 0},
           SAMPLE_NORMAL, SAMPLE_TUMOUR, true);
    expect(&(struct case_of){SOMATIC, {"TUMOR", "normal"}, 2, {0}, 0}, SAMPLE_TUMOUR, SAMPLE_NORMAL,
           true);
    expect(&(struct case_of){SOMATIC, {"p7-N", "p7-T"}, 2, {0}, 0}, SAMPLE_NORMAL, SAMPLE_TUMOUR,
           true);
    expect(&(struct case_of){SOMATIC, {"x", "y"}, 2, {SAMPLE_CFDNA, SAMPLE_NORMAL}, 0},
           SAMPLE_CFDNA, SAMPLE_NORMAL, true);
}

static void test_what_is_not_told_is_refused(void **state)
{
    (void)state;
    refuse(&(struct case_of){SOMATIC, {"x", "y"}, 2, {0}, 0}, "origin_untold");
    refuse(&(struct case_of){"##source=VarDict_v1.8.2\n", {"x"}, 1, {0}, 0}, "origin_untold");
    refuse(&(struct case_of){"##FORMAT=<ID=SS,Number=1>\n", {"x"}, 1, {0}, 0}, "origin_untold");
    expect(&(struct case_of){"##source=VarDict_v1.8.2\n", {"x"}, 1, {0}, SAMPLE_TUMOUR},
           SAMPLE_TUMOUR, 0, true);
    expect(&(struct case_of){"##source=VarDict_v1.8.2\n", {"x"}, 1, {0}, SAMPLE_GERMLINE},
           SAMPLE_GERMLINE, 0, false);
}

static void test_a_somatic_file_is_never_germline(void **state)
{
    (void)state;
    refuse(&(struct case_of){SOMATIC, {"x"}, 1, {0}, SAMPLE_GERMLINE}, "origin_germline");
    refuse(&(struct case_of){SOMATIC, {"x", "y"}, 2, {0}, SAMPLE_GERMLINE}, "origin_germline");
    refuse(&(struct case_of){SOMATIC, {"x"}, 1, {SAMPLE_GERMLINE}, 0}, "origin_germline");
    refuse(&(struct case_of){"##normal_sample=b\n", {"a"}, 1, {0}, SAMPLE_GERMLINE},
           "origin_germline");
}

static void test_who_contradicts_the_header_is_refused(void **state)
{
    (void)state;
    refuse(&(struct case_of){MUTECT "##tumor_sample=a\n##normal_sample=b\n",
                             {"a", "b"},
                             2,
                             {SAMPLE_NORMAL, SAMPLE_TUMOUR},
                             0},
           "exchanged");
}

static void test_mutect_without_its_filter_is_refused(void **state)
{
    (void)state;
    refuse(&(struct case_of){"##source=Mutect2\n##tumor_sample=a\n", {"a"}, 1, {0}, 0},
           "filter_not_applied");
    expect(
        &(struct case_of){
            "##source=FilterMutectCalls\n##source=Mutect2\n##tumor_sample=a\n", {"a"}, 1, {0}, 0},
        SAMPLE_TUMOUR, 0, true);
}

static void test_mutect_of_the_mitochondrial_genome_is_germline(void **state)
{
    (void)state;
    expect(&(struct case_of){MUTECT "##GATKCommandLine=<ID=Mutect2,CommandLine=\"Mutect2 "
                                    "--mitochondria-mode true\">\n##tumor_sample=a\n",
                             {"a"},
                             1,
                             {0},
                             0},
           SAMPLE_GERMLINE, 0, false);
}

static void test_lines(void **state)
{
    static const char *const is[] = {"",
                                     ".",
                                     "SOMATIC;NT=ref;SGT=AA->AT",
                                     "STATUS=StrongSomatic",
                                     "DP=3;SS=2",
                                     "XSS=1;STATUSX=Germline"};
    static const char *const is_none[] = {
        "STATUS=Germline", "STATUS=StrongLOH;DP=2", "SS=1", "DP=3;SS=3", "NT=het", "NT=conflict"};

    (void)state;
    for (size_t i = 0; i < sizeof(is) / sizeof(is[0]); i++)
        assert_true(sample_origin_line(is[i], strlen(is[i])));
    for (size_t i = 0; i < sizeof(is_none) / sizeof(is_none[0]); i++)
        assert_false(sample_origin_line(is_none[i], strlen(is_none[i])));
}

static void test_names_of_roles(void **state)
{
    (void)state;
    assert_true(sample_origin_is_role("TUMOR"));
    assert_true(sample_origin_is_role("Normal"));
    assert_false(sample_origin_is_role("NA12878"));
}

/* A name as long as may be is kept, and one past it is no sample's. */
static void test_the_longest_name(void **state)
{
    char line[300] = "##tumor_sample=";
    size_t n = strlen(line);
    struct sample_origin_marks marks = {0};

    (void)state;
    memset(line + n, 'x', SAMPLE_ORIGIN_NAME_MAX + 1);
    sample_origin_meta(&marks, line, n + SAMPLE_ORIGIN_NAME_MAX + 1);
    assert_int_equal(strlen(marks.tumour), 0);
    sample_origin_meta(&marks, line, n + SAMPLE_ORIGIN_NAME_MAX);
    assert_int_equal(strlen(marks.tumour), SAMPLE_ORIGIN_NAME_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_unmarked_file_is_of_the_germline),
        cmocka_unit_test(test_roles_are_read),
        cmocka_unit_test(test_what_is_not_told_is_refused),
        cmocka_unit_test(test_a_somatic_file_is_never_germline),
        cmocka_unit_test(test_who_contradicts_the_header_is_refused),
        cmocka_unit_test(test_mutect_without_its_filter_is_refused),
        cmocka_unit_test(test_mutect_of_the_mitochondrial_genome_is_germline),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_names_of_roles),
        cmocka_unit_test(test_the_longest_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
