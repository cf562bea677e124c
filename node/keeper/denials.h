#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaves about refusals, of which nobody can make many.
 *
 * Of each organisation the first DENIALS_LEAVES refusals of an hour, and the first of every code,
 * have a leaf each ("deny"); all others are counted, and at the end of the hour one leaf a code
 * says how many ("denied again"). So an organisation adds at most DENIALS_LEAVES leaves and two a
 * code in an hour, however much it asks, and no refusal of another kind hides behind a flood of
 * one. The counts are in memory: a keeper that ends writes them; one that is killed loses those of
 * the hour, never a leaf.
 *
 * Only refusals of analysts in the roster come here. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/refusal.h"

#define DENIALS_LEAVES 10
#define DENIALS_HOUR_MS INT64_C(3600000)
/* When they are taken, the hour of the organisation whose hour began first ends. */
#define DENIALS_ORGANISATIONS_MAX 256
#define DENIALS_NAME_BYTES 97 /* LEAF_NAME_BYTES */

struct journal;
struct leaf;

/* Zeroed is empty. */
struct denials {
    size_t n;
    struct denials_hour {
        char organisation[DENIALS_NAME_BYTES];
        int64_t began_ms; /* clock_mono_ms() */
        uint32_t leaves;
        bool seen[REFUSAL_CODES]; /* has this code its leaf? */
        uint32_t counted[REFUSAL_CODES];
    } hour[DENIALS_ORGANISATIONS_MAX];
};

/* Writes this leaf of type LEAF_DENY, or counts it. */
bool denials_note(struct denials *denials, struct journal *journal, const struct leaf *leaf,
                  enum refusal refusal, int64_t now_ms, struct err *err) MUST_CHECK;
/* Milliseconds until an hour ends; -1: none is on. */
int64_t denials_wait_ms(const struct denials *denials, int64_t now_ms);
/* Writes what was counted in the hours that are over at now_ms (INT64_MAX: in all). */
bool denials_end(struct denials *denials, struct journal *journal, int64_t now_ms,
                 struct err *err) MUST_CHECK;
