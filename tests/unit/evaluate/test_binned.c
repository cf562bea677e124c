/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of binned, for random worlds and cohorts: every person is in the bin of which the
 * naive model (naive.h) says that the number is certainly in it and in no earlier one; of whom it
 * cannot be told is undetermined; nobody else is in a cell, and nobody in two.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/binned.h"
#include "proto/base/arena.h"
#include "proto/base/date.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "tests/unit/evaluate/naive.h"
#include "tests/unit/evaluate/world.h"

#define CLASSES 64

static const char *const events[] = {"diagnosis under icd10:C50", "treatment under atc:L01EB",
                                     "code = icd10:C50.1 or treatment under atc:L01EB",
                                     "treatment under atc:L01EB and age >= 40"};

#define N_EVENTS 4

/* The days on which records of a world are: world_days(). */
static const int32_t world_offsets[] = {0, 1, 2, 30, 31, 32, 59, 60, 364, 365, 366, 367, 800};

struct bench {
    struct world *world;
    struct arena *arena;
    struct arena *brief; /* of one question to the model */
    struct bins bins;
    struct shape shape;
    struct shape_step roles[3];
    struct ast ast, among;
    const char *from, *to;
    uint32_t cells[2 * CLASSES], seen;
};

static void parsed(struct bench *b, const char *text, struct ast *out)
{
    struct err err;

    arena_clear(b->brief);
    if (!parse_text(text, b->brief, out, &err))
        fail_msg("%s", text);
}

static void add(void *of, const struct breakdown_person *is)
{
    struct bench *b = of;

    assert_false(is->matched && is->cannot_tell);
    assert_true(is->part < b->shape.n_parts);
    b->cells[2 * is->part] += is->matched;
    b->cells[2 * is->part + 1] += is->cannot_tell;
    b->seen++;
}

/* What the model says of an event of this text between two days, both included. */
static enum value between(struct bench *b, size_t person, const char *event, int64_t first,
                          int64_t last)
{
    char text[512], a[DATE_TEXT_BYTES], z[DATE_TEXT_BYTES];
    struct ast ast;

    if (first > last)
        return NO;
    date_text((int32_t)first, a);
    date_text((int32_t)last, z);
    snprintf(text, sizeof(text),
             strstr(event, " or ") ? "event((%s) and date between %s and %s)"
                                   : "event(%s and date between %s and %s)",
             event, a, z);
    parsed(b, text, &ast);
    return naive(b->world, person, ast.root);
}

#define DAY_FIRST 0 /* no record is before it or after DAY_LAST */
#define DAY_LAST 20000

static int32_t month_day(int32_t month)
{
    return date_from_civil(1970 + month / 12, month % 12 + 1, 1);
}

/* The first and the last day of a class of months. */
static void days_of_class(const struct bins *bins, uint32_t class, int64_t *first, int64_t *last)
{
    *first = class == 0 ? DAY_FIRST : month_day(bins->edges[class - 1]);
    *last = class == bins->n_edges ? DAY_LAST : month_day(bins->edges[class]) - 1;
}

/* YES with the class, or what the model says of whether there is a number. */
static enum value month_of(struct bench *b, size_t person, uint32_t *class)
{
    int64_t first, last;

    for (*class = 0; *class <= b->bins.n_edges; (*class)++) {
        days_of_class(&b->bins, *class, &first, &last);
        if (between(b, person, b->from, first, last) == YES &&
            between(b, person, b->from, DAY_FIRST, first - 1) == NO)
            return YES;
    }
    return between(b, person, b->from, DAY_FIRST, DAY_LAST) == NO ? NO : CANNOT_TELL;
}

/* From day on. */
static enum value days_from(struct bench *b, size_t person, int64_t day, uint32_t *class)
{
    for (*class = 0; *class < b->bins.n_edges; (*class)++) {
        int64_t first = day + b->bins.edges[*class];
        int64_t last =
            *class + 1 == b->bins.n_edges ? DAY_LAST : day + b->bins.edges[*class + 1] - 1;

        if (between(b, person, b->to, first, last) == YES &&
            between(b, person, b->to, day, first - 1) == NO)
            return YES;
    }
    return between(b, person, b->to, day, DAY_LAST) == NO ? NO : CANNOT_TELL;
}

