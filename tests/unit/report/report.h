#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report of four regions for the tests of the renderers: a value, one below the threshold, one
 * offline, one that declined. Included by one program each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/report/merge.h"
#include "coordinator/report/render.h"
#include "coordinator/report/sum.h"
#include "proto/base/arena.h"

struct bench {
    struct arena *arena;
    struct answer *many;
    struct answer *few;
    struct answer *refusal;
    struct answer_region region[4];
    struct report *report;
    struct bytes out;
    struct err err;
};

static const uint8_t id[QUESTION_ID_BYTES] = {0xab, 1};

static __attribute__((unused)) struct answer *answer_of(enum region_state state, int64_t matched)
{
    struct answer *answer = answer_new(state == REGION_VALUE ? COUNT_CELLS : 0, 3);

    assert_non_null(answer);
    answer->state = state;
    if (state == REGION_VALUE)
        answer->cell[CELL_MATCHED] = matched;
    answer->display_below = 10;
    answer->display_base = 5;
    answer->price_nrho = 20000000;
    memcpy(answer->envelope, "abc", 3);
    memcpy(answer->snapshot_date, "2026-11-20", 11);
    return answer;
}

static __attribute__((unused)) void bench_up(struct bench *b)
{
    struct merge_input input = {.id = id,
                                .measure = MEASURE_COUNT,
                                .mode = MODE_REGIONS,
                                .sigma = 5,
                                .n_cells = COUNT_CELLS,
                                .n_regions = 4,
                                .region = b->region};

    memset(b, 0, sizeof(*b));
    b->arena = arena_new(1 << 20);
    b->many = answer_of(REGION_VALUE, 1238);
    b->few = answer_of(REGION_VALUE, 3);
    b->refusal = answer_of(REGION_DECLINED, 0);
    memcpy(b->refusal->code, "policy", 7);
    b->region[0] = (struct answer_region){"01", "Stockholm", REGION_VALUE, NULL, b->many};
    b->region[1] =
        (struct answer_region){"05", "Östergötland, \"mitt\"", REGION_VALUE, NULL, b->few};
    b->region[2] = (struct answer_region){"12", "Skåne", REGION_OFFLINE, "no-link", NULL};
    b->region[3] = (struct answer_region){"13", "Halland", REGION_DECLINED, NULL, b->refusal};
    assert_true(merge(&input, b->arena, &b->report, &b->err));
}

/* A blind sum of three regions whose vectors, as it happens, add up to 600: nobody here may say so.
 */
static __attribute__((unused)) void bench_up_sealed(struct bench *b)
{
    static struct sum_list list;
    struct merge_input input = {.id = id,
                                .measure = MEASURE_COUNT,
                                .mode = MODE_SUM,
                                .blind = true,
                                .sigma = 5,
                                .n_cells = COUNT_CELLS,
                                .list = &list,
                                .n_regions = 3,
                                .region = b->region};
    struct answer **answer[3] = {&b->many, &b->few, &b->refusal};
    static const char *const nodes[][2] = {{"01", "Stockholm"}, {"12", "Skåne"}, {"13", "Halland"}};

    memset(b, 0, sizeof(*b));
    b->arena = arena_new(1 << 20);
    list = (struct sum_list){.n = 3};
    for (size_t i = 0; i < 3; i++) {
        *answer[i] = answer_of(REGION_VALUE, 200);
        (*answer[i])->has_session = true;
        memcpy((*answer[i])->node, nodes[i][0], 3);
        memcpy(list.node[i], nodes[i][0], 3);
        b->region[i] =
            (struct answer_region){nodes[i][0], nodes[i][1], REGION_VALUE, NULL, *answer[i]};
    }
    assert_true(merge(&input, b->arena, &b->report, &b->err));
}

static __attribute__((unused)) void bench_down(struct bench *b)
{
    answer_free(b->many);
    answer_free(b->few);
    answer_free(b->refusal);
    bytes_clear(&b->out);
    arena_free(b->arena);
}

static __attribute__((unused)) const char *text(struct bench *b)
{
    bytes_add_u8(&b->out, 0);
    assert_false(b->out.failed);
    return (const char *)b->out.data;
}
