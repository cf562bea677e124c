/*
 * One set a segment, copied from the segment's alive persons, so that what is subtracted for one
 * question never reaches another.
 */
#include "node/evaluate/population.h"

#include <assert.h>
#include <string.h>

#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"

static_assert(SET_PERSONS_MAX == SEGMENT_PERSONS_MAX, "a set holds a whole segment");

struct population {
    size_t n_segments;
    struct set *sets;
};

bool population_new(struct snapshot *snapshot, struct arena *arena, struct population **out,
                    struct err *err)
{
    size_t n = snapshot_info(snapshot)->n_segments;
    struct population *population = arena_alloc(arena, sizeof(*population));

    if (population)
        population->sets = arena_array(arena, n ? n : 1, sizeof(struct set));
    if (!population || !population->sets)
        return err_set(err, ERR_INTERNAL, "no memory for the population of %zu segments", n);
    population->n_segments = n;
    for (size_t i = 0; i < n; i++) {
        const struct segment_persons *persons = segment_persons(snapshot_segment(snapshot, i));

        memcpy(population->sets[i].words, persons->alive, persons->n_words * sizeof(uint64_t));
    }
    *out = population;
    return true;
}

void population_keep(struct population *population, size_t segment, const struct set *set)
{
    assert(segment < population->n_segments);
    set_and(&population->sets[segment], set);
}

void population_drop(struct population *population, size_t segment, uint32_t person)
{
    assert(segment < population->n_segments && person < SET_PERSONS_MAX);
    population->sets[segment].words[person / 64] &= ~(UINT64_C(1) << (person % 64));
}

size_t population_segments(const struct population *population)
{
    return population->n_segments;
}

const struct set *population_of(const struct population *population, size_t segment)
{
    assert(segment < population->n_segments);
    return &population->sets[segment];
}
