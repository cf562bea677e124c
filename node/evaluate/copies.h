#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule, for `zygosity` and for frequencies, of what a call means in a person who has two copies
 * of a place, one, none, or an unknown number.
 *
 *   has        called het    hom     hemi    carrier (zygosity unknown, such as ./1)
 *   two        het           hom     hemi    carrier
 *   one        carrier       hemi    hemi    carrier       a man on X and Y outside the PAR
 *   one of MT  hemi          hemi    hemi    hemi          heteroplasmy is carrying it
 *   none       carrier       carrier carrier carrier       a woman on Y
 *   unknown    carrier       carrier hemi    carrier       sex not known
 *
 * A carrier's zygosity cannot be told; one copy of the allele was seen. Regions:
 * proto/query/ploidy.h. Values; any thread.
 */
#include <stdint.h>

#include "node/evaluate/set.h"
#include "node/snapshot/snapshot.h"
#include "proto/query/ploidy.h"

enum copies_number { COPIES_TWO, COPIES_ONE, COPIES_ONE_OF_MT, COPIES_NONE, COPIES_UNKNOWN };
#define COPIES_NUMBERS 5

struct copies {
    struct set who[COPIES_NUMBERS]; /* each person of the set is in exactly one */
};

/* How many copies persons have at a variant's place; two when it has no coordinates. */
enum ploidy copies_ploidy(uint64_t vid);
/* How many of them a person of this sex (person.h) has. */
enum copies_number copies_number(unsigned sex, enum ploidy ploidy);
void copies_of(const struct segment_persons *persons, const struct set *set, enum ploidy ploidy,
               struct copies *copies);
/*
 * What a call of this class (het, hom, hemi, carrier) means in a person with this number of copies.
 */
enum site_class copies_class(enum copies_number number, enum site_class called);
/* The calls that mean one of these classes (SITE_BITs) in a person with this number of copies. */
unsigned copies_calls(enum copies_number number, unsigned classes);
