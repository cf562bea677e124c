#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: what each organisation has spent at this node, and every answer that was released.
 *
 * Amounts are whole nano-rho, so budgets add up exactly. An account is an organisation's at this
 * node, whatever a policy calls its data set. Every function that writes runs inside the
 * caller's transaction (asserted), so that a charge and its audit leaf are committed together; the
 * caller commits durably before anything is computed. Each organisation pays once for a release;
 * its repeats are free. ledger_give_back() gives a charge back in one case only: the answer was not
 * ready at its slot, by a fault of the node, and was not sent. Only ledger_open_window() opens a
 * budget year: the clock never does. Tables and rules: schemas/ledger; reference privacy, section
 * 4.4.
 *
 * A ledger belongs to one thread, and its database has one connection.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define LEDGER_HASH_BYTES 32
#define LEDGER_ID_BYTES 16
#define LEDGER_WINDOW_BYTES 33
#define LEDGER_DATASET_BYTES 65
#define LEDGER_PARTICIPANTS_BYTES 1100
#define LEDGER_ANSWER_MAX (1 << 20)
#define LEDGER_SEEN_MAX 1000000 /* question ids remembered; the oldest are forgotten first */

struct arena;
struct ledger;
struct sql_schema;
struct sqlite3;

/* The schema of the ledger's file, for sql_open_own(). */
extern const struct sql_schema ledger_schema;

/* Runs the missing steps of ledger_schema. Borrows db. */
bool ledger_open(struct sqlite3 *db, struct ledger **out, struct err *err) MUST_CHECK;
void ledger_close(struct ledger *ledger);

struct ledger_policy {
    uint64_t version;
    const uint8_t *hash; /* 32 */
    const char *window;  /* a year as text, "2026", so that a later window is greater as text;
                            ledger_in_force_window_is_year() */
    const char *dataset; /* what the policy calls its data set; "": it has none */
};
/*
 * Puts a policy in force. ERR_DENIED when its version or window is older than the one in force, or
 * when another file has the same version. *opened: something was written.
 */
bool ledger_open_window(struct ledger *ledger, const struct ledger_policy *policy, int64_t now_s,
                        bool *opened, struct err *err) MUST_CHECK;

/* Who wants to pay for which release. */
struct ledger_claim {
    uint8_t base_key[LEDGER_HASH_BYTES];
    uint8_t noise_key[LEDGER_HASH_BYTES];
    uint8_t family[LEDGER_HASH_BYTES]; /* the same for all sets of participants */
    uint8_t snapshot[LEDGER_HASH_BYTES];
    uint8_t question_hash[LEDGER_HASH_BYTES];
    uint32_t mode;
    uint32_t sigma;
    const char *organisation;
    const char *dataset;
    const char *purpose;
    const char *permit; /* "" when the question names none */
    int64_t nrho;
    int64_t now_s;                  /* for the record only */
    const char *participants;       /* of a sum, "01,12,13"; NULL: not known, or no sum */
    const uint8_t *participants_id; /* 32 bytes; NULL as participants */
};

struct ledger_caps {
    int64_t organisation_year_nrho;
    int64_t organisation_lifetime_nrho;
    int64_t node_year_nrho;
    int64_t permit_nrho;
};

enum ledger_outcome {
    LEDGER_CHARGED,     /* taken now: append the leaf and commit */
    LEDGER_PAID,        /* this organisation paid before; nothing was written */
    LEDGER_NO_YEAR,     /* the organisation's budget of this window does not cover it */
    LEDGER_NO_LIFETIME, /* its lifetime budget does not cover it */
    LEDGER_NO_PERMIT,   /* the permit's budget does not cover it */
    LEDGER_NO_NODE,     /* the node's budget does not; the asker may be told only the fixed code */
};

struct ledger_charge {
    enum ledger_outcome outcome;
    bool paid_by_this;  /* this very question made the charge, now or before */
    bool released;      /* an answer is stored: ledger_find() has it */
    uint64_t log_index; /* of the leaf of this organisation's charge, now or before */
    int64_t left_nrho;  /* the organisation's in this window: after the charge if paid_by_this */
    int64_t lifetime_left_nrho;       /* as left_nrho, over all windows */
    char window[LEDGER_WINDOW_BYTES]; /* the budget year of left_nrho */
};

/*
 * Takes the price, or takes nothing and says which cap refused it. After LEDGER_CHARGED the caller
 * must append the audit leaf with index log_index in the same transaction.
 */
