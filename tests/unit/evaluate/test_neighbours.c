/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of a snapshot that figures leave from (snapshot_by_assays()): a person who is not there,
 * with all that a file lists for this person's sake, changes nobody else: not who was tested at a
 * change, and not who was not called there. For the region's own staff, who see true figures, a
 * file's list of sites counts, and then one person changes everybody of the file: the control.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/evaluate.h"
#include "node/privacy/cells_inside.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/base/random.h"
#include "proto/query/measure.h"
#include "proto/query/parse.h"
#include "tests/unit/evaluate/ask.h"
#include "tests/unit/evaluate/world.h"

#define N 80 /* more than 64 in one file: it is listed as a callset */
#define POSITION 1000
#define WGS 0 /* of world_assays */

/* A joint file that lists the site because person 0, and nobody else, carries the change. */
static void make(struct world *w, bool with, bool joint, int assay)
{
    *w = (struct world){.n_persons = N, .n_files = joint ? 1 : 2};
    for (uint32_t i = 0; i < WORLD_VARIANTS; i++)
        w->variants[i] = (struct world_variant){.name = {VARIANT_GRCH38, 1, POSITION + i, "A", "C"},
                                                .af_nano = -1};
    for (size_t p = 0; p < N; p++)
        w->persons[p] = (struct world_person){.sex = 1 + p % 2, .age = 40, .birth_year = 1986};
    for (size_t f = 0; f < w->n_files; f++) {
        struct world_file *file = &w->files[f];

        *file = (struct world_file){.assembly = VARIANT_GRCH38, .judges = true};
        for (size_t p = 0; p < N; p++) {
            file->has_person[p] = (with || p > 0) && (joint || (p < N / 2) == (f == 0));
            file->assay[p] = assay;
        }
        file->sites = 2 | (with && f == 0); /* the second change is person 1's, at any rate */
        for (size_t p = 1; p < 6; p++)
            file->no_call[p] = 1;
    }
    w->persons[0].genotype[0] = with ? GENO_HET : GENO_REF;
    w->persons[1].genotype[1] = GENO_HOM;
    world_build(w);
}

static void frequency_of(struct world *w, int64_t cells[static MEASURE_GENOTYPE_CELLS])
{
    struct asked_of of = world_asked_of(w);
    struct ast_value change = {.kind = VALUE_CHANGE,
                               .locus = {ASSEMBLY_GRCH38, 1, POSITION, POSITION},
                               .ref = "A",
                               .alt = "C"};
    struct cells *sealed = cells_new(MEASURE_GENOTYPE_CELLS);
    struct shape shape = {.measure = {MEASURE_FREQUENCY, MEASURE_GENOTYPE_CELLS, 1},
                          .n_parts = 1,
                          .part_cells = MEASURE_GENOTYPE_CELLS,
                          .changes = &change};
    struct ast ast;
    struct err err;

    assert_non_null(sealed);
    assert_true(parse_text("age >= 0", w->arena, &ast, &err));
    if (!evaluate(&of, &ast, &shape, sealed, &err))
        fail_msg("%s", err.text);
    memcpy(cells, sealed->value, MEASURE_GENOTYPE_CELLS * sizeof(int64_t));
    cells_free(sealed);
}

/* The squared distance of the two worlds' frequencies, and how many persons but 0 are elsewhere. */
static int64_t distance(bool joint, int assay, bool by_assays, int *moved)
{
    const char *question = "variant(change = GRCh38:1-1000-A-C)";
    int64_t cells[2][MEASURE_GENOTYPE_CELLS], sum = 0;
    char word[2][N + 1];

    for (int with = 0; with < 2; with++) {
        struct world *w = calloc(1, sizeof(*w));

        assert_non_null(w);
        make(w, with, joint, assay);
        if (by_assays)
            snapshot_by_assays(w->snapshot);
        frequency_of(w, cells[with]);
        memcpy(word[with], ask(w, question), N + 1);
        world_clear(w);
        free(w);
    }
    *moved = 0;
    for (int p = 1; p < N; p++)
        *moved += word[0][p] != word[1][p];
    assert_int_equal(word[1][0], 'Y');
    for (int i = 0; i < MEASURE_GENOTYPE_CELLS; i++)
        sum += (cells[1][i] - cells[0][i]) * (cells[1][i] - cells[0][i]);
    return sum;
}

