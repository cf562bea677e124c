/* SPDX-License-Identifier: Apache-2.0 */
/*
 * D3 and E1: no person changes what a measure releases by more than the measure declares, through
 * the real evaluation of real snapshots; and who is out of the population is in no cell.
 *
 * Random worlds (tests/unit/evaluate/world.h) and random questions; persons leave the population
 * one after the other, and each step is a pair of neighbours. The squared distance of the true
 * vectors must stay within the declared squared sensitivity, which is all that price and noise know
 * of a measure (reference: privacy, sections 3.1 and 3.3). The true vectors are read where only
 * tests may.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/evaluate/evaluate.h"
#include "node/privacy/cells_inside.h"
#include "node/snapshot/snapshot.h"
#include "node/store/consent.h"
#include "proto/base/arena.h"
#include "proto/query/dimension.h"
#include "proto/query/measure.h"
#include "proto/query/parse.h"
#include "tests/attack/report.h"
#include "tests/unit/evaluate/world.h"

#define QUESTIONS 8
#define CELLS_AT_MOST 1024

enum kinds {
    COUNT,
    BREAKDOWN,
    FREQUENCY,
    FUNNEL,
    SHARE,
    LEFT_OUT,
    TIMELINE,
    HISTOGRAM,
    SURVIVAL,
    ASSOCIATION,
    KINDS
};

static const char *const names[KINDS] = {"count",
                                         "breakdown by sex and decade of birth",
                                         "frequency of 16 changes",
                                         "funnel of every operand",
                                         "share",
                                         "trial without each operand",
                                         "timeline of first diagnoses",
                                         "histogram of ages",
                                         "survival from diagnosis to treatment",
                                         "association of diagnosis and treatment"};

/* One question with its measures, and the vectors of the step before. */
struct watched {
    struct ast ast;
    bool seen;
    int64_t before[KINDS][CELLS_AT_MOST];
};

struct found {
    uint64_t pairs[KINDS];
    int64_t most[KINDS];      /* largest squared distance */
    uint64_t over[KINDS];     /* pairs beyond the declaration */
    uint32_t declared[KINDS]; /* squared sensitivity */
    uint64_t over_doubled;    /* control: a count whose matched are undetermined too */
    uint64_t left;            /* persons counted when nobody is in the population */
    uint64_t compared;        /* cells of the population without those who permit a disease alone */
    uint64_t everybodys;      /* of them: those in which everybody's population differs */
    uint64_t unlike;          /* of them: those that dropping these persons by hand changes */
};

struct trial {
    struct world world;
    struct arena *arena;
    struct watched watched[QUESTIONS];
    struct ast_value changes[WORLD_VARIANTS];
    struct dimension_table breakdown;
    struct ast event;
    struct ast both;
    struct bins months;
    struct bins ages;
    struct bins days;
    struct found tally;
};

static void must(bool ok, const struct err *err)
{
    if (!ok)
        broken("an evaluation", err->text);
}

static void make_questions(struct trial *t)
{
    static const char *const dimensions[] = {"sex", "birth_decade"};
    static const int32_t months[] = {492, 493, 494, 504, 506}, ages[] = {0, 18, 40, 65},
                         days[] = {0, 1, 30, 365};
    char text[4096];
    struct err err;

    must(parse_text("event(diagnosis under icd10:C50 or treatment under atc:L01EB)", t->arena,
                    &t->event, &err),
         &err);
    must(bins_of(BINS_MONTHS, months, 5, t->arena, &t->months, &err), &err);
    must(bins_of(BINS_YEARS, ages, 4, t->arena, &t->ages, &err), &err);
    must(bins_of(BINS_DAYS, days, 4, t->arena, &t->days, &err), &err);
    must(parse_text("event(diagnosis under icd10:C) and event(treatment under atc:L01EB)", t->arena,
                    &t->both, &err),
         &err);
    must(dimension_table_of(dimensions, 2, &t->breakdown, &err), &err);
    for (int i = 0; i < WORLD_VARIANTS; i++) {
        int placed = i; /* a variant that only its gene names cannot be asked for as a change */

        while (t->world.variants[placed].name.chromosome > CHROMOSOME_MT)
            placed = (placed + 1) % WORLD_VARIANTS;
        const struct variant *name = &t->world.variants[placed].name;

        t->changes[i] =
            (struct ast_value){.kind = VALUE_CHANGE,
                               .locus = {(enum ast_assembly)name->assembly, name->chromosome,
                                         name->position, name->position},
                               .ref = name->ref,
                               .alt = name->alt};
    }
    for (int q = 0; q < QUESTIONS; q++) {
        t->watched[q].seen = false;
        if (q == 0) { /* everybody */
            must(parse_text("age >= 0 or not age >= 0", t->arena, &t->watched[q].ast, &err), &err);
            continue;
        }
        do
            world_question(&t->world, text, sizeof(text));
        while (!parse_text(text, t->arena, &t->watched[q].ast, &err));
    }
}

