/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of a population: it starts as everybody alive and nobody else, only shrinks, and
 * what is taken from one is not taken from another. Who is blocked is in no cell of any plan: not
 * matched, not undetermined, whatever the question is and however it is turned round; and so is who
 * permits research on one disease alone, unless the question names it or one under it on a day on
 * which the permission holds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/evaluate/criterion.h"
#include "node/evaluate/population.h"
#include "node/snapshot/snapshot.h"
#include "node/store/consent.h"
#include "node/store/overlay.h"
#include "proto/base/arena.h"
#include "proto/query/parse.h"
#include "tests/unit/evaluate/world.h"

static uint64_t count(const struct population *population)
{
    uint64_t n = 0;

    for (size_t i = 0; i < population_segments(population); i++)
        n += set_count(population_of(population, i));
    return n;
}

static void test_it_starts_as_everybody_alive(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    (void)state;
    for (unsigned long seed = 1; seed < 20; seed++) {
        uint64_t alive = 0;

        world_make(world, seed);
        for (size_t p = 0; p < world->n_persons; p++)
            alive += !world->persons[p].dead_end;
        assert_int_equal(count(world->population), alive);
        assert_int_equal(snapshot_info(world->snapshot)->n_persons, alive);
        world_clear(world);
    }
    free(world);
}

static void test_it_only_shrinks_and_alone(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    struct population *other;
    struct err err;
    uint64_t all, kept;

    (void)state;
    world_make(world, 11);
    all = count(world->population);
    assert_true(
        population_new(world->snapshot, &eligibility_everybody, world->arena, &other, &err));
    for (uint32_t person = 0; person < world->n_persons; person += 2)
        population_drop(other, 0, person);
    kept = count(other);
    assert_true(kept <= (world->n_persons + 1) / 2);
    population_drop(other, 0, 0); /* who is out is out */
    assert_int_equal(count(other), kept);
    assert_int_equal(count(world->population), all);
    world_clear(world);
    free(world);
}

/* An overlay that blocks this person, as the keeper would read it. */
static struct overlay *block(const struct person_id *person)
{
    char path[] = "/tmp/rikstal-sentinel-XXXXXX", lock[sizeof(path) + 8];
    struct overlay *overlay;
    uint64_t sequence;
    struct err err;
    bool changed;
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    close(fd);
    unlink(path);
    assert_true(overlay_change(path, person, OVERLAY_BLOCK, &changed, &sequence, &err));
    assert_true(overlay_read(path, &overlay, &err));
    snprintf(lock, sizeof(lock), "%s.lock", path);
    unlink(path);
    unlink(lock);
    return overlay;
}

/* The question itself, and turned round in ways that would bring back who was left out. */
static const char *const mutations[] = {
    "%s",
    "not (%s)",
    "not (not (%s))",
    "(%s) or not (%s)",
    "(%s) and not (%s)",
    "at least 1 of (%s, not (%s))",
    "not (sex = female) and not (%s)",
    "age >= 0 or age < 200 or (%s)",
};

static unsigned look_for(struct world *world, const char *text, uint32_t sentinel)
{
    struct asked_of of = world_asked_of(world);
    struct arena *arena = arena_new(1 << 22);
    struct criterion *criterion;
    struct kleene who;
    struct ast ast;
    struct err err;
    bool parsed = parse_text(text, arena, &ast, &err);

    if (parsed) {
        assert_true(criterion_new(&of, &ast, &criterion, &err));
        assert_true(criterion_run(criterion, 0, &who, &err));
        assert_false(set_has(&who.yes, sentinel));
        assert_false(set_has(&who.cannot_tell, sentinel));
        criterion_free(criterion);
    }
    arena_free(arena);
    return parsed;
}

