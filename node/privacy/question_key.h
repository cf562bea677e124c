#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two keys of a release: base_key finds its stored answer, noise_key draws its noise
 * (reference: privacy, section 4.2).
 *
 * Both are BLAKE2b-256 over a TLV of all that decides the true cells and the shape of the answer,
 * for every participant. So when the data of one region in a sum change, all regions draw new
 * noise. Otherwise the difference of two sums would have only that region's share of the noise, and
 * would tell who left or came. noise_key also has this node's overlay; the overlays of others need
 * not be known, because a stored answer is given again whatever has changed. Analyst, organisation
 * and question id are not in the keys: the same question has the same answer for everybody. Where
 * persons have accounts, who is counted differs by organisation, and so its name (`book`) is in
 * them. Values only; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define QUESTION_KEY_MEMBERS_MAX 64
#define QUESTION_KEY_POPULATION_BYTES 32

/* A node whose persons are counted in the figure. */
struct question_key_member {
    const char *node;
    uint8_t population[QUESTION_KEY_POPULATION_BYTES]; /* question_key_population() at that node */
};

struct question_key {
    const uint8_t *canon; /* canonical bytes: measure, dimensions and criterion */
    size_t canon_size;
    const char *purpose;
    uint32_t mode;
    uint32_t sigma;
    uint32_t sigma_undetermined; /* of cells with their own sigma; else 0 */
    uint32_t sigma_total;        /* of a total; 0: it is not released */
    const char *book; /* whose persons' accounts pay; NULL: the answer is the same for everybody */
    uint64_t overlay; /* this node's: what can change between snapshots */
    const struct question_key_member *member; /* for a sum all, sorted; else this node only */
    size_t n_members;
};

/*
 * BLAKE2b-256 of the data in which a node counts: its snapshot (32 bytes) and
 * consent_rules_population().
 */
bool question_key_population(const uint8_t snapshot[static 32], const char *population,
                             uint8_t out[static QUESTION_KEY_POPULATION_BYTES],
                             struct err *err) MUST_CHECK;

bool question_key_derive(const struct question_key *key, uint8_t base_key[static 32],
                         uint8_t noise_key[static 32], struct err *err) MUST_CHECK;