bool ledger_take(struct ledger *ledger, const struct ledger_claim *claim,
                 const struct ledger_caps *caps, uint64_t log_index, struct ledger_charge *out,
                 struct err *err) MUST_CHECK;

/*
 * Gives back the charge of the claim's question and forgets its id, so that every sum is as before
 * the charge. The release is deleted too if nobody else paid for it and no answer is stored. The
 * caller must be sure that no figure of it was or will be sent. ERR_INTERNAL when there is no such
 * charge.
 */
bool ledger_give_back(struct ledger *ledger, const struct ledger_claim *claim,
                      struct err *err) MUST_CHECK;

/*
 * The number of charges of the claim's question for other base keys, that is, for other sets of
 * participants of a sum.
 */
bool ledger_others(struct ledger *ledger, const struct ledger_claim *claim, uint64_t *others,
                   struct err *err) MUST_CHECK;
/* Has this organisation paid for the claim's family, that is, for any set of participants? */
bool ledger_family_paid(struct ledger *ledger, const struct ledger_claim *claim, bool *paid,
                        struct err *err) MUST_CHECK;

/* Participants of a sum that an organisation has paid for. */
struct ledger_set {
    uint8_t id[LEDGER_HASH_BYTES];
    char participants[LEDGER_PARTICIPANTS_BYTES];
};
/* Those of the claim's family, the newest first, at most `room`. */
bool ledger_family_sets(struct ledger *ledger, const struct ledger_claim *claim,
                        struct ledger_set *out, size_t room, size_t *n, struct err *err) MUST_CHECK;

struct ledger_answer {
    const uint8_t *data;
    size_t size;
    uint64_t log_index;                   /* index of the release's leaf */
    uint8_t noise_key[LEDGER_HASH_BYTES]; /* key by which the noise was drawn */
    uint8_t seal[LEDGER_HASH_BYTES];      /* key of the leaf's hash; ledger_find() leaves it out */
};
/*
 * Stores the released bytes. A release has only one answer: storing a second one is ERR_INTERNAL.
 */
bool ledger_release(struct ledger *ledger, const uint8_t base_key[static LEDGER_HASH_BYTES],
                    const struct ledger_answer *answer, struct err *err) MUST_CHECK;
/* The stored answer, its bytes in the arena. *found is false when none is stored yet. */
bool ledger_find(struct ledger *ledger, const uint8_t base_key[static LEDGER_HASH_BYTES],
                 struct arena *arena, struct ledger_answer *out, bool *found,
                 struct err *err) MUST_CHECK;

/* What the organisation has left of cap_nrho in the window in force. */
bool ledger_left(struct ledger *ledger, const char *organisation, int64_t cap_nrho,
                 int64_t *left_nrho, struct err *err) MUST_CHECK;
/* What is charged to an organisation, or to all ("") together. */
struct ledger_total {
    char window[LEDGER_WINDOW_BYTES]; /* the budget year in force */
    int64_t year_nrho;                /* in it */
    int64_t life_nrho;                /* over all years */
};
bool ledger_total(struct ledger *ledger, const char *organisation, struct ledger_total *out,
                  struct err *err) MUST_CHECK;
/* Sum of all charges, and their number: for audits and tests. */
bool ledger_spent(struct ledger *ledger, int64_t *nrho, uint64_t *charges,
                  struct err *err) MUST_CHECK;

enum ledger_seen { LEDGER_FRESH, LEDGER_SAME, LEDGER_OTHER };
/*
 * Was this question id used? LEDGER_SAME: by the same bytes; base_key becomes what they were
 * charged for, even if the snapshot has changed since. LEDGER_OTHER: by other bytes, which is a
 * replay.
 */
bool ledger_recall(struct ledger *ledger, const uint8_t id[static LEDGER_ID_BYTES],
                   const uint8_t question_hash[static LEDGER_HASH_BYTES],
                   uint8_t base_key[static LEDGER_HASH_BYTES], enum ledger_seen *seen,
                   struct err *err) MUST_CHECK;
/* Remembers the id of a question that is charged now or was before. */
bool ledger_remember(struct ledger *ledger, const uint8_t id[static LEDGER_ID_BYTES],
                     const uint8_t question_hash[static LEDGER_HASH_BYTES],
                     const uint8_t base_key[static LEDGER_HASH_BYTES], struct err *err) MUST_CHECK;
