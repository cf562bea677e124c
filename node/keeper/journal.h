#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal: ledger and audit log in D/ledger.db, written together. Each function that writes is
 * one transaction, durable when it returns: a charge with its leaf, an answer with its leaf.
 *
 * When the leaf cannot be written, nothing happened. A failed sync is final: the process ends and
 * recovers from the disk (reference: reliability, P13). One thread, one connection.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/audit/leaf.h"
#include "node/privacy/ledger.h"
#include "node/privacy/rate.h"
#include "proto/base/err.h"

struct arena;
struct audit;
struct journal;

bool journal_open(const char *path, struct journal **out, struct err *err) MUST_CHECK;
void journal_close(struct journal *journal); /* accepts NULL */
struct audit *journal_audit(struct journal *journal);
struct ledger *journal_ledger(struct journal *journal);
/* True after a failure that leaves the disk's state unknown: nothing more may be answered. */
bool journal_broken(const struct journal *journal);

/* Put a policy in force; a leaf when it is new. */
bool journal_policy(struct journal *journal, const struct ledger_policy *policy, int64_t now_s,
                    struct err *err) MUST_CHECK;
/* Any other event: a refusal, a roster, a snapshot. */
bool journal_note(struct journal *journal, const struct leaf *leaf, struct err *err) MUST_CHECK;
/* The number (nrho) of the newest admin leaf with this note; 0 when there is none. Reads the log
 * from its end. */
bool journal_noted(struct journal *journal, const char *note, uint64_t *number,
                   struct err *err) MUST_CHECK;
/* The same of the file at path, only read, beside a running keeper too; 0 where there is none. */
bool journal_noted_at(const char *path, const char *note, uint64_t *number,
                      struct err *err) MUST_CHECK;

struct journal_charge {
    struct ledger_claim claim;
    struct ledger_caps caps;
    uint8_t question_id[LEDGER_ID_BYTES];
    const char *analyst;
    struct rate_limits rate; /* of the analyst */
    uint32_t sets_max; /* sum: how many sets of participants one question may pay for; 0: no sum */
};

struct journal_receipt {
    enum ledger_seen seen; /* LEDGER_OTHER: the id was used before; nothing was done */
    bool too_many;         /* one set of participants more than sets_max; nothing was done */
    int64_t wait_s;        /* the analyst's rate is used up for so long; nothing was done */
    struct ledger_charge charge;
    bool
        elsewhere; /* the same bytes were charged on another snapshot: only what is stored counts */
    uint8_t base_key[LEDGER_HASH_BYTES]; /* what was charged */
};

/* Take the price of a question, once for its id: durable before this returns. */
bool journal_take(struct journal *journal, const struct journal_charge *charge,
                  struct journal_receipt *out, struct err *err) MUST_CHECK;
/*
 * What journal_take() would say, with nothing written, before it is known whose figure it will be:
 * paid if any set of participants was, and otherwise whether a new charge would be covered.
 */
bool journal_look(struct journal *journal, const struct journal_charge *charge,
                  struct journal_receipt *out, struct err *err) MUST_CHECK;
/*
 * Keep the answer's bytes, with their leaf, under charge->claim: durable before this returns. The
 * leaf's hash of them is keyed by 32 random bytes that stay in the ledger.
 */
bool journal_release(struct journal *journal, const struct journal_charge *charge,
                     const void *answer, size_t size, struct err *err) MUST_CHECK;
/*
 * Give back what journal_take() took for this receipt, with a leaf: durable before this returns.
 * Only for an answer that was not ready at its time and does not leave.
 */
bool journal_give_back(struct journal *journal, const struct journal_charge *charge,
                       const struct journal_receipt *receipt, struct err *err) MUST_CHECK;
/* The stored answer of a receipt that says `released`. */
bool journal_find(struct journal *journal, const struct journal_receipt *receipt,
                  struct arena *arena, struct ledger_answer *out, struct err *err) MUST_CHECK;
