#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a question stands, as a copy that its reader owns: from the machine or from the store.
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
    struct sum_list *list; /* of a sum that came about, else NULL */
    uint8_t *envelope;     /* the question as it was signed */
    size_t envelope_bytes;
    size_t n_regions;
    struct answer_region region[REGIONS_MAX]; /* their nodes and codes are in said */
    struct outcome_said {
        char node[NODE_BYTES];
        char code[48];
    } said[REGIONS_MAX];
};

/* Keep a copy of the question's signed bytes; false when memory is out. */
bool outcome_keep(struct outcome *outcome, const uint8_t *envelope, size_t envelope_bytes);
/* One region more, waiting, without code or answer; the caller fills in what said has room for. */
struct outcome_said *outcome_add(struct outcome *outcome);
/* NULL when memory is out. asked_s is for the reader; the machine knows monotonic time only. */
struct outcome *outcome_new(const struct coord_question *question, int64_t asked_s);
void outcome_free(struct outcome *outcome); /* accepts NULL */