static unsigned mutate(struct world *world, uint32_t sentinel)
{
    char question[2048], text[8192];
    unsigned plans = 0;

    world_question(world, question, sizeof(question));
    for (size_t i = 0; i < sizeof(mutations) / sizeof(mutations[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(text, sizeof(text), mutations[i], question, question);
#pragma GCC diagnostic pop
        plans += look_for(world, text, sentinel);
    }
    return plans;
}

static void test_a_blocked_person_is_in_no_cell_of_any_plan(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    unsigned plans = 0;
    struct err err;

    (void)state;
    for (unsigned long seed = 100; seed < 115; seed++) {
        const struct segment_persons *persons;
        struct eligibility who = eligibility_everybody;
        uint32_t sentinel;

        world_make(world, seed);
        persons = segment_persons(snapshot_segment(world->snapshot, 0));
        sentinel = world_draw(world, persons->n);
        struct overlay *overlay = block(&persons->id[sentinel]);

        who.forbid = CONSENT_REFUSALS;
        who.overlay = overlay;
        assert_true(population_new(world->snapshot, &who, world->arena, &world->population, &err));
        assert_false(set_has(population_of(world->population, 0), sentinel));
        for (int i = 0; i < 40; i++)
            plans += mutate(world, sentinel);
        overlay_free(overlay);
        world_clear(world);
    }
    print_message("%u plans, the sentinel in none\n", plans);
    assert_true(plans > 3000);
    free(world);
}

/* Where nobody has said anything there is nothing to look at, but for the overlay. */
static void test_a_block_holds_where_no_consent_is_recorded(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    struct eligibility who = eligibility_everybody;
    const struct segment_persons *persons;
    struct overlay *overlay;
    struct err err;

    (void)state;
    world->n_persons = 3;
    for (size_t p = 0; p < 3; p++)
        world->persons[p] = (struct world_person){.age = -1};
    world_build(world);
    persons = segment_persons(snapshot_segment(world->snapshot, 0));
    assert_null(persons->consent);
    overlay = block(&persons->id[1]);
    who.forbid = CONSENT_REFUSALS;
    who.overlay = overlay;
    assert_true(population_new(world->snapshot, &who, world->arena, &world->population, &err));
    assert_int_equal(count(world->population), 2);
    assert_false(set_has(population_of(world->population, 0), 1));
    overlay_free(overlay);
    world_clear(world);
    free(world);
}

/* Research that names disease d; WORLD_DISEASES: none. */
static struct eligibility research_on(unsigned d, bool unrecorded)
{
    struct eligibility who = {.need = CONSENT_BIT(CONSENT_HEALTH),
                              .forbid = CONSENT_REFUSALS,
                              .unrecorded = unrecorded,
                              .today = WORLD_TODAY};

    if (d < WORLD_DISEASES)
        assert_true(code_parse(world_diseases[d], strlen(world_diseases[d]), &who.disease));
    return who;
}

static bool may_count(const struct world *world, const struct world_person *person, unsigned d,
                      bool unrecorded)
{
    if (!person->disease)
        return unrecorded;
    return world_validity[person->validity].holds && d < WORLD_DISEASES &&
           world_disease_under(world, d, person->disease - 1);
}

static void check_research(struct world *world, unsigned d, bool unrecorded, unsigned *seen)
{
    struct eligibility who = research_on(d, unrecorded);
    struct population *population;
    struct err err;

    assert_true(population_new(world->snapshot, &who, world->arena, &population, &err));
    for (size_t s = 0; s < population_segments(population); s++) {
        const struct segment_persons *persons =
            segment_persons(snapshot_segment(world->snapshot, s));

        for (uint32_t i = 0; i < persons->n; i++) {
            const struct world_person *person = &world->persons[world_person_of(&persons->id[i])];
            bool expect = !person->dead_end && may_count(world, person, d, unrecorded);

            assert_int_equal(set_has(population_of(population, s), i), expect);
            *seen += expect && person->disease;
        }
    }
}

static void test_research_on_a_disease_counts_who_permits_it_or_one_above(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    unsigned seen = 0, none = 0;

    (void)state;
    for (unsigned long seed = 1; seed < 15; seed++) {
        world_make(world, seed);
        for (unsigned d = 0; d < WORLD_DISEASES; d++) {
            check_research(world, d, true, &seen);
            check_research(world, d, false, &seen);
        }
        check_research(world, WORLD_DISEASES, true, &none);
        check_research(world, WORLD_DISEASES, false, &none);
        world_clear(world);
    }
    assert_true(seen > 250);
    assert_int_equal(none, 0);
    free(world);
}

/* A merged id is the disease that it was merged into. */
static void test_a_former_code_of_a_disease_is_followed(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    struct population *by_former, *by_current;
    struct eligibility who = research_on(1, false), former = who;
    unsigned looked = 0;
    struct err err;

    (void)state;
    assert_true(code_parse("HP:7777777", 10, &former.disease)); /* world.c: of HP:0000003 */
    for (unsigned long seed = 1; seed < 15; seed++) {
        world_make(world, seed);
        assert_true(population_new(world->snapshot, &who, world->arena, &by_current, &err));
        assert_true(population_new(world->snapshot, &former, world->arena, &by_former, &err));
        assert_int_equal(count(by_former), world->has_hpo ? count(by_current) : 0);
        looked += world->has_hpo && count(by_current) > 0;
        world_clear(world);
    }
    assert_true(looked > 2);
    free(world);
}

static void test_who_permits_another_disease_is_in_no_cell_of_any_plan(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    unsigned plans = 0;
    struct err err;

    (void)state;
    for (unsigned long seed = 200; seed < 215; seed++) {
        struct eligibility who = research_on((unsigned)(seed % (WORLD_DISEASES + 1)), true);
        const struct segment_persons *persons;
        uint32_t sentinel = 0;

        world_make(world, seed);
        persons = segment_persons(snapshot_segment(world->snapshot, 0));
        assert_true(population_new(world->snapshot, &who, world->arena, &world->population, &err));
        while (sentinel < persons->n && (!persons->consent || !persons->consent_disease[sentinel] ||
                                         set_has(population_of(world->population, 0), sentinel)))
            sentinel++;
        for (int i = 0; sentinel < persons->n && i < 40; i++)
            plans += mutate(world, sentinel);
        world_clear(world);
    }
    print_message("%u plans, the sentinel in none\n", plans);
    assert_true(plans > 3000);
    free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_starts_as_everybody_alive),
        cmocka_unit_test(test_it_only_shrinks_and_alone),
        cmocka_unit_test(test_a_blocked_person_is_in_no_cell_of_any_plan),
        cmocka_unit_test(test_a_block_holds_where_no_consent_is_recorded),
        cmocka_unit_test(test_research_on_a_disease_counts_who_permits_it_or_one_above),
        cmocka_unit_test(test_a_former_code_of_a_disease_is_followed),
        cmocka_unit_test(test_who_permits_another_disease_is_in_no_cell_of_any_plan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
