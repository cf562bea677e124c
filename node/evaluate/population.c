/*
 * One set a segment, copied from the segment's alive persons and cut to the eligible ones, so that
 * what is subtracted for one question never reaches another.
 */
#include "node/evaluate/population.h"

#include <assert.h>
#include <string.h>

#include "node/snapshot/snapshot.h"
#include "node/store/consent.h"
#include "node/store/overlay.h"
#include "proto/base/arena.h"

static_assert(SET_PERSONS_MAX == SEGMENT_PERSONS_MAX, "a set holds a whole segment");

struct population {
    size_t n_segments;
    struct set *sets;
};

const struct eligibility eligibility_everybody = {.unrecorded = true, .today = PERSON_NO_DATE};

static bool in_time(const struct eligibility *who, const struct segment_persons *persons,
                    uint32_t i)
{
    return who->today == PERSON_NO_DATE || /* no date is the smallest: no beginning */
           (persons->consent_from[i] <= who->today &&
            (persons->consent_to[i] == PERSON_NO_DATE || who->today <= persons->consent_to[i]));
}

static bool is_eligible(const struct eligibility *who, const struct segment_persons *persons,
                        uint32_t i)
{
    uint64_t mask = persons->consent ? persons->consent[i] : 0;

    if (who->overlay)
        mask |= overlay_refusals(who->overlay, &persons->id[i]);
    if (mask & CONSENT_BIT(CONSENT_PERMIT)) {
        if (who->need && !in_time(who, persons, i))
            return false;
    } else if (who->unrecorded) {
        mask |= who->need;
    }
    return (mask & who->need) == who->need && (mask & who->forbid) == 0;
}

static void fill(struct set *set, const struct eligibility *who,
                 const struct segment_persons *persons)
{
    bool overlaid = who->overlay && overlay_count(who->overlay) > 0;

    memcpy(set->words, persons->alive, persons->n_words * sizeof(uint64_t));
    if (!persons->consent && !overlaid && who->unrecorded)
        return; /* the same for all: everybody is eligible */
    for (uint32_t i = 0; i < persons->n; i++)
        if (!is_eligible(who, persons, i))
            set->words[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

bool population_new(struct snapshot *snapshot, const struct eligibility *who, struct arena *arena,
                    struct population **out, struct err *err)
{
    size_t n = snapshot_info(snapshot)->n_segments;
    struct population *population = arena_alloc(arena, sizeof(*population));

    if (population)
        population->sets = arena_array(arena, n ? n : 1, sizeof(struct set));
    if (!population || !population->sets)
        return err_set(err, ERR_INTERNAL, "no memory for the population of %zu segments", n);
    population->n_segments = n;
    for (size_t i = 0; i < n; i++)
        fill(&population->sets[i], who, segment_persons(snapshot_segment(snapshot, i)));
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

uint64_t population_count(const struct population *population)
{
    uint64_t n = 0;

    for (size_t i = 0; i < population->n_segments; i++)
        n += set_count(&population->sets[i]);
    return n;
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
