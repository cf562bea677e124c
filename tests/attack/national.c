/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/national.h"

#include <stdlib.h>

#include "coordinator/report/merge.h"
#include "proto/base/arena.h"
#include "tests/attack/report.h"

/* Printed figures end at zero; far above it the merger's sum is seen as it is. */
#define LIFT 1000000

struct national {
    struct arena *arena;
    struct answer *answer[NATIONAL_REGIONS];
    struct answer_region region[NATIONAL_REGIONS];
};

struct national *national_new(void)
{
    struct national *national = calloc(1, sizeof(*national));

    if (!national)
        broken("a merger", "no memory");
    national->arena = arena_new((size_t)4 << 20);
    for (size_t i = 0; i < NATIONAL_REGIONS; i++) {
        struct answer *answer = answer_new(COUNT_CELLS, 0);

        if (!answer || !national->arena)
            broken("a merger", "no memory");
        answer->state = REGION_VALUE;
        national->answer[i] = answer;
        national->region[i] = (struct answer_region){"00", "region", REGION_VALUE, NULL, answer};
    }
    return national;
}

void national_free(struct national *national)
{
    for (size_t i = 0; i < NATIONAL_REGIONS; i++)
        answer_free(national->answer[i]);
    arena_free(national->arena);
    free(national);
}

int64_t national_total(struct national *national, const int64_t *matched, uint32_t sigma)
{
    struct merge_input input = {.id = (const uint8_t *)"0123456789abcdef",
                                .measure = MEASURE_COUNT,
                                .mode = MODE_REGIONS,
                                .sigma = sigma,
                                .n_cells = COUNT_CELLS,
                                .n_regions = NATIONAL_REGIONS,
                                .region = national->region};
    struct report *report;
    struct err err = {0};

    arena_clear(national->arena);
    for (size_t i = 0; i < NATIONAL_REGIONS; i++)
        national->answer[i]->cell[CELL_MATCHED] = matched[i] + (i ? 0 : LIFT);
    if (!merge(&input, national->arena, &report, &err) || !report->has_total ||
        report->n_answered != NATIONAL_REGIONS || report->total[CELL_MATCHED].suppressed)
        broken("a merger", err.text);
    return report->total[CELL_MATCHED].value - LIFT;
}
