/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of a snapshot that figures leave from (snapshot_by_assays()). A person's record is what
 * sources say of this person: rows, packets, blocks, and the person's column in each line of a VCF
 * (node/evaluate/decisions/001-whose-record.md). One person's record more, less or changed changes
 * nobody else. A line that a joint file has or lacks, for whomever's sake, changes only those whose
 * own genotype in it is no plain reference call. For the region's own staff, who see true figures,
 * a file's list of sites counts, and then a line changes everybody of the file: the control.
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

#define N 80      /* more than 64 in one file: it is listed as a callset */
#define MISSING 5 /* persons 1 to 5 were not called in the first line */
#define POSITION 1000
#define WGS 0 /* of world_assays */

/* What becomes of person 0, who alone carries the first change, and of its line. */
enum left { EVERYTHING, LINE, NOTHING };

/* A joint file that lists the site because person 0, and nobody else, carries the change. */
static void make(struct world *w, enum left left, bool joint, int assay)
{
    bool with = left == EVERYTHING;

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
        file->sites =
            2 | (left != NOTHING && f == 0); /* the second change is person 1's, at any rate */
        for (size_t p = 1; p <= MISSING; p++)
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
    struct shape shape = {.measure = {MEASURE_FREQUENCY, MEASURE_GENOTYPE_CELLS, 1, 0, 0},
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

/* Of two worlds: the squared distance of the frequencies, and which persons but 0 are elsewhere. */
struct apart {
    int64_t squared;
    int moved;
    int last; /* the last one of those who moved */
};

static struct apart apart(enum left left, bool joint, int assay, bool by_assays)
{
    const char *question = "variant(change = GRCh38:1-1000-A-C)";
    int64_t cells[2][MEASURE_GENOTYPE_CELLS];
    struct apart is = {0};
    char word[2][N + 1];

    for (int with = 0; with < 2; with++) {
        struct world *w = calloc(1, sizeof(*w));

        assert_non_null(w);
        make(w, with ? EVERYTHING : left, joint, assay);
        if (by_assays)
            snapshot_by_assays(w->snapshot);
        frequency_of(w, cells[with]);
        memcpy(word[with], ask(w, question), N + 1);
        world_clear(w);
        free(w);
    }
    for (int p = 1; p < N; p++)
        if (word[0][p] != word[1][p]) {
            is.moved++;
            is.last = p;
        }
    assert_int_equal(word[1][0], 'Y');
    for (int i = 0; i < MEASURE_GENOTYPE_CELLS; i++)
        is.squared += (cells[1][i] - cells[0][i]) * (cells[1][i] - cells[0][i]);
    return is;
}

static void test_one_person_moves_nobody_else(void **state)
{
    (void)state;
    for (int joint = 0; joint < 2; joint++)
        for (int assay = -1; assay <= WGS; assay++) {
            struct apart is = apart(LINE, joint, assay, true);

            /* Person 0 has an entry in both worlds; with a sample, het; without, not covered. */
            assert_true(is.squared <= 2);
            assert_int_equal(is.moved, 0);
        }
}

/* A line that was not there: its plain reference calls say no more than the assay does. */
static void test_a_line_moves_only_whose_own_call_is_not_plain(void **state)
{
    (void)state;
    for (int joint = 0; joint < 2; joint++) {
        struct apart is = apart(NOTHING, joint, WGS, true);

        assert_int_equal(is.moved, MISSING);
        assert_int_equal(is.last, MISSING);
        assert_int_equal(apart(NOTHING, joint, -1, true).moved, 0); /* nobody was tested before */
    }
}

static void test_a_files_list_would_move_all_of_the_file(void **state)
{
    struct apart is = apart(NOTHING, true, -1, false);

    (void)state;
    assert_true(is.squared > 5000);
    assert_int_equal(is.moved, N - 1 - MISSING); /* not those who were not called */
    is = apart(NOTHING, false, -1, false);
    assert_true(is.squared > 1000);
    assert_int_equal(is.moved, N / 2 - 1 - MISSING);
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
    HARDLY_TAKEN,
    RULES
};
#define WITH_DOUBT 30 /* persons 1 to 29 have one in the lost line */

static bool of_a_line(enum rule rule)
{
    return rule == FILTERED_MISSING || rule == FAILED_REFERENCE;
}

/*
 * A joint file in which a line, or the stretch of person 0, was lost. What others' columns say in
 * that line is their own record; it goes with the line. What else is their own stays at any rate.
 */
static void make_lost(struct world *w, enum left left, enum rule rule)
{
    struct world_file *file = &w->files[0];
    struct world_gap line = {POSITION, POSITION, GAP_FILTERED, true};

    make(w, left, true, WGS);
    world_clear(w);
    file->sites = 2; /* the line of the first change was not taken */
    memset(file->no_call, 0, sizeof(file->no_call));
    for (size_t p = 0; p < N; p++) {
        struct world_gap *gap = &file->gap[p];

        *gap = (struct world_gap){0};
        if (rule == FILTERED_CARRIER && p == 0)
            *gap = line;
        if (rule == STRUCTURAL && p == 0)
            *gap = (struct world_gap){POSITION - 90, POSITION + 5000, GAP_STRUCTURAL, true};
        if (of_a_line(rule) && left != NOTHING && p >= 1 && p < WITH_DOUBT) {
            *gap = line;
            gap->reason = rule == FAILED_REFERENCE ? GAP_FAILED : GAP_NOT_CALLED;
        }
        if (rule == LOW_BLOCK && p % 3 == 1) /* their own blocks, with or without person 0 */
            *gap = (struct world_gap){POSITION - 5, POSITION + 5, GAP_LOW, true};
        if (rule == LEFT_OUT) /* by the header: of the file, whoever is in it */
            *gap = (struct world_gap){1, 2000, GAP_LEFT_OUT, true};
        if (rule == HARDLY_TAKEN && left != NOTHING) /* by the records of all of them together */
            *gap = (struct world_gap){1, 2000, GAP_REFUSED, false};
    }
    world_build(w);
}

/*
 * How many persons but 0 answer otherwise when person 0, or the line too, is gone. None of them may
 * be the person `limit` or one after.
 */
static int lost_moves(enum left left, enum rule rule, const char *question, int limit)
{
    char word[2][N + 1];
    int moved = 0;

    for (int with = 0; with < 2; with++) {
        struct world *w = calloc(1, sizeof(*w));

        assert_non_null(w);
        make_lost(w, with ? EVERYTHING : left, rule);
        snapshot_by_assays(w->snapshot);
        memcpy(word[with], ask(w, question), N + 1);
        world_clear(w);
        free(w);
    }
    for (int p = 1; p < N; p++) {
        moved += word[0][p] != word[1][p];
        if (p >= limit && word[0][p] != word[1][p])
            fail_msg("rule %d, %s: person %d was %c and is %c", rule, question, p, word[0][p],
                     word[1][p]);
    }
    return moved;
}

static void test_a_lost_record_moves_nobody_else(void **state)
{
    static const char *const questions[] = {"variant(change = GRCh38:1-1000-A-C)",
                                            "variant(locus = GRCh38:1:990-1010)",
                                            "variant(zygosity = hom)", "variant(gene = AAA1)"};

    (void)state;
    for (enum rule rule = 0; rule < RULES; rule++)
        for (size_t q = 0; q < sizeof(questions) / sizeof(questions[0]); q++) {
            assert_int_equal(lost_moves(LINE, rule, questions[q], 1), 0);
            (void)lost_moves(NOTHING, rule, questions[q], of_a_line(rule) ? WITH_DOUBT : 1);
        }
    assert_int_equal(lost_moves(NOTHING, FAILED_REFERENCE, questions[0], WITH_DOUBT),
                     WITH_DOUBT - 1);
}

static char word_of(enum rule rule, bool by_assays, size_t person)
{
    struct world *w = calloc(1, sizeof(*w));
    char word;

    assert_non_null(w);
    make_lost(w, EVERYTHING, rule);
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
    /* The own column in a line is the own record, whoever else is in the file. */
    for (int by_assays = 0; by_assays < 2; by_assays++) {
        assert_int_equal(word_of(FILTERED_MISSING, by_assays, 3), '?');
        assert_int_equal(word_of(FAILED_REFERENCE, by_assays, 3), '?');
        assert_int_equal(word_of(FAILED_REFERENCE, by_assays, WITH_DOUBT), 'N');
    }
    /* What rests on the records of all together is for the region's own staff alone. */
    assert_int_equal(word_of(HARDLY_TAKEN, false, 3), '?');
    assert_int_equal(word_of(HARDLY_TAKEN, true, 3), 'N');
}

/* ---- any world --------------------------------------------------------------------------------
 */

/* Another record of the person, in the same files and lines. */
static void change_person(struct world *w, size_t person)
{
    struct world_person *of = &w->persons[person];

    *of = (struct world_person){.sex = world_draw(w, 4),
                                .age = (int)world_draw(w, 90),
                                .present = world_draw(w, 1 << WORLD_TERMS),
                                .excluded = world_draw(w, 1 << WORLD_TERMS),
                                .icd = world_draw(w, 16),
                                .stated = world_draw(w, 1 << WORLD_DELIVERED),
                                .lost = world_draw(w, 1 << WORLD_DELIVERED),
                                .lost_any = world_draw(w, 2),
                                .refused = world_draw(w, 1 << WORLD_TERMS),
                                .dead_end = of->dead_end};
    for (int v = 0; v < WORLD_VARIANTS; v++)
        of->genotype[v] = (uint8_t)world_draw(w, 5);
    for (size_t f = 0; f < w->n_files; f++) {
        struct world_file *file = &w->files[f];

        file->no_call[person] = file->judges ? world_draw(w, 1 << WORLD_VARIANTS) : 0;
        file->gap[person] = (struct world_gap){0};
        if (file->judges && world_draw(w, 2))
            file->gap[person] = (struct world_gap){
                900 + world_draw(w, 900), 2500, (enum gap_reason)world_draw(w, GAP_REASONS), true};
    }
}

/* Which files tell something of a variant: its frequency, its annotation. */
static unsigned told_of(const struct world *w, int v)
{
    unsigned told = 0;

    for (size_t f = 0; f < w->n_files; f++)
        if (w->files[f].sites >> v & 1)
            told |= (w->files[f].has_af ? 1u : 0) | (w->files[f].has_annotation ? 2u : 0);
    return told;
}

/*
 * Lines that are there, or are not there, for this person's sake: all others are plain in them.
 * What is known of a variant is taken as no person's (deploy/privacy-statement.md: annotate all
 * files alike), so a line stays that alone has its annotation.
 */
static void change_lines(struct world *w, size_t person)
{
    for (size_t f = 0; f < w->n_files; f++)
        for (int v = 0; v < WORLD_VARIANTS; v++) {
            struct world_file *file = &w->files[f];
            bool plain = file->judges && w->variants[v].name.chromosome != CHROMOSOME_NONE &&
                         w->variants[v].name.assembly == file->assembly;

            for (size_t p = 0; p < w->n_persons; p++)
                plain &= p == person || !file->has_person[p] ||
                         (w->persons[p].genotype[v] == GENO_REF && !(file->no_call[p] >> v & 1));
            if (plain && world_draw(w, 2)) {
                unsigned told = told_of(w, v);

                file->sites ^= 1u << v;
                if (told_of(w, v) != told)
                    file->sites ^= 1u << v;
            }
        }
}

#define RANDOM_WORLDS 8
#define RANDOM_QUESTIONS 24

static void ask_world(struct world *w, char questions[RANDOM_QUESTIONS][4096],
                      char words[RANDOM_QUESTIONS][WORLD_PERSONS_MAX + 1])
{
    snapshot_by_assays(w->snapshot);
    for (int q = 0; q < RANDOM_QUESTIONS; q++)
        snprintf(words[q], sizeof(words[q]), "%s", ask(w, questions[q]));
}

static void test_no_record_moves_anybody_else_in_any_world(void **state)
{
    static char questions[RANDOM_QUESTIONS][4096];
    static char before[RANDOM_QUESTIONS][WORLD_PERSONS_MAX + 1];
    static char after[RANDOM_QUESTIONS][WORLD_PERSONS_MAX + 1];
    static struct world w;
    int changed = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= RANDOM_WORLDS; seed++) {
        size_t person;

        world_make(&w, seed);
        for (int q = 0; q < RANDOM_QUESTIONS; q++)
            world_question(&w, questions[q], sizeof(questions[q]));
        ask_world(&w, questions, before);
        person = world_draw(&w, (uint32_t)w.n_persons);
        change_person(&w, person);
        change_lines(&w, person);
        world_clear(&w);
        world_build(&w);
        ask_world(&w, questions, after);
        world_clear(&w);
        for (int q = 0; q < RANDOM_QUESTIONS; q++)
            for (size_t p = 0; p < w.n_persons; p++) {
                changed += p == person && before[q][p] != after[q][p];
                if (p != person && before[q][p] != after[q][p])
                    fail_msg("world %d, %s: person %zu changed, and person %zu was %c and is %c",
                             (int)seed, questions[q], person, p, before[q][p], after[q][p]);
            }
    }
    assert_true(changed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_record_or_a_trace_of_one_person_moves_nobody_else),
        cmocka_unit_test(test_one_person_moves_nobody_else),
        cmocka_unit_test(test_a_line_moves_only_whose_own_call_is_not_plain),
        cmocka_unit_test(test_a_files_list_would_move_all_of_the_file),
        cmocka_unit_test(test_a_lost_record_moves_nobody_else),
        cmocka_unit_test(test_the_own_record_counts_on_both_paths),
        cmocka_unit_test(test_no_record_moves_anybody_else_in_any_world),
    };

    if (!random_start())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