/* The day of the first event, -1 where it is none or cannot be told: `is` says which. */
static int64_t day_of(struct bench *b, size_t person, enum value *is)
{
    *is = between(b, person, b->from, DAY_FIRST, DAY_LAST) == NO ? NO : CANNOT_TELL;
    for (size_t i = 0; i < sizeof(world_offsets) / sizeof(world_offsets[0]); i++) {
        int64_t day = 15000 + world_offsets[i];

        if (between(b, person, b->from, day, day) == YES &&
            between(b, person, b->from, DAY_FIRST, day - 1) == NO) {
            *is = YES;
            return day;
        }
    }
    return -1;
}

static enum value days_of(struct bench *b, size_t person, uint32_t *class)
{
    enum value is;
    int64_t day = day_of(b, person, &is);

    if (is == NO || between(b, person, b->to, DAY_FIRST, DAY_LAST) == NO)
        return NO;
    return is == YES ? days_from(b, person, day, class) : CANNOT_TELL;
}

/* The last dated record. */
static int64_t last_of(const struct world_person *p)
{
    int64_t last = 0;

    for (int i = 0; i < 2; i++) {
        for (int c = 0; c < 4; c++)
            if (p->icd >> c & 1 && p->icd_days[c][i] > last)
                last = p->icd_days[c][i];
        for (int c = 0; c < 3; c++)
            if (p->atc >> c & 1 && p->atc_days[c][i] > last)
                last = p->atc_days[c][i];
    }
    return last;
}

/* Adds the person to the cell of a curve. */
static void expect_curve(struct bench *b, size_t person, enum value who, uint32_t *cells)
{
    uint32_t class = bins_unknown(&b->bins), censored = 0;
    enum value is, to = CANNOT_TELL;
    int64_t day = day_of(b, person, &is);

    if (is == NO)
        return;
    if (is == YES)
        to = days_from(b, person, day, &class);
    if (to == NO) {
        class = bins_class(&b->bins, (int32_t)(last_of(&b->world->persons[person]) - day));
        censored = 1;
    }
    if (to == CANNOT_TELL || who == CANNOT_TELL) {
        class = bins_unknown(&b->bins);
        censored = 0;
    }
    cells[2 * class + censored]++;
}

static enum value age_of(struct bench *b, size_t person, uint32_t *class)
{
    char text[64];
    struct ast ast;

    for (*class = 0; *class < b->bins.n_edges; (*class)++) {
        int least = b->bins.edges[*class];
        int most = *class + 1 < b->bins.n_edges ? b->bins.edges[*class + 1] - 1 : 150;

        snprintf(text, sizeof(text), "age between %d and %d", least, most);
        parsed(b, text, &ast);
        if (naive(b->world, person, ast.root) == YES)
            return YES;
    }
    *class = bins_unknown(&b->bins);
    return YES;
}

static void expect(struct bench *b, uint32_t *cells)
{
    memset(cells, 0, sizeof(b->cells));
    for (size_t p = 0; p < b->world->n_persons; p++) {
        enum value who = naive(b->world, p, b->among.root), is;
        uint32_t class = 0;

        if (b->world->persons[p].dead_end || who == NO)
            continue;
        if (b->shape.measure.kind == MEASURE_SURVIVAL) {
            expect_curve(b, p, who, cells);
            continue;
        }
        is = !b->from ? age_of(b, p, &class)
             : !b->to ? month_of(b, p, &class)
                      : days_of(b, p, &class);
        if (is == CANNOT_TELL)
            class = bins_unknown(&b->bins);
        if (is != NO)
            cells[2 * class + (is == CANNOT_TELL || who == CANNOT_TELL)]++;
    }
}

