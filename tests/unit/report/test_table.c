/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of what stands beside the cells:
 * - a breakdown's printed parts and what the hidden ones hold together are exactly the printed sum,
 *   for any noise and rule; nothing printed is negative or below the threshold, and a part is
 * hidden whether it is empty or small;
 * - an interval holds its figure, and holds the truth as often as it says;
 * - AC, AN and their frequency come from genotypes by the copies that the place has, with intervals
 *   of 5, 6, 12 and 14 times a cell's variance that hold the truth as often as they say;
 * - AC is no less than what its parts show;
 * - a frequency is told only where AC is shown and AN is more than noise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/report/layout.h"
#include "coordinator/report/spread.h"
#include "proto/base/arena.h"

#define SIGMA 10

static uint64_t seed = 1;

static double uniform(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(seed >> 11) / 9007199254740992.0;
}

static int64_t noise(void)
{
    double u = uniform(), v = uniform();

    return (int64_t)rint(SIGMA * sqrt(-2 * log(u > 0 ? u : 1e-300)) * cos(2 * M_PI * v));
}

struct bench {
    struct arena *arena;
    struct shape shape;
    struct table_input input;
    int64_t noised[1000];
    struct figure cell[1000];
    struct table *table;
};

static void bench_up(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    b->arena = arena_new(1 << 22);
    assert_non_null(b->arena);
    b->input = (struct table_input){.shape = &b->shape,
                                    .noised = b->noised,
                                    .variance = SIGMA * SIGMA,
                                    .half_width = spread_half_width(1, SIGMA, 0.95),
                                    .rule = {10, 5}};
}

static void by(struct bench *b, const char *dimensions)
{
    Rikstal__V1__Question question = RIKSTAL__V1__QUESTION__INIT;
    struct err err;

    question.measure = RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN;
    assert_true(shape_dimensions(dimensions, b->arena, &question, &err));
    assert_true(shape_read(&question, b->arena, &b->shape, &err));
}

static void of(struct bench *b, const char *changes)
{
    Rikstal__V1__Question question = RIKSTAL__V1__QUESTION__INIT;
    struct err err;

    question.measure = RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY;
    assert_true(shape_changes(changes, b->arena, &question, &err));
    assert_true(shape_read(&question, b->arena, &b->shape, &err));
}

static void make(struct bench *b)
{
    b->table = layout_table(&b->input, b->cell, b->arena);
    assert_non_null(b->table);
}

static int64_t truth_of(size_t part)
{
    return part % 7 == 3 ? 900 : (part % 3 == 0 ? 30 : 0);
}

static void column_adds_up(const struct bench *b, size_t which)
{
    int64_t shown = 0;
    uint32_t hidden = 0;

    for (uint32_t part = 0; part < b->shape.n_parts; part++) {
        const struct figure *figure = &b->cell[2 * part + which];

        if (figure->suppressed) {
            hidden++;
            assert_int_equal(figure->value, 0);
            continue;
        }
        assert_true(figure->value >= b->input.rule.below);
        assert_true(figure->low <= figure->value && figure->value <= figure->high);
        assert_true(figure->low >= 0);
        shown += figure->value;
    }
    assert_int_equal(hidden, b->table->hidden[which].n);
    assert_true(b->table->hidden[which].together >= 0);
    if (!b->table->sum[which].suppressed)
        assert_int_equal(shown + b->table->hidden[which].together, b->table->sum[which].value);
    else
        assert_int_equal(shown, 0);
    if (hidden == 0)
        assert_int_equal(b->table->hidden[which].together, 0);
}

static void test_printed_parts_and_the_hidden_rest_are_the_printed_sum(void **state)
{
    static const struct display_rule rules[] = {{10, 5}, {5, 5}, {0, 0}, {20, 5}, {7, 5}, {0, 1}};
    struct bench b;

    (void)state;
    bench_up(&b);
    by(&b, "sex,age_band");
    seed = 5;
    for (int round = 0; round < 3000; round++) {
        b.input.rule = rules[round % 6];
        for (size_t i = 0; i < 88; i++)
            b.noised[i] = (i % 2 ? 0 : truth_of(i / 2)) + noise();
        make(&b);
        column_adds_up(&b, 0);
        column_adds_up(&b, 1);
        arena_clear(b.arena);
        by(&b, "sex,age_band");
    }
    arena_free(b.arena);
}

