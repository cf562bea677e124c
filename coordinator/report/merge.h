#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many answers become one: the national figure with its uncertainty, and every region's own state.
 *
 * Used alike by the coordinator and by the analyst's client, which adds up again what it has
 * verified itself; so it is pure and knows neither links nor HTTP. A region without an answer stays
 * visible with its reason; a total is always over the regions that it names, and never counts one
 * without a value. Nothing is cut or rounded before it is added.
 *
 * Of a sum there is the total alone: a region took part or did not, and has no figure in a report.
 * Of a blind sum there is not even that without its veil: the report says who took part, that it is
 * sealed, and has no number.
 *
 * A report lives in the caller's arena and borrows the texts of its input. Pure; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/report.h"
#include "proto/base/err.h"

struct arena;

struct merge_input {
    const uint8_t *id; /* QUESTION_ID_BYTES */
    enum measure_kind measure;
    enum mode mode;
    uint32_t sigma;
    size_t n_cells;
    const struct shape *shape;   /* NULL: a count */
    const char *disease;         /* that the research is on; NULL or "": none */
    bool open;                   /* answers may still come */
    const struct sum_list *list; /* of a sum that came about, verified by who merges; NULL: none */
    bool blind;                  /* sum: its total is the asker's alone */
    const int64_t *veil;         /* the asker's, of a blind sum: n_cells, plan/sum.h; else NULL */
    bool adds_up;                /* printed regions of a count add up to the printed total */
    size_t n_regions;
    const struct answer_region *region; /* n_regions, in the order to print, with names */
};

bool merge(const struct merge_input *input, struct arena *arena, struct report **out,
           struct err *err) MUST_CHECK;
