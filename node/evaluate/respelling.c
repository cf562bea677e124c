/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/respelling.h"

#include <assert.h>
#include <string.h>

#include "node/snapshot/snapshot.h"
#include "node/snapshot/tested.h"
#include "node/store/variant.h"
#include "proto/base/unzeroed.h"

#define ROTATED_MAX 64 /* bases; longer ones are held by whatever is as long */
#define COUNTED (SITE_CARRIERS | SITE_BIT(SITE_NO_CALL))

bool respelling_possible(const struct segment *segment, const struct variant *change)
{
    assert(segment && change);
    if (strlen(change->ref) + strlen(change->alt) <= (variant_is_indel(change) ? 3 : 2))
        return segment_has_exchanges(segment) ||
               (variant_is_indel(change) &&
                (segment_has_unaligned(segment) || variant_may_shift(change)));
    return true;
}

/* ---- variants near by ------------------------------------------------------------------------ */

/* Another variant than the change, with the persons who have it or were not called there. */
struct other {
    struct variant variant;
    uint32_t end;      /* the last base of REF */
    int64_t longer;    /* ALT by so many bases than REF */
    bool indel;        /* bases are only removed or only added */
    const char *bases; /* of an indel: these */
    size_t n_bases;
    struct site *site;
};

typedef void other_visitor(void *to, const struct other *other);

struct nearby {
    struct segment *segment;
    const struct respelling *of;
    uint32_t lo, hi;               /* REF of what is visited meets them */
    uint32_t single_lo, single_hi; /* changes of a single base: only here */
    other_visitor *visitor;
    void *to;
};

static struct other other_of(const struct variant *variant, struct site *site)
{
    size_t ref = strlen(variant->ref), alt = strlen(variant->alt);
    struct other other = {.variant = *variant,
                          .end = variant->position + (uint32_t)ref - 1,
                          .longer = (int64_t)alt - (int64_t)ref,
                          .indel = variant_is_indel(variant),
                          .site = site};

    if (other.indel)
        other.bases = variant_indel_bases(variant, &other.n_bases);
    return other;
}

static bool take(void *to, struct site *site, struct err *err)
{
    const struct nearby *walk = to;
    struct variant variant;
    struct other other;

    if (site->vid == walk->of->vid ||
        (vid_is_single_base(site->vid) &&
         (vid_position(site->vid) < walk->single_lo || vid_position(site->vid) > walk->single_hi)))
        return true;
    if (!segment_variant(walk->segment, site->vid, &variant, err))
        return false;
    if (!variant.ref || variant.alt[0] == '<')
        return true;
    other = other_of(&variant, site);
    walk->visitor(walk->to, &other);
    return true;
}

static bool walk_over(struct nearby *walk, struct err *err)
{
    const struct variant *change = walk->of->change;
    uint64_t lo = variant_floor(change->assembly, change->chromosome, walk->lo);
    struct sites sites;
    struct site site;

    if (!segment_reached(walk->segment, lo, take, walk, err))
        return false;
    sites_start(&sites, walk->segment, lo,
                variant_floor(change->assembly, change->chromosome, walk->hi + 1));
    while (sites_next(&sites, &site, err))
        if (!take(walk, &site, err))
            return false;
    return !sites.failed;
}

static void add(const struct nearby *walk, const struct other *other, struct set *who)
{
    site_or(walk->segment, other->site, COUNTED, who->words);
}

static bool has_letter(const char *bases, size_t n, char letter)
{
    return memchr(bases, letter, n) != NULL;
}

/* Is every one of the n bases among the others? */
static bool has_letters(const char *among, size_t n_among, const char *bases, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!has_letter(among, n_among, bases[i]))
            return false;
    return true;
}

/* ---- as many bases for as many ----------------------------------------------------------------
 */

/* A base that a change puts in place of another, and who has it by other variants. */
struct one_base {
    struct nearby walk;
    uint32_t position;
    char alt;
    struct set *by_exchange;
    struct set by_insertion; /* has it by an insertion beside a base that ... */
    struct set deleted;      /* ... a deletion removes */
};

static void add_one_base(void *to, const struct other *other)
{
    struct one_base *base = to;
    const struct variant *variant = &other->variant;
    size_t at = (size_t)base->position - variant->position;

    if (other->indel) {
        if (other->longer > 0 && has_letter(other->bases, other->n_bases, base->alt))
            add(&base->walk, other, &base->by_insertion);
        if (other->longer < 0 && variant->position < base->position && base->position <= other->end)
            add(&base->walk, other, &base->deleted);
        return;
    }
    if (variant->position > base->position || other->end < base->position)
        return;
    if (other->longer == 0 ? variant->alt[at] == base->alt && variant->ref[at] != base->alt
                           : strchr(variant->alt, base->alt) != NULL)
        add(&base->walk, other, base->by_exchange);
}

