#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two keys of a release: by base_key an answer is found again, by noise_key its noise is drawn
 * (reference: privacy, section 4.2).
 *
 * Both are BLAKE2b-256 over a TLV of everything that decides the true cells and the shape of the
 * answer, of every participant: when one region of a sum has other data, all of them draw anew. If
 * they did not, the difference of two sums would have that region's share of the noise alone, and
 * tell who left or came. noise_key also has our own overlay; the others' need not be known, as an
 * answer that is found again is given again, whatever changed since. Analyst, organisation and
 * question id are not in the keys: the same question has the same answer for all. Values only; any
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define QUESTION_KEY_MEMBERS_MAX 64
#define QUESTION_KEY_POPULATION_BYTES 32

/* A node whose persons are in the figure. */
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
    uint64_t overlay;                         /* ours: what changes between snapshots */
    const struct question_key_member *member; /* of a sum all, sorted by node; in regions itself */
    size_t n_members;
};

/* BLAKE2b-256 of what a node counts in: its snapshot (32 bytes) and consent_population(). */
bool question_key_population(const uint8_t snapshot[static 32], const char *population,
                             uint8_t out[static QUESTION_KEY_POPULATION_BYTES],
                             struct err *err) MUST_CHECK;

bool question_key_derive(const struct question_key *key, uint8_t base_key[static 32],
                         uint8_t noise_key[static 32], struct err *err) MUST_CHECK;