/* Each operand of the question is a step. */
static uint32_t steps_of(const struct ast *ast)
{
    uint32_t n = ast->root->kind == AST_AND ? ast->root->n_children : 1;

    return n < MEASURE_STEPS_MAX ? n : MEASURE_STEPS_MAX;
}

static struct measure declared(const struct trial *t, enum kinds kind, const struct ast *ast)
{
    static const enum measure_kind of[KINDS] = {
        MEASURE_COUNT,    MEASURE_BREAKDOWN,     MEASURE_FREQUENCY, MEASURE_FUNNEL,
        MEASURE_SHARE,    MEASURE_LEAVE_ONE_OUT, MEASURE_TIMELINE,  MEASURE_HISTOGRAM,
        MEASURE_SURVIVAL, MEASURE_ASSOCIATION};
    const uint32_t parts_of[KINDS] = {1,
                                      t->breakdown.n_parts,
                                      WORLD_VARIANTS,
                                      steps_of(ast),
                                      1,
                                      steps_of(ast),
                                      t->months.dimension.n_classes,
                                      t->ages.dimension.n_classes,
                                      t->days.dimension.n_classes,
                                      1};
    struct measure measure;
    struct err err;

    must(measure_declare(of[kind], parts_of[kind], &measure, &err), &err);
    if (measure.n_cells > CELLS_AT_MOST)
        broken("a measure", "more cells than this test has room for");
    return measure;
}

static void true_cells(struct trial *t, const struct ast *ast, enum kinds kind,
                       const struct measure *measure, int64_t *out)
{
    struct asked_of of = world_asked_of(&t->world);
    struct cells *cells = cells_new(measure->n_cells);
    struct shape shape = {.measure = *measure, .part_cells = measure_part_cells(measure->kind)};
    struct shape_step steps[MEASURE_STEPS_MAX];
    struct err err;

    if (!cells)
        broken("an evaluation", "no memory");
    shape.n_parts = measure->n_cells / shape.part_cells;
    if (kind == BREAKDOWN)
        shape.breakdown = t->breakdown;
    if (kind == FREQUENCY)
        shape.changes = t->changes;
    if (kind == TIMELINE) {
        steps[0] = (struct shape_step){SHAPE_FROM, 1};
        shape.roles = steps;
        shape.n_roles = 1;
        shape.bins = &t->months;
        ast = &t->event;
    }
    if (kind == HISTOGRAM)
        shape.bins = &t->ages;
    if (kind == ASSOCIATION) {
        steps[0] = (struct shape_step){SHAPE_EXPOSURE, 1};
        steps[1] = (struct shape_step){SHAPE_OUTCOME, 1};
        shape.roles = steps;
        shape.n_roles = 2;
        ast = &t->both;
    }
    if (kind == SURVIVAL) {
        steps[0] = (struct shape_step){SHAPE_FROM, 1};
        steps[1] = (struct shape_step){SHAPE_TO, 1};
        shape.roles = steps;
        shape.n_roles = 2;
        shape.bins = &t->days;
        ast = &t->both;
    }
    for (uint32_t i = 0; (kind == FUNNEL || kind == LEFT_OUT) && i < shape.n_parts; i++)
        steps[i] = (struct shape_step){"step", 1};
    if (kind == FUNNEL || kind == LEFT_OUT) { /* the last step has what is left */
        steps[shape.n_parts - 1].operands =
            ast->root->kind == AST_AND ? ast->root->n_children - (shape.n_parts - 1) : 1;
        shape.steps = steps;
    }
    must(evaluate(&of, ast, &shape, cells, &err), &err);
    memcpy(out, cells->value, measure->n_cells * sizeof(*out));
    cells_free(cells);
}

static int64_t distance(const int64_t *a, const int64_t *b, uint32_t n)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < n; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

/* All measures of all questions as they are now, against the step before. */
static void look(struct trial *t, bool nobody)
{
    for (int q = 0; q < QUESTIONS; q++) {
        struct watched *watched = &t->watched[q];

        for (enum kinds kind = COUNT; kind < KINDS; kind++) {
            struct measure measure = declared(t, kind, &watched->ast);
            int64_t now[CELLS_AT_MOST], *before = watched->before[kind];
            int64_t squared;

            true_cells(t, &watched->ast, kind, &measure, now);
            for (uint32_t i = 0; nobody && i < measure.n_cells; i++)
                t->tally.left += now[i] != 0;
            squared = distance(now, before, measure.n_cells);
            if (watched->seen) {
                t->tally.pairs[kind]++;
                t->tally.declared[kind] = measure.sensitivity_squared;
                t->tally.over[kind] += squared > measure.sensitivity_squared;
                if (squared > t->tally.most[kind])
                    t->tally.most[kind] = squared;
            }
            if (watched->seen && kind == COUNT) {
                int64_t a[2] = {now[0], now[0] + now[1]}, b[2] = {before[0], before[0] + before[1]};

                t->tally.over_doubled += distance(a, b, 2) > measure.sensitivity_squared;
            }
            memcpy(before, now, measure.n_cells * sizeof(*now));
        }
        watched->seen = true;
    }
}

