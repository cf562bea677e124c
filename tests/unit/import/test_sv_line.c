/* SPDX-License-Identifier: Apache-2.0 */
/* A line is read as the structural variant that it says, with its uncertainty, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/import/sv_line.h"
#include "proto/query/sv_type.h"

static bool read(const char *ref, const char *alt, const char *info, struct structural *out)
{
    struct vcf_line line = {.chromosome = {"1", 1},
                            .ref = {ref, strlen(ref)},
                            .alt = {alt, strlen(alt)},
                            .info = {info, strlen(info)}};

    return sv_line_read(&line, 1000, 200000, out);
}

/* start_first-start_last:end_first-end_last:length_least-length_most of type */
static const struct {
    const char *ref, *alt, *info;
    enum sv_type type;
    uint32_t is[6];
} good[] = {
    {"N", "<DEL>", "SVTYPE=DEL;END=1500;SVLEN=-500", SV_DEL, {1001, 1001, 1500, 1500, 500, 500}},
    {"N", "<DEL>", "END=1500", SV_DEL, {1001, 1001, 1500, 1500, 500, 500}},
    {"N", "<DEL>", "SVTYPE=DEL;SVLEN=500", SV_DEL, {1001, 1001, 1500, 1500, 500, 500}},
    {"N",
     "<DUP:TANDEM>",
     "SVTYPE=DUP;END=1500;SVLEN=500;CIPOS=-10,20;CIEND=-5,5",
     SV_DUP,
     {991, 1021, 1495, 1505, 500, 500}},
    {"N",
     "<DUP>",
     "IMPRECISE;SVTYPE=DUP;END=1500;SVLEN=500;CIPOS=-10,20;CIEND=-5,5",
     SV_DUP,
     {991, 1021, 1495, 1505, 475, 515}},
    {"N", "<CNV>", "SVTYPE=DEL;END=1500", SV_DEL, {1001, 1001, 1500, 1500, 500, 500}},
    {"N", "<CNV>", "SVTYPE=CNV;END=1500", SV_CNV, {1001, 1001, 1500, 1500, 500, 500}},
    {"N", "<INV>", "SVTYPE=INV;END=1500;CHR2=1", SV_INV, {1001, 1001, 1500, 1500, 500, 500}},
    {"N",
     "<INS>",
     "SVTYPE=INS;END=1000;CIPOS=0,4",
     SV_INS,
     {1000, 1004, 1000, 1004, 0, STRUCTURAL_LENGTH_OPEN}},
    {"N", "<INS:ME>", "SVTYPE=INS;SVLEN=300", SV_INS, {1000, 1000, 1000, 1000, 300, 300}},
    {"ACGTA", "A", "SVTYPE=DEL", SV_DEL, {1001, 1001, 1004, 1004, 4, 4}},
    {"A", "ACGTA", "SVTYPE=INS;SVLEN=4", SV_INS, {1000, 1000, 1000, 1000, 4, 4}},
    {"A", "ACGTA", "SVTYPE=DUP", SV_DUP, {997, 1001, 1000, 1004, 4, 4}},
};

static void test_what_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct structural got;

        assert_true(read(good[i].ref, good[i].alt, good[i].info, &got));
        assert_int_equal(got.type, good[i].type);
        assert_int_equal(got.start_first, good[i].is[0]);
        assert_int_equal(got.start_last, good[i].is[1]);
        assert_int_equal(got.end_first, good[i].is[2]);
        assert_int_equal(got.end_last, good[i].is[3]);
        assert_int_equal(got.length_least, good[i].is[4]);
        assert_int_equal(got.length_most, good[i].is[5]);
        assert_int_equal(got.copies, STRUCTURAL_COPIES_UNKNOWN);
    }
}

static void test_what_does_not_fit_is_not(void **state)
{
    static const char *const bad[][3] = {
        {"N", "<DEL>", "SVTYPE=DEL"},                     /* no end */
        {"N", "<DEL>", "SVTYPE=DEL;END=900"},             /* before POS */
        {"N", "<DEL>", "SVTYPE=DEL;END=1500;SVLEN=-900"}, /* END and SVLEN differ */
        {"N", "<DEL>", "SVTYPE=DUP;END=1500"},            /* two types */
        {"N", "<DEL>", "SVTYPE=BND;END=1500"},            /* likewise */
        {"N", "<INV>", "SVTYPE=INV;END=1500;CHR2=2"},     /* on another chromosome */
        {"N", "<DEL>", "SVTYPE=DEL;END=1500;CIPOS=.,10"}, /* an open interval */
        {"N", "<DEL>", "SVTYPE=DEL;END=1500;CIPOS=5,10"}, /* not around POS */
        {"N", "<DEL>", "SVTYPE=DEL;END=1e5"},             /* no number */
        {"N", "<DEL>", "SVTYPE=DEL;END=200001"},          /* past the chromosome */
        {"N", "<CPX>", "SVTYPE=CPX;END=1500"},            /* not kept */
        {"N", "N[2:100[", "SVTYPE=BND"},                  /* not kept */
        {"N", "<DEL", "SVTYPE=DEL;END=1500"},             /* no symbol */
        {"A", "ACGTA", ""},                               /* too short */
        {"A", "ACGTA", "SVTYPE=DEL"},                     /* longer, and not shorter */
    };
    struct structural got;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(read(bad[i][0], bad[i][1], bad[i][2], &got));
}

static void test_fifty_bases_are_structural_and_one_less_is_not(void **state)
{
    char bases[SV_LENGTH_LEAST + 2];
    struct structural got;

    (void)state;
    memset(bases, 'A', sizeof(bases));
    bases[SV_LENGTH_LEAST + 1] = 0;
    assert_true(read("A", bases, ".", &got));
    assert_int_equal(got.type, SV_INS);
    assert_true(read(bases, "A", ".", &got));
    assert_int_equal(got.type, SV_DEL);
    assert_int_equal(got.length_least, SV_LENGTH_LEAST);
    bases[SV_LENGTH_LEAST] = 0;
    assert_false(read("A", bases, ".", &got));
    assert_false(read(bases, "A", ".", &got));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_read),
        cmocka_unit_test(test_what_does_not_fit_is_not),
        cmocka_unit_test(test_fifty_bases_are_structural_and_one_less_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
