#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be said of a variant, for each class of its carriers at once: for whom it is true, and
 * for whom it may be. Values; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

/* Classes of carriers, as bits of enum site_class: het, hom, hemi, zygosity unknown. */
#define CLASSES_ALL 15u

/* Two sets of classes; those in yes are in possible too. */
struct verdict {
    unsigned yes;
    unsigned possible; /* true, or cannot be told */
    bool elsewhere;    /* a target was named that cannot be compared with this variant's place */
};

/* Is it true of some zygosities alone? */
static inline bool verdict_by_class(const struct verdict *truth)
{
    bool all_yes = truth->yes == 0 || truth->yes == CLASSES_ALL;
    bool all_possible = truth->possible == 0 || truth->possible == CLASSES_ALL;

    return !(all_yes && all_possible);
}

/* Is the zygosity one of those asked for (bits of ZYGOSITY)? Carriers of whom it is not known are
 * one of het, hom, hemi. */
struct verdict verdict_of_zygosity(uint64_t asked);
/*
 * Does a call's share of reads lie from low to high (1e-9)? Its code (node/store/fraction.h) says
 * in which step it lies.
 */
struct verdict verdict_of_share(uint8_t code, int64_t low, int64_t high);