/* The question of its roles, and the shape that says so. */
static void make(struct bench *b, enum bins_unit unit, const int32_t *edges, size_t n)
{
    char among[4096], text[8192];
    struct err err;
    bool fits = false;
    uint32_t k = 0;

    assert_true(bins_of(unit, edges, n, b->arena, &b->bins, &err));
    while (!fits) {
        world_question(b->world, among, sizeof(among));
        if (!parse_text(among, b->arena, &b->among, &err) || b->among.root->kind == AST_ALL)
            continue;
        snprintf(text, sizeof(text), "%s%s%s%s%s%s(%s)", b->from ? "event(" : "",
                 b->from ? b->from : "", b->from ? ") and " : "", b->to ? "event(" : "",
                 b->to ? b->to : "", b->to ? ") and " : "", among);
        fits = parse_text(text, b->arena, &b->ast, &err);
    }
    for (uint32_t i = 0; i < bins_events(unit); i++)
        b->roles[k++] = (struct shape_step){i ? SHAPE_TO : SHAPE_FROM, 1};
    b->roles[k] = (struct shape_step){
        SHAPE_AMONG, b->among.root->kind == AST_AND ? b->among.root->n_children : 1};
    b->shape = (struct shape){.n_parts = b->bins.dimension.n_classes,
                              .part_cells = COUNT_CELLS,
                              .bins = &b->bins,
                              .roles = k ? b->roles : NULL,
                              .n_roles = k ? k + 1 : 0};
    assert_true(b->shape.n_parts <= CLASSES);
}

static uint64_t compare(struct bench *b, const char *what, unsigned long seed)
{
    struct asked_of of = world_asked_of(b->world);
    uint32_t expected[2 * CLASSES];
    uint64_t told = 0;
    struct err err;

    of.fixed_work = seed % 2;
    memset(b->cells, 0, sizeof(b->cells));
    b->seen = 0;
    assert_true(binned_walk(&of, &b->ast, &b->shape, add, b, &err));
    assert_true(b->seen > 0);
    expect(b, expected);
    for (uint32_t i = 0; i < 2 * b->shape.n_parts; i++) {
        if (b->cells[i] != expected[i])
            fail_msg("seed %lu, %s: %s of %s is %u, not %u", seed, what,
                     measure_cell_name(MEASURE_TIMELINE, i % 2), b->bins.dimension.classes[i / 2],
                     b->cells[i], expected[i]);
        told += i % 2 == 0 && i / 2 != bins_unknown(&b->bins) ? b->cells[i] : 0;
    }
    return told;
}

static void test_every_person_is_in_the_bin_of_the_number(void **state)
{
    /* 2011-01-26 is day 15000: see world_days(). */
    static const int32_t months[] = {492, 493, 494, 504, 506}, days[] = {0, 1, 30, 60, 365};
    static const int32_t years[] = {0, 18, 40, 65};
    struct bench b = {.arena = arena_new(1 << 22),
                      .brief = arena_new(1 << 20),
                      .world = calloc(1, sizeof(struct world))};
    uint64_t told[4] = {0};

    (void)state;
    for (unsigned long seed = 9001; seed < 9019; seed++) {
        world_make(b.world, seed);
        for (int i = 0; i < N_EVENTS; i++) {
            arena_clear(b.arena);
            b.from = events[i];
            b.to = NULL;
            make(&b, BINS_MONTHS, months, 5);
            told[0] += compare(&b, b.from, seed);
            b.to = events[(i + seed) % N_EVENTS];
            make(&b, BINS_DAYS, days, 5);
            told[1] += compare(&b, b.to, seed);
            b.shape.measure.kind = MEASURE_SURVIVAL;
            told[3] += compare(&b, "curve", seed);
            b.from = b.to = NULL;
            make(&b, BINS_YEARS, years, 4);
            told[2] += compare(&b, "age", seed);
        }
        world_clear(b.world);
    }
    assert_true(told[0] > 50 && told[1] > 20 && told[2] > 100 && told[3] > 20);
    free(b.world);
    arena_free(b.brief);
    arena_free(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_person_is_in_the_bin_of_the_number)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