static void test_one_person_moves_nobody_else(void **state)
{
    (void)state;
    for (int joint = 0; joint < 2; joint++)
        for (int assay = -1; assay <= WGS; assay++) {
            int moved;

            /* Person 0 has an entry in both worlds; with a sample, het; without, not covered. */
            assert_true(distance(joint, assay, true, &moved) <= 2);
            assert_int_equal(moved, 0);
        }
}

static void test_a_files_list_would_move_all_of_the_file(void **state)
{
    int moved;

    (void)state;
    assert_true(distance(true, -1, false, &moved) > 5000);
    assert_int_equal(moved, N - 1 - 5); /* not those who were not called */
    assert_true(distance(true, WGS, false, &moved) >= 25);
    assert_int_equal(moved, 5);
    assert_true(distance(false, -1, false, &moved) > 1000);
    assert_int_equal(moved, N / 2 - 1 - 5);
}

/* Person 0 with everything that a row can say or leave, or with nothing: the others stand still. */
static void codes_world(struct world *w, bool with, unsigned undelivered)
{
    *w = (struct world){.n_persons = 8, .has_hpo = true, .undelivered = undelivered};
    for (uint32_t i = 0; i < WORLD_VARIANTS; i++)
        w->variants[i] = (struct world_variant){.name = {VARIANT_GRCH38, 1, POSITION + i, "A", "C"},
                                                .af_nano = -1};
    for (unsigned p = 1; p < 8; p++)
        w->persons[p] = (struct world_person){.present = p & 1 ? 1 << 3 : 0,
                                              .icd = p & 2 ? 1 : 0,
                                              .stated = p & 4 ? 3 : 0,
                                              .lost = p == 5 ? 2 : 0};
    if (with)
        w->persons[0] = (struct world_person){.present = 1 << 6,
                                              .excluded = 1 << 2,
                                              .icd = 15,
                                              .group = 1,
                                              .stated = 7,
                                              .lost = 7,
                                              .lost_any = true,
                                              .refused = 0xff,
                                              .refused_icd = 15};
    world_build(w);
}

static void test_a_record_or_a_trace_of_one_person_moves_nobody_else(void **state)
{
    static const char *const questions[] = {"diagnosis under icd10:C50",
                                            "diagnosis = icd10:E11.9",
                                            "phenotype under HP:0000008",
                                            "phenotype excluded HP:0000004",
                                            "code = igsr:GBR",
                                            "not phenotype under HP:0000002",
                                            "diagnosis in (icd10:C50, orpha:558)"};

    (void)state;
    for (unsigned undelivered = 0; undelivered < 1 << WORLD_DELIVERED; undelivered++)
        for (size_t q = 0; q < sizeof(questions) / sizeof(questions[0]); q++) {
            char word[2][16] = {"", ""};

            for (int with = 0; with < 2; with++) {
                struct world *w = calloc(1, sizeof(*w));

                assert_non_null(w);
                codes_world(w, with, undelivered);
                snprintf(word[with], sizeof(word[with]), "%s", ask(w, questions[q]));
                world_clear(w);
                free(w);
            }
            assert_string_equal(word[0] + 1, word[1] + 1);
        }
}

/* ---- gaps ---------------------------------------------------------------------------------------
 */

enum rule {
    FILTERED_CARRIER,
    FILTERED_MISSING,
    FAILED_REFERENCE,
    STRUCTURAL,
    LOW_BLOCK,
    LEFT_OUT,
    RULES
};

/*
 * A joint file in which a line, or the stretch of person 0, was lost: `with` person 0 in it or not.
 * What rests on a line that the file lists for person 0's sake goes with it; what is in others' own
 * records stays.
 */