static void test_empty_and_small_parts_are_hidden_alike(void **state)
{
    static const int64_t noised[] = {-9, 40, 0, 0, 9, 0, 103, 0};
    struct bench b;

    (void)state;
    bench_up(&b);
    by(&b, "sex");
    memcpy(b.noised, noised, sizeof(noised));
    make(&b);
    assert_true(b.cell[0].suppressed && b.cell[2].suppressed && b.cell[4].suppressed);
    assert_memory_equal(&b.cell[0], &b.cell[2], sizeof(struct figure));
    assert_memory_equal(&b.cell[0], &b.cell[4], sizeof(struct figure));
    assert_false(b.cell[6].suppressed);
    assert_false(b.cell[1].suppressed);
    assert_int_equal(b.table->sum[0].value, 105); /* 103 */
    assert_int_equal(b.table->hidden[0].n, 3);
    arena_free(b.arena);
}

/* A bound on k failures of n at 5 %: 5 standard errors. */
static void covers(int failures, int n)
{
    assert_true(failures <= 0.05 * n + 5 * sqrt(0.05 * 0.95 * n));
}

static void test_intervals_hold_the_truth_as_often_as_they_say(void **state)
{
    struct bench b;
    int n = 0, part_missed = 0, sum_missed = 0;
    int64_t sum = 0;

    (void)state;
    bench_up(&b);
    by(&b, "sex,age_band");
    for (size_t part = 0; part < 44; part++)
        sum += truth_of(part);
    seed = 6;
    for (int round = 0; round < 3000; round++) {
        for (size_t i = 0; i < 88; i++)
            b.noised[i] = (i % 2 ? 0 : truth_of(i / 2)) + noise();
        make(&b);
        for (size_t part = 0; part < 44; part++) {
            const struct figure *figure = &b.cell[2 * part];

            part_missed += truth_of(part) < figure->low || truth_of(part) > figure->high;
            n++;
        }
        sum_missed += sum < b.table->sum[0].low || sum > b.table->sum[0].high;
        arena_clear(b.arena);
        by(&b, "sex,age_band");
    }
    covers(part_missed, n);
    covers(sum_missed, 3000);
    arena_free(b.arena);
}

/* ref het hom hemi ref_haploid not_covered, on an autosome and on X */
static const int64_t genotypes[2][6] = {{8000, 1800, 200, 0, 0, 300},
                                        {4000, 900, 100, 500, 4500, 300}};

static void noised_genotypes(struct bench *b)
{
    for (size_t i = 0; i < 12; i++)
        b->noised[i] = genotypes[i / 6][i % 6] + noise();
}

static void test_alleles_are_counted_by_the_copies_of_the_place(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    of(&b, "GRCh38:1-1000-A-C,GRCh38:X-20000000-A-C");
    memcpy(b.noised, genotypes, sizeof(genotypes));
    b.noised[3] = 17; /* noise in a cell that nobody can be in */
    b.input.rule = (struct display_rule){10, 1};
    make(&b);
    assert_int_equal(b.table->alleles[0].ac.value, 2200);
    assert_int_equal(b.table->alleles[0].an.value, 20000);
    assert_int_equal(b.table->alleles[1].ac.value, 900 + 200 + 500);
    assert_int_equal(b.table->alleles[1].an.value, 2 * 5000 + 500 + 4500);
    assert_true(fabs(b.table->alleles[0].frequency - 0.11) < 1e-9);
    /* 1.96 sqrt(5) 10 and 1.96 sqrt(6) 10 */
    assert_int_equal(b.table->alleles[0].ac.high - 2200, 44);
    assert_int_equal(b.table->alleles[1].ac.high - 1600, 49);
    /* f + (1.96 sqrt(5 + 12 f f - 12 f) 10 + (1 + f) / 2) / an; with 6, 14 and 14 of the X */
    assert_true(fabs(b.table->alleles[0].high - 0.1119444) < 1e-6);
    assert_true(fabs(b.table->alleles[1].high - 0.1095261) < 1e-6);
    arena_free(b.arena);
}