/* Adds them to who. */
static bool with_base(struct segment *segment, const struct respelling *of, size_t i,
                      struct set *who, struct err *err)
{
    uint32_t position = of->change->position + (uint32_t)i;
    struct one_base base = {.position = position, .alt = of->change->alt[i], .by_exchange = who};

    base.walk = (struct nearby){.segment = segment,
                                .of = of,
                                .lo = position > 1 ? position - 1 : 1,
                                .hi = position,
                                .single_lo = position,
                                .single_hi = position,
                                .visitor = add_one_base,
                                .to = &base};
    set_clear(&base.by_insertion);
    set_clear(&base.deleted);
    if (!walk_over(&base.walk, err))
        return false;
    set_and(&base.deleted, &base.by_insertion);
    set_or(who, &base.deleted);
    return true;
}

/* Who has each of the bases that it exchanges. */
static bool base_by_base(struct segment *segment, const struct respelling *of, struct set *who,
                         struct err *err)
{
    const struct variant *change = of->change;
    struct set all;

    if (!change->ref[1])
        return with_base(segment, of, 0, who, err);
    set_first(&all, SET_PERSONS_MAX);
    for (size_t i = 0; change->ref[i]; i++) {
        struct set one;

        if (change->ref[i] == change->alt[i])
            continue;
        set_clear(&one);
        if (!with_base(segment, of, i, &one, err))
            return false;
        set_and(&all, &one);
    }
    set_or(who, &all);
    return true;
}

/* ---- in one or in parts -----------------------------------------------------------------------
 */

struct parts {
    struct nearby walk;
    struct other change;
    struct set *who; /* has it in one */
    struct set exchanged;
    struct set longer, shorter;      /* has an insertion, a deletion that may be a part */
    struct set two;                  /* has two of either */
    struct set beside;               /* has an indel as long as the change, or shorter, over it */
    uint32_t bases[SET_PERSONS_MAX]; /* of the parts of an indel; grows up to the indel's own */
};

/* Does the longer text hold the bases, in some rotation? */
static bool holds(const char *text, const char *bases, size_t n)
{
    size_t length = strlen(text);

    if (n > ROTATED_MAX)
        return length >= n;
    for (size_t at = 0; at + n <= length; at++)
        for (size_t turn = 0; turn < n; turn++)
            if (memcmp(text + at, bases + turn, n - turn) == 0 &&
                memcmp(text + at + n - turn, bases, turn) == 0)
                return true;
    return false;
}

/* Could it be the whole change, and perhaps more? */
static bool holds_change(const struct parts *parts, const struct other *other)
{
    const struct variant *change = &parts->change.variant, *variant = &other->variant;

    if (parts->change.indel && other->indel)
        return (variant_may_shift(change) ||
                (variant->position >= change->position && variant_may_shift(variant))) &&
               variant_may_equal(variant, change);
    if (other->indel || other->end < change->position)
        return false;
    if (parts->change.indel)
        return holds(parts->change.longer < 0 ? variant->ref : variant->alt, parts->change.bases,
                     parts->change.n_bases);
    return parts->change.longer != 0 && other->longer != 0 &&
           variant->position <= parts->change.end &&
           strlen(variant->ref) + strlen(variant->alt) > strlen(change->ref) + strlen(change->alt);
}

static void add_bases(struct parts *parts, const struct other *other)
{
    uint32_t most = (uint32_t)parts->change.n_bases;
    uint32_t n = (uint32_t)(other->longer < 0 ? -other->longer : other->longer);
    UNZEROED struct set who;

    set_clear(&who);
    add(&parts->walk, other, &who);
    for (size_t w = 0; w < SET_WORDS; w++)
        for (uint64_t left = who.words[w]; left; left &= left - 1) {
            uint32_t *bases = &parts->bases[w * 64 + (size_t)__builtin_ctzll(left)];

            *bases = n >= most - *bases ? most : *bases + n;
        }
}

/* An indel, or an exchange of more bases for fewer, beside an indel that is asked for. */
static void add_to_indel(struct parts *parts, const struct other *other)
{
    const struct other *change = &parts->change;
    size_t n = (size_t)(other->longer < 0 ? -other->longer : other->longer);

    if ((other->longer < 0) != (change->longer < 0) || n > change->n_bases)
        return;
    if (other->end >= change->variant.position && other->variant.position <= change->end)
        add(&parts->walk, other, &parts->beside);
    if (n < change->n_bases &&
        (!other->indel || has_letters(change->bases, change->n_bases, other->bases, n)))
        add_bases(parts, other);
}

