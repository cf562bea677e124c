/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sets are small and of one size, so the loops below have constant bounds and the compiler
 * makes vector code of them. Counting bits is the one place where that is not enough on the oldest
 * machines that Debian runs on: the processor's own instruction is used where it is there.
 */
#include "node/evaluate/set.h"

#include <assert.h>
#include <string.h>

void set_clear(struct set *set)
{
    memset(set, 0, sizeof(*set));
}

void set_first(struct set *set, uint32_t n)
{
    assert(n <= SET_PERSONS_MAX);
    set_clear(set);
    memset(set->words, 0xff, n / 64 * 8);
    if (n % 64)
        set->words[n / 64] = (UINT64_C(1) << (n % 64)) - 1;
}

void set_put(struct set *set, uint32_t person)
{
    assert(person < SET_PERSONS_MAX);
    set->words[person / 64] |= UINT64_C(1) << (person % 64);
}

bool set_has(const struct set *set, uint32_t person)
{
    assert(person < SET_PERSONS_MAX);
    return set->words[person / 64] >> (person % 64) & 1;
}

bool set_is_empty(const struct set *set)
{
    uint64_t any = 0;

    for (uint32_t i = 0; i < SET_WORDS; i++)
        any |= set->words[i];
    return any == 0;
}

void set_and(struct set *into, const struct set *other)
{
    for (uint32_t i = 0; i < SET_WORDS; i++)
        into->words[i] &= other->words[i];
}

void set_or(struct set *into, const struct set *other)
{
    for (uint32_t i = 0; i < SET_WORDS; i++)
        into->words[i] |= other->words[i];
}

void set_minus(struct set *into, const struct set *other)
{
    for (uint32_t i = 0; i < SET_WORDS; i++)
        into->words[i] &= ~other->words[i];
}

static inline __attribute__((always_inline)) uint32_t count_both(const struct set *a,
                                                                 const struct set *b)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < SET_WORDS; i++)
        n += (uint32_t)__builtin_popcountll(a->words[i] & b->words[i]);
    return n;
}

#ifdef __x86_64__
/* With the machine's own instruction, where it has one. */
__attribute__((target("popcnt"))) static uint32_t count_popcnt(const struct set *a,
                                                               const struct set *b)
{
    return count_both(a, b);
}
#endif

uint32_t set_count_and(const struct set *a, const struct set *b)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("popcnt"))
        return count_popcnt(a, b);
#endif
    return count_both(a, b);
}

uint32_t set_count(const struct set *set)
{
    return set_count_and(set, set);
}

void kleene_all(struct kleene *out, const struct set *population)
{
    out->yes = *population;
    set_clear(&out->cannot_tell);
}

void kleene_none(struct kleene *out)
{
    set_clear(&out->yes);
    set_clear(&out->cannot_tell);
}

void kleene_nobody_knows(struct kleene *out, const struct set *population)
{
    set_clear(&out->yes);
    out->cannot_tell = *population;
}

void kleene_and(struct kleene *into, const struct kleene *other)
{
    for (uint32_t i = 0; i < SET_WORDS; i++) {
        uint64_t yes = into->yes.words[i] & other->yes.words[i];
        uint64_t possible = (into->yes.words[i] | into->cannot_tell.words[i]) &
                            (other->yes.words[i] | other->cannot_tell.words[i]);

        into->yes.words[i] = yes;
        into->cannot_tell.words[i] = possible & ~yes;
    }
}

void kleene_or(struct kleene *into, const struct kleene *other)
{
    for (uint32_t i = 0; i < SET_WORDS; i++) {
        uint64_t yes = into->yes.words[i] | other->yes.words[i];

        into->cannot_tell.words[i] =
            (into->cannot_tell.words[i] | other->cannot_tell.words[i]) & ~yes;
        into->yes.words[i] = yes;
    }
}

void kleene_not(struct kleene *into, const struct set *population)
{
    for (uint32_t i = 0; i < SET_WORDS; i++)
        into->yes.words[i] =
            population->words[i] & ~(into->yes.words[i] | into->cannot_tell.words[i]);
    set_and(&into->cannot_tell, population);
}

void kleene_within(struct kleene *into, const struct set *population)
{
    set_and(&into->yes, population);
    set_and(&into->cannot_tell, population);
}

void tally_clear(struct tally *tally)
{
    memset(tally, 0, sizeof(*tally));
}

/* Ripple-carry addition of one bit to 64 counters at once. */
static void add_word(struct set planes[static TALLY_PLANES], uint32_t i, uint64_t carry)
{
    for (uint32_t plane = 0; plane < TALLY_PLANES && carry; plane++) {
        uint64_t bits = planes[plane].words[i];

        planes[plane].words[i] = bits ^ carry;
        carry &= bits;
    }
    assert(carry == 0); /* added more than TALLY_MAX times */
}

void tally_add(struct tally *tally, const struct kleene *criterion)
{
    for (uint32_t i = 0; i < SET_WORDS; i++) {
        add_word(tally->sure, i, criterion->yes.words[i]);
        add_word(tally->possible, i, criterion->yes.words[i] | criterion->cannot_tell.words[i]);
    }
}

/* Which of 64 counters are >= n: compared from the highest plane down. */
static uint64_t reached(const struct set planes[static TALLY_PLANES], uint32_t i, uint32_t n)
{
    uint64_t greater = 0;
    uint64_t equal = UINT64_MAX;

    for (int plane = TALLY_PLANES - 1; plane >= 0; plane--) {
        uint64_t bits = planes[plane].words[i];

        if (n >> plane & 1) {
            equal &= bits;
        } else {
            greater |= equal & bits;
            equal &= ~bits;
        }
    }
    return greater | equal;
}

void tally_at_least(const struct tally *tally, uint32_t n, struct kleene *out)
{
    assert(n >= 1 && n <= TALLY_MAX);
    for (uint32_t i = 0; i < SET_WORDS; i++) {
        uint64_t sure = reached(tally->sure, i, n);

        out->yes.words[i] = sure;
        out->cannot_tell.words[i] = reached(tally->possible, i, n) & ~sure;
    }
}