/* Het 700 and hom -20, which is nobody: AC is that of the 700, and not 660 beside them. */
static void test_ac_is_no_less_than_its_parts_show(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    of(&b, "GRCh38:1-1000-A-C");
    b.noised[GENOTYPE_REF] = 9300;
    b.noised[GENOTYPE_HET] = 700;
    b.noised[GENOTYPE_HOM] = -20;
    make(&b);
    assert_int_equal(b.table->alleles[0].ac.value, 700);
    assert_int_equal(b.cell[GENOTYPE_HET].value, 700);
    assert_true(b.cell[GENOTYPE_HOM].suppressed);
    arena_free(b.arena);
}

static void test_a_frequency_is_a_share(void **state)
{
    static const int64_t all[6] = {0, 0, 5000, 0, 0, 0}, none[6] = {5000, 0, 0, 0, 0, 0};
    struct bench b;

    (void)state;
    bench_up(&b);
    of(&b, "GRCh38:1-1000-A-C,GRCh38:1-2000-A-C");
    memcpy(b.noised, all, sizeof(all));
    memcpy(b.noised + 6, none, sizeof(none));
    b.input.rule = (struct display_rule){0, 1};
    make(&b);
    assert_true(b.table->alleles[0].frequency == 1 && b.table->alleles[0].high == 1);
    assert_true(b.table->alleles[1].frequency == 0 && b.table->alleles[1].low == 0);
    arena_free(b.arena);
}

static void test_allele_intervals_hold_the_truth_as_often_as_they_say(void **state)
{
    int missed[2] = {0}, frequency_missed[2] = {0};
    struct bench b;

    (void)state;
    bench_up(&b);
    seed = 7;
    for (int round = 0; round < 4000; round++) {
        of(&b, "GRCh38:1-1000-A-C,GRCh38:X-20000000-A-C");
        b.input.rule = (struct display_rule){10, round % 2 ? 5 : 1};
        noised_genotypes(&b);
        make(&b);
        for (int i = 0; i < 2; i++) {
            const struct table_alleles *is = &b.table->alleles[i];
            double ac = i ? 1600 : 2200, an = i ? 15000 : 20000;

            missed[i] += ac < (double)is->ac.low || ac > (double)is->ac.high;
            assert_true(is->has_frequency);
            frequency_missed[i] += ac / an < is->low || ac / an > is->high;
        }
        arena_clear(b.arena);
    }
    for (int i = 0; i < 2; i++) {
        covers(missed[i], 4000);
        covers(frequency_missed[i], 4000);
        assert_true(missed[i] > 4000 / 100); /* and are not wide for nothing */
    }
    arena_free(b.arena);
}

/* The first change is on an autosome, the second on X: only there somebody may have one copy. */
static void test_where_all_have_two_copies_there_is_no_figure_of_one(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    of(&b, "GRCh38:1-1000-A-C,GRCh38:X-20000000-A-C");
    noised_genotypes(&b);
    make(&b);
    for (int i = 0; i < 2 * MEASURE_GENOTYPE_CELLS; i++)
        assert_int_equal(b.cell[i].none, i == GENOTYPE_HEMI || i == GENOTYPE_REF_HAPLOID);
    arena_free(b.arena);
}

/* Het 60, and ref -60: AC 60, AN 0. */
static void test_there_are_never_more_alleles_with_the_change_than_alleles(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    of(&b, "GRCh38:1-1000-A-C");
    b.noised[GENOTYPE_REF] = -60;
    b.noised[GENOTYPE_HET] = 60;
    b.input.rule = (struct display_rule){10, 1};
    make(&b);
    assert_int_equal(b.table->alleles[0].ac.value, b.table->alleles[0].an.value);
    assert_int_equal(b.table->alleles[0].ac.value, 42); /* (12 x 60 + 5 x 0) / 17 */
    assert_true(b.table->alleles[0].ac.high >= 60 && b.table->alleles[0].an.low == 0);
    assert_false(b.table->alleles[0].has_frequency);
    arena_free(b.arena);
}

