#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A region's signed answer as plain values.
 *
 * answer_open() verifies the node's signature with the roster and then parses exactly the verified
 * bytes; answer_fits() decides whether the answer is one to this question. The coordinator and the
 * analyst's client both use them. An answer is one allocation, which its holder frees.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/plan.h"
#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/query/region_state.h"
#include "proto/trust/keys.h"
#include "proto/trust/roster.h"

#define ANSWER_CELLS_MAX 8000
#define ANSWER_CELL_MAX INT64_C(1000000000) /* more than any region's persons plus noise */
#define ANSWER_TERMS_MAX 16
#define ANSWER_BYTES_MAX ((size_t)256 << 10) /* bytes of the answer's envelope */

struct answer_term {
    char system[24];
    char release[72];
};

/* The budget of the asking organisation at this node, as the node signed it. */
struct answer_balance {
    bool told;
    char dataset[72];
    char window[40]; /* the budget year */
    int64_t year_left_nrho;
    int64_t year_cap_nrho;
    int64_t lifetime_left_nrho;
    int64_t lifetime_cap_nrho;
    int64_t person_year_nrho; /* of one person's account; 0: the organisation pays for everybody */
    int64_t person_lifetime_nrho;
};
/*
 * Could everybody pay, by what the organisation has asked? True where that is no more than one
 * person may spend; false where it is not known: who had nothing left was left out, and figures can
 * be too low. A region that lost its books, or drew a failed question again, took more of persons.
 */
bool answer_everybody_could_pay(const struct answer_balance *balance);
/*
 * How many more counts of this sigma of the menu leave everybody able to pay, whomever they are
 * about: a person who was in all that the organisation has asked has paid that much. 0 where it is
 * not known, and where persons have no accounts.
 */
int64_t answer_counts_for_all(const struct answer_balance *balance, uint32_t sigma);

struct answer {
    char node[NODE_BYTES];
    enum region_state state; /* the signed state: value, declined, unsupported, failed or stale */
    char code[48];
    char reason[240];
    uint8_t question_hash[QUESTION_HASH_BYTES];
    enum mode mode;
    uint32_t sigma;
    uint32_t sigma_undetermined;
    uint32_t sigma_total;
    int64_t price_nrho;
    int64_t budget_left_nrho;
    struct answer_balance balance;
    bool charged;     /* false: it repeats an answer that was paid for before */
    bool has_session; /* set for a sum */
    uint8_t session[32];
    bool has_snapshot;
    uint8_t snapshot[32];
    char snapshot_date[16];
    char assembly[16];
    uint32_t tested_share_percent;
    uint32_t display_below;
    uint32_t display_base;
    uint64_t log_index;           /* of the leaf of the asker's own charge in the node's log */
    uint8_t signer[KEY_ID_BYTES]; /* the id of the node's key */
    size_t n_terms;
    struct answer_term term[ANSWER_TERMS_MAX];
    size_t n_cells; /* 0 unless state is value */
    int64_t *cell;  /* points behind the struct */
    uint8_t *envelope;
    size_t envelope_bytes;
};

/*
 * The state of one region and its answer, from the coordinator's machine to the page. coord,
 * outcome, merge and report use the same struct, so that none of them can lose a part of it.
 */
struct answer_region {
    const char *node; /* "12" */
    const char *name; /* "Region Skåne"; NULL until it is looked up */
    enum region_state state;
    const char *code;      /* why there is no value; NULL or "" */
    struct answer *answer; /* NULL unless an answer is counted; its state equals `state` except in a
                            * report */
};

/*
 * The budget by which persons pay for these figures. NULL: nobody does, or there are no figures.
 */
const struct answer_balance *answer_accounts(const struct answer *answer); /* accepts NULL */

/* An empty, zeroed answer with this room. NULL when memory is out. */
struct answer *answer_new(size_t n_cells, size_t envelope_bytes);
struct answer *answer_copy(const struct answer *answer); /* NULL when memory is out */
void answer_free(struct answer *answer);                 /* accepts NULL */

/* Opens an answer in these bytes of an Envelope, which the node must have signed. */
bool answer_open(struct roster_view from, struct bytes_view envelope, struct answer **out,
                 struct err *err) MUST_CHECK;

/*
 * The same without checking the signature, for answers that were verified before they were stored.
 */
bool answer_parse(const uint8_t *envelope, size_t envelope_bytes, struct answer **out,
                  struct err *err) MUST_CHECK;

/* True when it answers this question: it has its shape, and every cell has a possible value. */
bool answer_fits(const struct answer *answer, const struct plan *plan, struct err *err) MUST_CHECK;
