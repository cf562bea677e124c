/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of work: it follows from the question and the sizes; more of either is never less;
 * a place that every way of being true must name bounds what is looked at, and what does not, does
 * not; nothing overflows.
 */
#include "node/privacy/work.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "proto/query/shape.h"

static const struct work_sizes genomes = {
    .segments = 1, .persons = 16384, .sites = 1 << 24, .gene = 4096, .events = 1 << 20};

static struct work work_in(struct shape shape, const char *text, const struct work_sizes *sizes)
{
    struct arena *arena = arena_new(1 << 22);
    struct work out;
    struct ast ast;
    struct err err;

    if (!parse_text(text, arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    out = work_of(&ast, &shape, 5, sizes);
    arena_free(arena);
    return out;
}

static struct work work(const char *text, const struct work_sizes *sizes)
{
    struct shape shape = {.measure = {.kind = MEASURE_COUNT}, .n_parts = 1};

    return work_in(shape, text, sizes);
}

/* A first event of everybody is looked for in all of their events. */
static void test_bins_cost_by_persons_and_events(void **state)
{
    static const char text[] = "event(diagnosis under icd10:C50)";
    struct bins bins = {.unit = BINS_MONTHS};
    struct shape binned = {.bins = &bins,
                           .measure = {.kind = MEASURE_TIMELINE, .n_cells = 10},
                           .n_parts = 5,
                           .breakdown.n_dimensions = 1,
                           .n_roles = 1};
    struct work_sizes events = genomes, persons = genomes;
    uint64_t ns = work_in(binned, text, &genomes).ns;

    (void)state;
    events.events *= 4;
    persons.persons *= 4;
    assert_true(ns > work(text, &genomes).ns);
    assert_true(work_in(binned, text, &events).ns - work(text, &events).ns >
                ns - work(text, &genomes).ns);
    binned.measure.kind = MEASURE_SURVIVAL; /* reads every record of everybody */
    assert_true(work_in(binned, text, &genomes).ns > 2 * ns - work("age >= 18", &genomes).ns);
    binned.measure.kind = MEASURE_TIMELINE;
    assert_true(work_in(binned, text, &persons).ns - work(text, &persons).ns >
                ns - work(text, &genomes).ns);
}

static void test_a_walk_is_told_and_costs_by_the_sites(void **state)
{
    struct work_sizes few = genomes;

    (void)state;
    few.sites = 1 << 10;
    assert_int_equal(work("variant(zygosity = hom and af >= 60%)", &genomes).walks, 1);
    assert_true(work("variant(zygosity = hom and af >= 60%)", &genomes).ns > 1000000000);
    assert_true(work("variant(zygosity = hom and af >= 60%)", &few).ns < 5000000);
    assert_int_equal(work("variant(af <= 1%) and variant(zygosity = hom)", &genomes).walks, 2);
    assert_int_equal(work("age >= 18 and sex = male", &genomes).walks, 0);
    assert_true(work("age >= 18 and sex = male", &genomes).ns < 10000000);
}

static void test_only_what_must_hold_bounds_it(void **state)
{
    static const struct {
        const char *text;
        uint32_t walks;
    } cases[] = {
        {"variant(gene = SCN5A and af <= 1%)", 0},
        {"variant(gene = SCN5A or af <= 1%)", 1},
        {"variant(not gene = SCN5A)", 1},
        {"variant(not (gene = SCN5A or zygosity = hom))", 1},
        {"variant(gene = SCN5A or locus = GRCh38:1:1000-2000)", 0},
        {"variant(at least 1 of (gene = SCN5A, gene = BRCA1))", 0},
        {"variant(at least 2 of (gene = SCN5A, af <= 1%, zygosity = hom))", 1},
        {"not variant(gene = SCN5A)", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct work is = work(cases[i].text, &genomes);

        if (is.walks != cases[i].walks)
            fail_msg("%s: %u walks", cases[i].text, is.walks);
        assert_true((is.ns > 1000000000) == (cases[i].walks > 0));
    }
}

static void test_more_is_never_less(void **state)
{
    static const char *const texts[] = {
        "age >= 18",
        "age >= 18 and diagnosis under icd10:I21",
        "age >= 18 and diagnosis under icd10:I20-I25",
        "age >= 18 and diagnosis under icd10:II",
        "age >= 18 and diagnosis under icd10:II and variant(gene = SCN5A)",
        "age >= 18 and diagnosis under icd10:II and variant(gene in (SCN5A, BRCA1))",
        "age >= 18 and diagnosis under icd10:II and tested(variant(gene in (SCN5A, BRCA1)))",
        "age >= 18 and diagnosis under icd10:II and variant(af <= 1%)",
        "age >= 18 and diagnosis under icd10:II and variant(af <= 1% and zygosity = hom)",
        "age >= 18 and diagnosis under icd10:II and variant(af <= 1% and vaf >= 5%)",
    };
    static const char *const twice[] = {
        "variant(gene = SCN5A)",
        "two hits(gene = SCN5A)",
        "two hits(gene in (SCN5A, BRCA1))",
        "two hits(gene in (SCN5A, BRCA1) and af <= 1%)",
    };
    static const char *const in_time[] = {
        "event(diagnosis under icd10:C50)",
        "event(diagnosis under icd10:C50) before event(treatment under atc:L01)",
        "sequence(diagnosis under icd10:C50 then code under atc:L01 then code = atc:L01XK)",
    };
    static const char variant[] = "somatic variant(change = GRCh38:1-100-A-G)";
    static const char sampled[] =
        "sequence(code = atc:L01XK then somatic variant(change = GRCh38:1-100-A-G))";
    uint64_t before = 0;

    (void)state;
    assert_true(work(sampled, &genomes).ns > 2 * work(variant, &genomes).ns);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct work_sizes more = genomes;
        uint64_t ns = work(texts[i], &genomes).ns;

        assert_true(ns > before);
        before = ns;
        more.segments *= 4;
        more.persons *= 4;
        more.sites *= 4;
        more.gene *= 4;
        more.events *= 4;
        assert_true(work(texts[i], &more).ns > ns);
    }
    before = 0;
    for (size_t i = 0; i < sizeof(twice) / sizeof(twice[0]); i++) {
        assert_true(work(twice[i], &genomes).ns > before);
        before = work(twice[i], &genomes).ns;
    }
    before = work("diagnosis under icd10:C50", &genomes).ns;
    for (size_t i = 0; i < sizeof(in_time) / sizeof(in_time[0]); i++) {
        assert_true(work(in_time[i], &genomes).ns > before);
        before = work(in_time[i], &genomes).ns;
    }
}

/* A record that several values or steps may read is paid for as often. */
static void test_events_cost_as_often_as_they_are_read(void **state)
{
    struct work_sizes sizes = genomes;

    (void)state;
    sizes.events = 1 << 24;
    uint64_t once = work("event(phenotype under HP:0001250)", &sizes).ns;
    uint64_t two = work("sequence(code = atc:L01XA01 then code = atc:L01XK)", &sizes).ns;

    assert_true(work("lab npu:NPU19651 >= 4", &sizes).ns > work("lab = npu:NPU19651", &sizes).ns);
    assert_true(work("observation loinc:89247-1 = a", &sizes).ns >
                work("observation = loinc:89247-1", &sizes).ns);
    assert_true(work("event(phenotype under (HP:0001250, HP:0012638))", &sizes).ns >
                once * 19 / 10);
    assert_true(work("event(phenotype under HP:0001250 or code = atc:L01XK)", &sizes).ns >
                once * 19 / 10);
    assert_true(work("sequence(code = atc:L01XA01 then code = atc:L01XK then code = atc:L01XA01 "
                     "then code = atc:L01XK)",
                     &sizes)
                    .ns > 3 * two);
}

/* Where sites are summed up, bands of frequency cost by kinds; another bound is a walk. */
static void test_kinds_cost_by_their_number(void **state)
{
    struct work_sizes summed = genomes, more;

    (void)state;
    summed.kinds = 1 << 12;
    more = summed;
    more.kinds *= 4;
    assert_int_equal(work("variant(zygosity = hom and af >= 60%)", &summed).walks, 0);
    assert_true(work("variant(zygosity = hom and af >= 60%)", &summed).ns < 25000000);
    assert_true(work("variant(zygosity = hom and af >= 60%)", &more).ns >
                work("variant(zygosity = hom and af >= 60%)", &summed).ns);
    assert_int_equal(work("variant(zygosity = hom and af >= 61%)", &summed).walks, 1);
    assert_int_equal(work("variant(not gene = SCN5A)", &summed).walks, 1);
}

/* A pass over everybody for each cell; of a table, for each person a cell or two. */
static void test_accounts_cost_by_persons_and_cells(void **state)
{
    static const char text[] = "age >= 18";
    struct shape one = {.measure = {.kind = MEASURE_COUNT, .n_cells = 2}, .n_parts = 1};
    struct shape many = {.measure = {.kind = MEASURE_FUNNEL, .n_cells = 64}, .n_parts = 1};
    struct work_sizes paid = genomes, more;
    uint64_t two_cells, cells;

    (void)state;
    paid.accounts = true;
    two_cells = work_in(one, text, &paid).ns - work_in(one, text, &genomes).ns;
    cells = work_in(many, text, &paid).ns - work_in(many, text, &genomes).ns;
    assert_true(two_cells >= genomes.persons);
    assert_int_equal(cells, 32 * two_cells);
    more = paid;
    more.persons *= 2;
    assert_true(work_in(one, text, &more).ns - work_in(one, text, &paid).ns >= two_cells);
    many.breakdown.n_dimensions = 1;
    assert_int_equal(work_in(many, text, &paid).ns - work_in(many, text, &genomes).ns,
                     2 * two_cells);
}

static void test_nothing_overflows(void **state)
{
    const uint64_t much = UINT64_C(1) << 62;
    const struct work_sizes all = {much, much, much, much, much, much, 0, true};

    (void)state;
    assert_true(work("variant(af <= 1%) and variant(locus = GRCh38:1:1-248000000)", &all).ns >=
                UINT64_MAX / 8);
    assert_true(work("not (age >= 18 and diagnosis under icd10:I21)", &all).ns >= UINT64_MAX / 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_walk_is_told_and_costs_by_the_sites),
        cmocka_unit_test(test_only_what_must_hold_bounds_it),
        cmocka_unit_test(test_more_is_never_less),
        cmocka_unit_test(test_events_cost_as_often_as_they_are_read),
        cmocka_unit_test(test_bins_cost_by_persons_and_events),
        cmocka_unit_test(test_kinds_cost_by_their_number),
        cmocka_unit_test(test_accounts_cost_by_persons_and_cells),
        cmocka_unit_test(test_nothing_overflows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
