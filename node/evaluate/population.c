/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One set for each segment: a copy of the segment's living persons, limited to the eligible ones,
 * so that removing a person for one question does not change another. Which diseases of consents
 * cover the question's disease is found once for each segment, before its persons are looked at.
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

/* Does the person permit research on one disease, and does it cover the question's? */
static bool covers_disease(const bool *covers, const struct segment_persons *persons, uint32_t i)
{
    uint16_t disease = persons->consent_disease ? persons->consent_disease[i] : 0;

    return disease && covers[disease - 1] &&
           (persons->consent[i] & CONSENT_BIT(CONSENT_DISEASE)) != 0;
}

/* covers: for each of the segment's diseases, whether it is the question's or lies above it. */
static bool is_eligible(const struct eligibility *who, const struct segment_persons *persons,
                        const bool *covers, uint32_t i)
{
    uint64_t mask = persons->consent ? persons->consent[i] : 0;

    if (who->overlay)
        mask |= overlay_refusals(who->overlay, &persons->id[i]);
    if (mask & CONSENT_BIT(CONSENT_PERMIT)) {
        if (who->need && !in_time(who, persons, i))
            return false;
        if (covers_disease(covers, persons, i))
            mask |= CONSENT_BIT(CONSENT_HEALTH);
    } else if (who->unrecorded) {
        mask |= who->need;
    }
    return (mask & who->need) == who->need && (mask & who->forbid) == 0;
}

static bool lies_under(struct snapshot *snapshot, const struct code *code, const struct code *top,
                       struct arena *arena, bool *under, struct err *err)
{
    const char *current, *codes;
    bool known;
    size_t n;

    *under = strcmp(code->system, top->system) == 0 &&
             (strcmp(code->code, top->code) == 0 ||
              (strcmp(code->system, "icd10") == 0 &&
               strncmp(code->code, top->code, strlen(top->code)) == 0));
    if (*under || strcmp(code->system, top->system) != 0)
        return true;
    if (!snapshot_term(snapshot, top->system, top->code, &known, &current, err))
        return false;
    if (!known)
        return true;
    current = arena_strdup(arena, current); /* valid until the next call */
    if (!current)
        return err_memory(err);
    if (!snapshot_ancestors(snapshot, code->system, code->code, &codes, &n, err))
        return false;
    for (; n > 0 && !*under; n--, codes += strlen(codes) + 1)
        *under = strcmp(codes, current) == 0;
    return true;
}

/* Tells for each disease text of the segment whether it covers the question's disease. All are
 * false when the question names none. */
static bool covers_new(struct snapshot *snapshot, const struct eligibility *who,
                       const struct segment_persons *persons, struct arena *arena, bool **out,
                       struct err *err)
{
    bool *covers = arena_array(arena, persons->n_diseases + 1, sizeof(*covers));

    if (!covers)
        return err_memory(err);
    memset(covers, 0, (persons->n_diseases + 1) * sizeof(*covers));
    for (size_t i = 0; who->disease.system[0] && i < persons->n_diseases; i++) {
        const char *text = persons->diseases[i];
        struct code consented;

        if (code_parse(text, strlen(text), &consented) &&
            !lies_under(snapshot, &who->disease, &consented, arena, &covers[i], err))
            return false;
    }
    *out = covers;
    return true;
}

static void fill(struct set *set, const struct eligibility *who,
                 const struct segment_persons *persons, const bool *covers)
{
    bool overlaid = who->overlay && overlay_count(who->overlay) > 0;

    memcpy(set->words, persons->alive, persons->n_words * sizeof(uint64_t));
    if (!persons->consent && !overlaid && who->unrecorded)
        return; /* the same for all: everybody is eligible */
    for (uint32_t i = 0; i < persons->n; i++)
        if (!is_eligible(who, persons, covers, i))
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
        return err_memory(err);
    population->n_segments = n;
    for (size_t i = 0; i < n; i++) {
        const struct segment_persons *persons = segment_persons(snapshot_segment(snapshot, i));
        bool *covers = NULL;

        if (!covers_new(snapshot, who, persons, arena, &covers, err))
            return false;
        fill(&population->sets[i], who, persons, covers);
    }
    *out = population;
    return true;
}

void population_drop(struct population *population, size_t segment, uint32_t person)
{
    assert(segment < population->n_segments && person < SET_PERSONS_MAX);
    population->sets[segment].words[person / 64] &= ~(UINT64_C(1) << (person % 64));
}

uint64_t population_count(const struct population *population)
{
    assert(population);
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