static void test_a_frequency_needs_an_ac_to_show_and_an_an_above_noise(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    of(&b, "GRCh38:1-1000-A-C,GRCh38:2-1000-A-C");
    b.noised[0] = 8000; /* reference alone */
    b.noised[6] = 10;   /* hardly anybody was looked at */
    b.noised[7] = 40;
    make(&b);
    assert_true(b.table->alleles[0].ac.suppressed);
    assert_false(b.table->alleles[0].has_frequency);
    assert_false(b.table->alleles[1].ac.suppressed);
    assert_false(b.table->alleles[1].has_frequency);
    arena_free(b.arena);
}

/*
 * A total of its own is no wider than its sigma says, and the parts narrow it further: of four
 * parts, at twice their sigma, to the square root of 2 of a count's.
 */
static void test_a_total_of_its_own_is_narrow(void **state)
{
    static const struct {
        uint32_t total; /* its sigma, in those of a part */
        const char *by;
        double widest; /* half of the interval, likewise; without a total sqrt(parts) */
    } row[] = {{0, "sex,age_band", 6.633},
               {2, "sex,age_band", 1.915},
               {1, "sex,age_band", 0.989},
               {2, "sex", 1.415}};
    struct bench b;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        double half = 1.96 * SIGMA * row[i].widest;
        const struct figure *sum;

        bench_up(&b);
        b.input.rule.base = 1;
        by(&b, row[i].by);
        assert_true(measure_grade(&b.shape.measure, 0, SIGMA * row[i].total, &err));
        b.input.graded[MEASURE_TOTAL] = SIGMA * SIGMA * row[i].total * row[i].total;
        for (uint32_t cell = 0; cell < b.shape.measure.n_cells; cell++)
            b.noised[cell] = cell < COUNT_CELLS * b.shape.n_parts ? 900 : 900 * b.shape.n_parts;
        make(&b);
        sum = &b.table->sum[CELL_MATCHED];
        assert_int_equal(sum->value, 900 * b.shape.n_parts);
        assert_true((double)(sum->high - sum->low) >= 2 * half &&
                    (double)(sum->high - sum->low) <= 2 * half + 3);
        arena_free(b.arena);
    }
}

static void test_the_width_of_a_sum_is_that_of_the_exact_law(void **state)
{
    (void)state;
    for (size_t n = 2; n <= 64; n *= 2) {
        int64_t exact = spread_half_width(n, SIGMA, 0.95);
        int64_t width = table_half_width((double)n * SIGMA * SIGMA);

        assert_true(width == exact || width == exact + 1);
    }
}

static void test_out_of_memory_gives_no_table(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    by(&b, "sex,age_band");
    for (size_t room = 0; room < 2560; room += 256) {
        struct arena *small = arena_new(room);

        assert_null(layout_table(&b.input, b.cell, small));
        arena_free(small);
    }
    arena_free(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_printed_parts_and_the_hidden_rest_are_the_printed_sum),
        cmocka_unit_test(test_empty_and_small_parts_are_hidden_alike),
        cmocka_unit_test(test_intervals_hold_the_truth_as_often_as_they_say),
        cmocka_unit_test(test_alleles_are_counted_by_the_copies_of_the_place),
        cmocka_unit_test(test_where_all_have_two_copies_there_is_no_figure_of_one),
        cmocka_unit_test(test_there_are_never_more_alleles_with_the_change_than_alleles),
        cmocka_unit_test(test_ac_is_no_less_than_its_parts_show),
        cmocka_unit_test(test_a_frequency_is_a_share),
        cmocka_unit_test(test_allele_intervals_hold_the_truth_as_often_as_they_say),
        cmocka_unit_test(test_a_frequency_needs_an_ac_to_show_and_an_an_above_noise),
        cmocka_unit_test(test_a_total_of_its_own_is_narrow),
        cmocka_unit_test(test_the_width_of_a_sum_is_that_of_the_exact_law),
        cmocka_unit_test(test_out_of_memory_gives_no_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
