#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: what each organisation has spent at this node, and every answer that was released.
 *
 * Amounts are whole nano-rho, so budgets add up exactly. Every function that writes runs inside the
 * caller's transaction (asserted), so that a charge and its audit leaf are one; the caller commits
 * durably before anything is computed. A release is paid once by each organisation and repeats are
 * free. A charge is given back in one case alone, by ledger_give_back(): its answer was not ready
 * at its time, which is a fault of the node, and nothing left. Budget years are opened by
 * ledger_open_window() alone: the clock grants nothing. Tables and rules: schemas/ledger; reference
 * privacy, section 4.4.
 *
 * A ledger belongs to one thread, and its database has one connection.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define LEDGER_HASH_BYTES 32
#define LEDGER_ID_BYTES 16
#define LEDGER_WINDOW_BYTES 33
#define LEDGER_ANSWER_MAX (1 << 20)
#define LEDGER_SEEN_MAX 1000000 /* question ids remembered; the oldest go first */

struct arena;
struct ledger;
struct sql_schema;
struct sqlite3;

/* The file that holds the ledger, for sql_open_own(). */
extern const struct sql_schema ledger_schema;

/* Takes the steps of ledger_schema that are missing. Borrows db. */
bool ledger_open(struct sqlite3 *db, struct ledger **out, struct err *err) MUST_CHECK;
void ledger_close(struct ledger *ledger);

struct ledger_policy {
    uint64_t version;
    const uint8_t *hash; /* 32 */
    const char *window;  /* budget years compare as text: "2026" < "2027" */
};
/*
 * Put a policy in force. A version or window older than the one in force, or another file under the
 * same version, is ERR_DENIED. *opened says whether anything was written.
 */
bool ledger_open_window(struct ledger *ledger, const struct ledger_policy *policy, int64_t now_s,
                        bool *opened, struct err *err) MUST_CHECK;

/* Who wants to release what. */
struct ledger_claim {
    uint8_t base_key[LEDGER_HASH_BYTES];
    uint8_t noise_key[LEDGER_HASH_BYTES];
    uint8_t family[LEDGER_HASH_BYTES]; /* the base key as it would be for this node alone */
    uint8_t snapshot[LEDGER_HASH_BYTES];
    uint8_t question_hash[LEDGER_HASH_BYTES];
    uint32_t mode;
    uint32_t sigma;
    const char *organisation;
    const char *dataset;
    const char *purpose;
    const char *permit; /* "" without one */
    int64_t nrho;
    int64_t now_s; /* for the record only */
};

struct ledger_caps {
    int64_t organisation_year_nrho;
    int64_t organisation_lifetime_nrho;
    int64_t node_year_nrho;
    int64_t permit_nrho;
};

enum ledger_outcome {
    LEDGER_CHARGED,     /* taken now: append the leaf and commit */
    LEDGER_PAID,        /* this organisation had paid; nothing written */
    LEDGER_NO_YEAR,     /* the organisation's budget of this window does not cover it */
    LEDGER_NO_LIFETIME, /* nor its lifetime budget */
    LEDGER_NO_PERMIT,   /* nor the permit's */
    LEDGER_NO_NODE,     /* nor the node's: only the fixed code may be told */
};

struct ledger_charge {
    enum ledger_outcome outcome;
    bool
        paid_by_this; /* the charge is this very question's, now or before: a retry says the same */
    bool released;    /* an answer is stored: ledger_find() has it */
    int64_t left_nrho; /* of the organisation in this window: after the charge if paid_by_this */
    int64_t lifetime_left_nrho;       /* likewise, of all windows */
    char window[LEDGER_WINDOW_BYTES]; /* the budget year of left_nrho */
};

/*
 * Take the price, or take nothing and say which cap it was. On LEDGER_CHARGED rows were written and
 * log_index is the audit leaf that the caller appends in this same transaction.
 */
bool ledger_take(struct ledger *ledger, const struct ledger_claim *claim,
                 const struct ledger_caps *caps, uint64_t log_index, struct ledger_charge *out,
                 struct err *err) MUST_CHECK;

/*
 * Take the charge of the claim's question back, and its id, so that every sum is what it would be
 * without it; the release goes too if nobody else paid for it and no answer is stored. The caller
 * has made sure that no figure of it left or will leave. ERR_INTERNAL when there is no such charge.
 */
bool ledger_give_back(struct ledger *ledger, const struct ledger_claim *claim,
                      struct err *err) MUST_CHECK;

/* Charges of the claim's question for other base keys: sets of participants of a sum. */
bool ledger_others(struct ledger *ledger, const struct ledger_claim *claim, uint64_t *others,
                   struct err *err) MUST_CHECK;
/* Whether this organisation has paid for any of the claim's family: any set of participants. */
bool ledger_family_paid(struct ledger *ledger, const struct ledger_claim *claim, bool *paid,
                        struct err *err) MUST_CHECK;

struct ledger_answer {
    const uint8_t *data;
    size_t size;
    uint64_t log_index;                   /* of the release's leaf */
    uint8_t noise_key[LEDGER_HASH_BYTES]; /* that the noise was drawn by */
    uint8_t seal[LEDGER_HASH_BYTES];      /* key of the leaf's hash; written, and not found again */
};
/* Keep the released bytes. A release has one answer for ever: a second one is ERR_INTERNAL. */
bool ledger_release(struct ledger *ledger, const uint8_t base_key[static LEDGER_HASH_BYTES],
                    const struct ledger_answer *answer, struct err *err) MUST_CHECK;
/* The stored answer, its bytes in the arena. *found is false before release. */
bool ledger_find(struct ledger *ledger, const uint8_t base_key[static LEDGER_HASH_BYTES],
                 struct arena *arena, struct ledger_answer *out, bool *found,
                 struct err *err) MUST_CHECK;

/* What the organisation has left of cap_nrho in the window in force. */
bool ledger_left(struct ledger *ledger, const char *organisation, const char *dataset,
                 int64_t cap_nrho, int64_t *left_nrho, struct err *err) MUST_CHECK;
/* Sum of all charges, and their number: for audits and tests. */
bool ledger_spent(struct ledger *ledger, int64_t *nrho, uint64_t *charges,
                  struct err *err) MUST_CHECK;

enum ledger_seen { LEDGER_FRESH, LEDGER_SAME, LEDGER_OTHER };
/*
 * Was this question id used? SAME: by those very bytes, and base_key becomes what they were charged
 * for (the snapshot may be another by now); OTHER: by other bytes, which is a replay.
 */
bool ledger_recall(struct ledger *ledger, const uint8_t id[static LEDGER_ID_BYTES],
                   const uint8_t question_hash[static LEDGER_HASH_BYTES],
                   uint8_t base_key[static LEDGER_HASH_BYTES], enum ledger_seen *seen,
                   struct err *err) MUST_CHECK;
/* Remember the id of a question that was charged, or had been. */
bool ledger_remember(struct ledger *ledger, const uint8_t id[static LEDGER_ID_BYTES],
                     const uint8_t question_hash[static LEDGER_HASH_BYTES],
                     const uint8_t base_key[static LEDGER_HASH_BYTES], struct err *err) MUST_CHECK;
