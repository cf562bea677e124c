#pragma once
/*
 * The ledger: what each organisation has spent at this node, and every answer that was released.
 *
 * Amounts are whole nano-rho, so budgets add up exactly. Every function that writes runs inside the
 * caller's transaction (asserted), so that a charge and its audit leaf are one; the caller commits
 * durably before anything is computed. A release is paid once by each organisation and repeats are
 * free; nothing is ever refunded. Budget years are opened by ledger_open_window() alone: the clock
 * grants nothing. Tables and rules: reference privacy, section 4.4; schemas/ledger.
 *
 * A ledger belongs to one thread, and its database has one connection.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define LEDGER_HASH_BYTES 32
#define LEDGER_ID_BYTES 16
#define LEDGER_ANSWER_MAX (1 << 20)

struct ledger;
struct sqlite3;

/* Creates or steps up the schema. Borrows db, which must outlive the ledger. */
bool ledger_open(struct sqlite3 *db, struct ledger **out, struct err *err) MUST_CHECK;
void ledger_close(struct ledger *ledger);

/*
 * A policy of this version and hash is in force, with this budget window. A version or window that
 * is older than the one in force is ERR_DENIED. *opened says whether anything was written.
 */
struct ledger_policy {
    uint64_t version;
    const uint8_t *hash; /* 32 */
    const char *window;
};
bool ledger_open_window(struct ledger *ledger, const struct ledger_policy *policy, int64_t now_s,
                        bool *opened, struct err *err) MUST_CHECK;

/* Who wants to release what. */
struct ledger_claim {
    uint8_t base_key[LEDGER_HASH_BYTES];
    uint8_t noise_key[LEDGER_HASH_BYTES];
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
    bool released;     /* an answer is stored: ledger_answer() has it */
    int64_t left_nrho; /* of the organisation in this window, after this charge */
    uint8_t noise_key[LEDGER_HASH_BYTES]; /* that of the first charge: noise is drawn by it */
};

/*
 * Take the price, or take nothing and say which cap it was. On LEDGER_CHARGED rows were written and
 * log_index is the audit leaf that the caller appends in this same transaction.
 */
bool ledger_take(struct ledger *ledger, const struct ledger_claim *claim,
                 const struct ledger_caps *caps, uint64_t log_index, struct ledger_charge *out,
                 struct err *err) MUST_CHECK;

/* Keep the released bytes. A release has one answer for ever: a second one is ERR_INTERNAL. */
bool ledger_release(struct ledger *ledger, const uint8_t base_key[static LEDGER_HASH_BYTES],
                    const void *answer, size_t size, uint64_t log_index,
                    struct err *err) MUST_CHECK;
/* The stored bytes, into the caller's buffer. *found is false before release. */
bool ledger_answer(struct ledger *ledger, const uint8_t base_key[static LEDGER_HASH_BYTES],
                   void *answer, size_t room, size_t *size, bool *found,
                   struct err *err) MUST_CHECK;

/* What the organisation has left of the window in force. */
bool ledger_left(struct ledger *ledger, const char *organisation, const char *dataset,
                 int64_t cap_nrho, int64_t *left_nrho, struct err *err) MUST_CHECK;
/* Sum of all charges, and their number: for audits and tests. */
bool ledger_spent(struct ledger *ledger, int64_t *nrho, uint64_t *charges,
                  struct err *err) MUST_CHECK;

enum ledger_seen { LEDGER_FRESH, LEDGER_SAME, LEDGER_OTHER };
/*
 * Remember a question id with the hash of its bytes. SAME: those very bytes came before
 * (idempotent); OTHER: other bytes under the same id, which is a replay. Ids are forgotten once
 * expired at now_s.
 */
bool ledger_see(struct ledger *ledger, const uint8_t id[static LEDGER_ID_BYTES],
                const uint8_t question_hash[static LEDGER_HASH_BYTES], int64_t expires_s,
                int64_t now_s, enum ledger_seen *seen, struct err *err) MUST_CHECK;
