#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of a question, as a copy that its reader owns. It is made from the state machine or
 * from the store.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/ask/coord.h"

struct outcome {
    uint8_t id[QUESTION_ID_BYTES];
    uint8_t hash[QUESTION_HASH_BYTES];
    enum measure_kind measure;
    enum mode mode;
    uint32_t sigma;
    size_t n_cells;
    bool open;
    int64_t asked_s;
    struct sum_list *list; /* for a sum that succeeded, else NULL */
    uint8_t *envelope;     /* the question's signed bytes */
    size_t envelope_bytes;
    size_t n_regions;
    struct answer_region region[REGIONS_MAX]; /* their node and code point into `said` */
    struct outcome_said {
        char node[NODE_BYTES];
        char code[48];
    } said[REGIONS_MAX];
};

/* Keeps a copy of the question's signed bytes. False when memory is out. */
bool outcome_keep(struct outcome *outcome, const uint8_t *envelope, size_t envelope_bytes);
/*
 * Adds a region in state waiting, without code and answer. The caller may write into its room in
 * `said`.
 */
struct outcome_said *outcome_add(struct outcome *outcome);
/*
 * NULL when memory is out. asked_s is wall time for the reader, because the machine has monotonic
 * time only.
 */
struct outcome *outcome_new(const struct coord_question *question, int64_t asked_s);
void outcome_free(struct outcome *outcome); /* accepts NULL */
