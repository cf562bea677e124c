#pragma once
/*
 * The two keys of a release: by base_key an answer is found again, by noise_key its noise is drawn
 * (reference: privacy, section 4.2).
 *
 * Both are BLAKE2b-256 over a TLV of everything that decides the true cells and the shape of the
 * answer; noise_key also has the sequence of the opt-out overlay. Analyst, organisation and
 * question id are not in them: the same question has the same answer for all. Values only; any
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define QUESTION_KEY_NODES_MAX 64

struct question_key {
    const uint8_t *canon; /* canonical bytes: measure, dimensions and criterion */
    size_t canon_size;
    const char *purpose;
    const char *population;  /* policy_population() */
    const uint8_t *snapshot; /* 32 bytes */
    uint64_t overlay;        /* sequence of the opt-out overlay, 0 without one */
    uint32_t mode;
    uint32_t sigma;
    const char *const *nodes; /* participants of a sum, sorted; in regions the node itself */
    size_t n_nodes;
};

bool question_key_derive(const struct question_key *key, uint8_t base_key[static 32],
                         uint8_t noise_key[static 32], struct err *err) MUST_CHECK;
