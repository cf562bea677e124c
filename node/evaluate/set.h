#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of the persons of one segment, and pairs of them in three-valued logic.
 *
 * A set is one bit a person, ordinal 0 first, in a fixed 2 KiB, so that sets need no allocation and
 * every operation is a straight loop. A kleene is the result of a criterion for a population: the
 * persons who meet it (yes) and those for whom it cannot be told (cannot_tell); for everybody else
 * it is no. The two are disjoint. Rules: Kleene's strong logic (reference: analyst, section 1.2).
 * Values; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#define SET_PERSONS_MAX 16384
#define SET_WORDS (SET_PERSONS_MAX / 64)

struct set {
    uint64_t words[SET_WORDS];
};

struct kleene {
    struct set yes;
    struct set cannot_tell;
};

void set_clear(struct set *set);
/* Sets the first n persons. */
void set_first(struct set *set, uint32_t n);
void set_put(struct set *set, uint32_t person);
bool set_has(const struct set *set, uint32_t person);
bool set_is_empty(const struct set *set);
/* into = into and / or / without other. */
void set_and(struct set *into, const struct set *other);
void set_or(struct set *into, const struct set *other);
void set_minus(struct set *into, const struct set *other);
uint32_t set_count(const struct set *set);
/* The number of persons in both. */
uint32_t set_count_and(const struct set *a, const struct set *b);

/* Set the result to yes, or to no, for the whole population. */
void kleene_all(struct kleene *out, const struct set *population);
void kleene_none(struct kleene *out);
void kleene_nobody_knows(struct kleene *out, const struct set *population);
void kleene_and(struct kleene *into, const struct kleene *other);
void kleene_or(struct kleene *into, const struct kleene *other);
/* Negates within the population: nobody outside it becomes yes. */
void kleene_not(struct kleene *into, const struct set *population);
/* Removes everybody who is not in the population. */
void kleene_within(struct kleene *into, const struct set *population);

/*
 * Counts "at least n of several criteria". Every person has two counters: of yes, and of yes or
 * cannot tell. They are stored bit-sliced (plane i has bit i of everybody's counter), so that
 * adding a criterion takes a few dozen word operations for 64 persons.
 */
#define TALLY_PLANES 8
#define TALLY_MAX ((1u << TALLY_PLANES) - 1)

struct tally {
    struct set sure[TALLY_PLANES];
    struct set possible[TALLY_PLANES];
};

void tally_clear(struct tally *tally);
/* May be called at most TALLY_MAX times. */
void tally_add(struct tally *tally, const struct kleene *criterion);
/* yes: sure >= n. cannot tell: sure < n <= possible. n is 1..TALLY_MAX. */
void tally_at_least(const struct tally *tally, uint32_t n, struct kleene *out);
