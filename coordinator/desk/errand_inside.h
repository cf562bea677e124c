#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An errand as errand.c and errand_json.c see it; for these two alone. What stands under the
 * board's lock is read with it held.
 */
#include "coordinator/analyst/asking.h"
#include "coordinator/desk/errand.h"
#include "coordinator/desk/form.h"
#include "proto/query/protocol.h"
#include "proto/query/region_state.h"

enum errand_stage { STAGE_OPEN, STAGE_COMPLETE, STAGE_WITHDRAWN, STAGE_FAILED };

struct errand_region {
    char node[NODE_BYTES];
    const char *name; /* in the roster */
    enum region_state state;
    char code[48];
    int64_t ms;
};

struct errand {
    struct errand_board *board;
    /* below: its thread's alone, once it runs */
    struct session session;
    struct form form;
    struct protocol protocol;
    struct asking asking;
    char *form_text; /* the body, for the history */
    int64_t asked_s;
    struct bytes csv, tsv, receipt;
    /* below: under the board's lock */
    uint8_t id[QUESTION_ID_BYTES];
    enum errand_stage stage;
    bool leaving; /* somebody withdrew it */
    int64_t seq;
    int64_t began_ms;
    int64_t ended_ms; /* 0: not yet */
    size_t n_regions;
    struct errand_region region[REGIONS_MAX];
    struct bytes document; /* the verified answer so far */
    cJSON *headline;       /* of the summary; NULL: none yet */
    struct err problem;    /* STAGE_FAILED */
};

/* The document State. NULL when memory is out. */
cJSON *errand_state_json(const struct errand *errand);
/* What the history lists of it (Asked); the caller frees it with cJSON_free(). NULL: no memory. */
char *errand_summary(const struct errand *errand);
/* The total's first figure and the price, from the verified document. NULL when memory is out. */
cJSON *errand_headline(const struct bytes *document);
