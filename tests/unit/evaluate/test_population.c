/*
 * The promises of a population: it starts as everybody alive and nobody else, only shrinks, and
 * what is taken from one is not taken from another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "node/evaluate/population.h"
#include "node/snapshot/snapshot.h"
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
    struct set half;
    struct err err;
    uint64_t all, kept;

    (void)state;
    world_make(world, 11);
    all = count(world->population);
    assert_true(population_new(world->snapshot, &eligibility_everybody, world->arena, &other, &err));
    set_first(&half, (uint32_t)world->n_persons / 2);
    population_keep(other, 0, &half);
    kept = count(other);
    assert_true(kept <= world->n_persons / 2);
    population_drop(other, 0, 0);
    population_drop(other, 0, 0); /* who is out is out */
    assert_true(count(other) <= kept);
    set_first(&half, SET_PERSONS_MAX);
    population_keep(other, 0, &half); /* nobody comes back */
    assert_true(count(other) <= kept);
    assert_int_equal(count(world->population), all);
    world_clear(world);
    free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_starts_as_everybody_alive),
        cmocka_unit_test(test_it_only_shrinks_and_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
