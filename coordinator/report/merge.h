#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Combines many answers: the national figure with its uncertainty, and every region's own state.
 *
 * The coordinator uses it, and so does the analyst's client, which adds up again what it verified
 * itself; so it is pure and uses neither links nor HTTP. A region without an answer stays visible
 * with its reason. A total covers exactly the regions that it names, and includes no region without
 * a value. Nothing is cut or rounded before it is added.
 *
 * A sum has only a total: a region took part or did not, and has no figure in a report. A blind sum
 * without its veil has no total either: the report says who took part and that it is sealed.
 *
 * A report lives in the caller's arena and borrows texts from its input. Pure; any thread.
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
    const struct shape *shape;   /* NULL: the shape of a count */
    const char *disease;         /* the disease that the research is on; NULL or "": none */
    const char *release;         /* the national release; NULL or "": the network has none */
    bool open;                   /* answers may still come */
    const struct sum_list *list; /* for a sum that succeeded, verified by the caller; or NULL */
    bool blind;                  /* sum: only the asker can open the total */
    const int64_t *veil;         /* the asker's veil of a blind sum: n_cells values (sum.h); else
                                  * NULL */
    bool adds_up;                /* printed regions of a count must add up to the printed total */
    size_t n_regions;
    const struct answer_region *region; /* n_regions entries in the order to print, with names */
};

bool merge(const struct merge_input *input, struct arena *arena, struct report **out,
           struct err *err) MUST_CHECK;
