#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One region's signed answer in plain values.
 *
 * answer_open() verifies the node's signature against the roster and then reads those very bytes;
 * answer_fits() says whether it answers this question. Both are used alike by the coordinator and
 * by the analyst's own client. An answer is one allocation, owned by whoever holds the pointer.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/plan.h"
#include "proto/base/err.h"
#include "proto/query/region_state.h"
#include "proto/trust/keys.h"

#define ANSWER_CELLS_MAX 8192
#define ANSWER_CELL_MAX INT64_C(1000000000) /* no region has more persons, and noise is small */
#define ANSWER_TERMS_MAX 16
#define ANSWER_BYTES_MAX ((size_t)256 << 10) /* of its envelope */

struct answer_term {
    char system[24];
    char release[72];
};

/* Of the asking organisation at this node, as the node signed it. */
struct answer_balance {
    bool told;
    char dataset[72];
    char window[40]; /* the budget year */
    int64_t year_left_nrho;
    int64_t year_cap_nrho;
    int64_t lifetime_left_nrho;
    int64_t lifetime_cap_nrho;
};

struct answer {
    char node[NODE_BYTES];
    enum region_state state; /* as signed: value, declined, unsupported, failed or stale */
    char code[48];
    char reason[240];
    uint8_t question_hash[QUESTION_HASH_BYTES];
    enum mode mode;
    uint32_t sigma;
    int64_t price_nrho;
    int64_t budget_left_nrho;
    struct answer_balance balance;
    bool charged;     /* false: a repeat, already paid */
    bool has_session; /* sum */
    uint8_t session[32];
    bool has_snapshot;
    uint8_t snapshot[32];
    char snapshot_date[16];
    char assembly[16];
    uint32_t tested_share_percent;
    uint32_t display_below;
    uint32_t display_base;
    uint64_t log_index;           /* of the release's leaf */
    uint8_t signer[KEY_ID_BYTES]; /* the id of the node's key */
    size_t n_terms;
    struct answer_term term[ANSWER_TERMS_MAX];
    size_t n_cells; /* 0 unless state is value */
    int64_t *cell;  /* behind the struct */
    uint8_t *envelope;
    size_t envelope_bytes;
};

/*
 * How one region stands with its answer, from the coordinator's machine to the page: the same
 * struct in coord, outcome, merge and report, so that none of them can lose a part of it.
 */
struct answer_region {
    const char *node; /* "12" */
    const char *name; /* "Region Skåne"; NULL where nobody has looked it up yet */
    enum region_state state;
    const char *code;      /* why there is no value; NULL or "" */
    struct answer *answer; /* NULL without a counted one; its state is state but in a report */
};

/* An empty answer with this room, zeroed; NULL when memory is out. */
struct answer *answer_new(size_t n_cells, size_t envelope_bytes);
struct answer *answer_copy(const struct answer *answer); /* NULL when memory is out */
void answer_free(struct answer *answer);                 /* accepts NULL */

/* The answer in these bytes of an Envelope, which the node must have signed. */
bool answer_open(const struct roster *roster, const char *node, int64_t now_s,
                 const uint8_t *envelope, size_t envelope_bytes, struct answer **out,
                 struct err *err) MUST_CHECK;

/* The same without a look at the signature: for what was verified before it was stored. */
bool answer_parse(const uint8_t *envelope, size_t envelope_bytes, struct answer **out,
                  struct err *err) MUST_CHECK;

/* It answers this question, in its shape, and every cell is a possible figure. */
bool answer_fits(const struct answer *answer, const struct plan *plan, struct err *err) MUST_CHECK;