static void make_lost(struct world *w, bool with, enum rule rule)
{
    struct world_file *file = &w->files[0];
    struct world_gap line = {POSITION, POSITION, GAP_FILTERED, false};

    make(w, with, true, WGS);
    world_clear(w);
    file->sites = 2; /* the line of the first change was not taken */
    memset(file->no_call, 0, sizeof(file->no_call));
    for (size_t p = 0; p < N; p++) {
        struct world_gap *gap = &file->gap[p];

        *gap = (struct world_gap){0};
        if (rule == FILTERED_CARRIER && p == 0)
            *gap = (struct world_gap){POSITION, POSITION, GAP_FILTERED, true};
        if (rule == STRUCTURAL && p == 0)
            *gap = (struct world_gap){POSITION - 90, POSITION + 5000, GAP_STRUCTURAL, true};
        if (rule == FILTERED_MISSING && with && p >= 1 && p < 30)
            *gap = line, gap->reason = GAP_NOT_CALLED;
        if (rule == FAILED_REFERENCE && with && p >= 1 && p < 30)
            *gap = line, gap->reason = GAP_FAILED;
        if (rule == LOW_BLOCK && p % 3 == 1) /* their own blocks, with or without person 0 */
            *gap = (struct world_gap){POSITION - 5, POSITION + 5, GAP_LOW, true};
        if (rule == LEFT_OUT) /* by the header: of the file, whoever is in it */
            *gap = (struct world_gap){1, 2000, GAP_LEFT_OUT, true};
    }
    world_build(w);
}

static void test_a_lost_record_moves_nobody_else(void **state)
{
    static const char *const questions[] = {"variant(change = GRCh38:1-1000-A-C)",
                                            "variant(locus = GRCh38:1:990-1010)",
                                            "variant(zygosity = hom)", "variant(gene = AAA1)"};

    (void)state;
    for (enum rule rule = 0; rule < RULES; rule++)
        for (size_t q = 0; q < sizeof(questions) / sizeof(questions[0]); q++) {
            char word[2][N + 1];

            for (int with = 0; with < 2; with++) {
                struct world *w = calloc(1, sizeof(*w));

                assert_non_null(w);
                make_lost(w, with, rule);
                snapshot_by_assays(w->snapshot);
                memcpy(word[with], ask(w, questions[q]), N + 1);
                world_clear(w);
                free(w);
            }
            for (int p = 1; p < N; p++)
                if (word[0][p] != word[1][p])
                    fail_msg("rule %d, %s: person %d was %c and is %c", rule, questions[q], p,
                             word[0][p], word[1][p]);
        }
}

static char word_of(enum rule rule, bool by_assays, size_t person)
{
    struct world *w = calloc(1, sizeof(*w));
    char word;

    assert_non_null(w);
    make_lost(w, true, rule);
    if (by_assays)
        snapshot_by_assays(w->snapshot);
    word = ask(w, "variant(change = GRCh38:1-1000-A-C)")[person];
    world_clear(w);
    free(w);
    return word;
}

/* Whom it concerns by their own record cannot be told, where figures leave too. */
static void test_the_own_record_counts_on_both_paths(void **state)
{
    (void)state;
    for (int by_assays = 0; by_assays < 2; by_assays++) {
        assert_int_equal(word_of(FILTERED_CARRIER, by_assays, 0), '?');
        assert_int_equal(word_of(FILTERED_CARRIER, by_assays, 2), 'N');
        assert_int_equal(word_of(STRUCTURAL, by_assays, 0), '?');
        assert_int_equal(word_of(LOW_BLOCK, by_assays, 1), '?');
        assert_int_equal(word_of(LEFT_OUT, by_assays, 2), '?');
    }
    /* The region's own staff see the doubts of a listed line too. */
    assert_int_equal(word_of(FILTERED_MISSING, false, 3), '?');
    assert_int_equal(word_of(FILTERED_MISSING, true, 3), 'N');
    assert_int_equal(word_of(FAILED_REFERENCE, false, 3), '?');
    assert_int_equal(word_of(FAILED_REFERENCE, true, 3), 'N');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_record_or_a_trace_of_one_person_moves_nobody_else),
        cmocka_unit_test(test_one_person_moves_nobody_else),
        cmocka_unit_test(test_a_files_list_would_move_all_of_the_file),
        cmocka_unit_test(test_a_lost_record_moves_nobody_else),
        cmocka_unit_test(test_the_own_record_counts_on_both_paths),
    };

    if (!random_start())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