/* The same beside an exchange. */
static void add_to_exchange(struct parts *parts, const struct other *other)
{
    const struct variant *change = &parts->change.variant;
    const char *among = other->longer < 0 ? change->ref : change->alt;
    struct set *side = other->longer < 0 ? &parts->shorter : &parts->longer;
    UNZEROED struct set who;

    if (other->variant.position > parts->change.end ||
        (other->indel ? !has_letters(among, strlen(among), other->bases, other->n_bases)
                      : other->end < change->position))
        return;
    set_clear(&who);
    add(&parts->walk, other, &who);
    for (size_t w = 0; w < SET_WORDS; w++) {
        uint64_t before = parts->longer.words[w] | parts->shorter.words[w];

        parts->two.words[w] |= before & who.words[w];
        side->words[w] |= who.words[w];
    }
}

static void add_part(void *to, const struct other *other)
{
    struct parts *parts = to;

    if (holds_change(parts, other))
        add(&parts->walk, other, parts->who);
    else if (other->longer == 0 && other->end >= parts->change.variant.position &&
             other->variant.position <= parts->change.end)
        add(&parts->walk, other, &parts->exchanged);
    else if (other->longer != 0 && parts->change.indel)
        add_to_indel(parts, other);
    else if (other->longer != 0)
        add_to_exchange(parts, other);
}

/* Who has the parts of an indel. */
static void sum_up_indel(struct parts *parts)
{
    for (size_t p = 0; p < SET_PERSONS_MAX; p++)
        if (parts->bases[p] >= parts->change.n_bases)
            parts->who->words[p / 64] |= UINT64_C(1) << (p % 64);
    set_and(&parts->beside, &parts->exchanged);
    set_or(parts->who, &parts->beside);
}

static void sum_up_exchange(struct parts *parts)
{
    struct set both = parts->longer;

    set_and(&both, &parts->shorter);
    set_or(parts->who, &both);
    if (parts->change.longer == 0)
        return; /* what is removed is added again */
    set_or(parts->who, &parts->two);
    set_or(&parts->longer, &parts->shorter);
    set_and(&parts->longer, &parts->exchanged);
    set_or(parts->who, &parts->longer);
}

/* Where the change may stand in one or in parts. */
static struct tested_place place_of(const struct respelling *of, const struct other *change)
{
    uint32_t position = of->change->position;
    uint32_t last = position + (change->indel ? of->reach : 0);

    return (struct tested_place){.assembly = of->change->assembly,
                                 .chromosome = of->change->chromosome,
                                 .start = position > of->before ? position - of->before : 1,
                                 .end = last > change->end ? last : change->end};
}

static bool in_parts(struct segment *segment, const struct respelling *of, struct set *who,
                     struct err *err)
{
    struct parts parts = {.change = other_of(of->change, NULL), .who = who};
    struct tested_place place = place_of(of, &parts.change);

    parts.walk = (struct nearby){.segment = segment,
                                 .of = of,
                                 .lo = place.start,
                                 .hi = place.end,
                                 .single_lo = of->change->position,
                                 .single_hi = parts.change.end,
                                 .visitor = add_part,
                                 .to = &parts};
    set_clear(&parts.exchanged);
    set_clear(&parts.longer);
    set_clear(&parts.shorter);
    set_clear(&parts.two);
    set_clear(&parts.beside);
    if (!walk_over(&parts.walk, err))
        return false;
    if (parts.change.indel)
        sum_up_indel(&parts);
    else
        sum_up_exchange(&parts);
    return true;
}

bool respelling_who(struct segment *segment, const struct respelling *of, struct set *who,
                    struct err *err)
{
    assert(of && of->change);
    size_t ref = strlen(of->change->ref), alt = strlen(of->change->alt);

    if (ref == alt && !base_by_base(segment, of, who, err))
        return false;
    return (ref == 1 && alt == 1) || in_parts(segment, of, who, err);
}

bool respelling_beside(const struct variant *change)
{
    assert(change);
    return change->chromosome != CHROMOSOME_NONE && (change->ref[1] || change->alt[1]);
}

bool respelling_lost(struct segment *segment, const struct respelling *of, struct set *who,
                     struct err *err)
{
    assert(of && of->change);
    struct other change = other_of(of->change, NULL);
    struct tested_place place = place_of(of, &change);

    if (!respelling_beside(of->change))
        return true;
    if (change.indel && change.n_bases == 1 && !variant_may_shift(of->change)) /* no parts */
        place.start = of->change->position;
    return tested_lost_indel(segment, &place, who->words, err);
}