/* By hand: who permits research on one disease alone, and on which, is the world's own list. */
static void drop_by_disease(struct trial *t, unsigned request)
{
    for (size_t s = 0; s < snapshot_info(t->world.snapshot)->n_segments; s++) {
        const struct segment_persons *persons =
            segment_persons(snapshot_segment(t->world.snapshot, s));

        for (uint32_t i = 0; i < persons->n; i++) {
            const struct world_person *is = &t->world.persons[world_person_of(&persons->id[i])];
            unsigned disease = is->disease;

            if (disease && (request == WORLD_DISEASES || !world_validity[is->validity].holds ||
                            !world_disease_under(&t->world, request, disease - 1)))
                population_drop(t->world.population, s, i);
        }
    }
}

/* Every cell of every plan in the population of research on this disease (WORLD_DISEASES: on none),
 * against everybody's from which the others were taken by hand. */
static void look_at_disease(struct trial *t, unsigned request)
{
    struct eligibility who = {
        .need = CONSENT_BIT(CONSENT_HEALTH), .unrecorded = true, .today = WORLD_TODAY};
    struct population *eligible, *everybody = t->world.population;
    struct err err;

    if (request < WORLD_DISEASES &&
        !code_parse(world_diseases[request], strlen(world_diseases[request]), &who.disease))
        broken("a disease", world_diseases[request]);
    must(population_new(t->world.snapshot, &who, t->arena, &eligible, &err), &err);
    must(population_new(t->world.snapshot, &eligibility_everybody, t->arena, &t->world.population,
                        &err),
         &err);
    drop_by_disease(t, request);
    struct population *by_hand = t->world.population;

    for (int q = 0; q < QUESTIONS; q++)
        for (enum kinds kind = COUNT; kind < KINDS; kind++) {
            struct measure measure = declared(t, kind, &t->watched[q].ast);
            int64_t a[CELLS_AT_MOST], b[CELLS_AT_MOST], all[CELLS_AT_MOST];

            t->world.population = everybody;
            true_cells(t, &t->watched[q].ast, kind, &measure, all);
            t->world.population = eligible;
            true_cells(t, &t->watched[q].ast, kind, &measure, a);
            t->world.population = by_hand;
            true_cells(t, &t->watched[q].ast, kind, &measure, b);
            t->tally.compared += measure.n_cells;
            for (uint32_t i = 0; i < measure.n_cells; i++)
                t->tally.unlike += a[i] != b[i];
            for (uint32_t i = 0; i < measure.n_cells; i++)
                t->tally.everybodys += a[i] != all[i];
        }
    t->world.population = everybody;
}

static void one_world(struct trial *t, uint64_t seed)
{
    size_t segments;

    arena_clear(t->arena);
    world_make(&t->world, seed);
    make_questions(t);
    look(t, false);
    for (unsigned disease = 0; disease <= WORLD_DISEASES; disease++)
        look_at_disease(t, disease);
    segments = snapshot_info(t->world.snapshot)->n_segments;
    for (size_t s = 0; s < segments; s++) {
        uint32_t n = segment_persons(snapshot_segment(t->world.snapshot, s))->n;

        for (uint32_t person = 0; person < n; person++) {
            population_drop(t->world.population, s, person);
            look(t, s + 1 == segments && person + 1 == n);
        }
    }
    world_clear(&t->world);
}

int main(void)
{
    struct trial *t = calloc(1, sizeof(*t));
    const struct found *tally;
    size_t worlds;

    report_start();
    worlds = sized(2, 12, 500);
    if (!t || !(t->arena = arena_new((size_t)16 << 20)))
        broken("worlds", "no memory");
    for (size_t i = 0; i < worlds; i++)
        one_world(t, report_seed(2000 + i));
    tally = &t->tally;
    for (enum kinds kind = COUNT; kind < KINDS; kind++)
        row("D3",
            tally->over[kind] == 0 && tally->pairs[kind] > 0 &&
                (tally->most[kind] == tally->declared[kind]),
            say("%lld", (long long)tally->most[kind]), say("%u, reached", tally->declared[kind]),
            say("sensitivity of a %s: largest squared change by one person, %llu neighbours",
                names[kind], (unsigned long long)tally->pairs[kind]));
    row("D3+", tally->over_doubled > 0, say("%llu", (unsigned long long)tally->over_doubled), "> 0",
        "control: a count that had its matched among the undetermined too would be seen");
    row("E1", tally->left == 0, say("%llu", (unsigned long long)tally->left), "0",
        say("cells that count somebody when nobody is in the population, %zu worlds", worlds));
    row("E1", tally->unlike == 0 && tally->compared > 0,
        say("%llu", (unsigned long long)tally->unlike), "0",
        say("cells with a person who permits research on another disease alone, of %llu",
            (unsigned long long)tally->compared));
    row("E1+", tally->everybodys > 0, say("%llu", (unsigned long long)tally->everybodys), "> 0",
        "control: cells in which these persons would be seen if they were counted");
    arena_free(t->arena);
    free(t);
    return report_end();
}
