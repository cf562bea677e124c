#pragma once
/*
 * The books: ledger and audit log in D/ledger.db, written together. Each function that writes is
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
struct books;

bool books_open(const char *path, struct books **out, struct err *err) MUST_CHECK;
void books_close(struct books *books); /* accepts NULL */
struct audit *books_audit(struct books *books);
struct ledger *books_ledger(struct books *books);
/* True after a failure that leaves the disk's state unknown: nothing more may be answered. */
bool books_broken(const struct books *books);

/* Put a policy in force; a leaf when it is new. */
bool books_policy(struct books *books, const struct ledger_policy *policy, int64_t now_s,
                  struct err *err) MUST_CHECK;
/* Any other event: a refusal, a roster, a snapshot. */
bool books_note(struct books *books, const struct leaf *leaf, struct err *err) MUST_CHECK;
/* The number (nrho) of the newest admin leaf with this note; 0 when there is none. Reads the log
 * from its end. */
bool books_noted(struct books *books, const char *note, uint64_t *number,
                 struct err *err) MUST_CHECK;
/* The same of the file at path, only read, beside a running keeper too; 0 where there is none. */
bool books_noted_at(const char *path, const char *note, uint64_t *number,
                    struct err *err) MUST_CHECK;

struct books_charge {
    struct ledger_claim claim;
    struct ledger_caps caps;
    uint8_t question_id[LEDGER_ID_BYTES];
    const char *analyst;
    struct rate_limits rate; /* of the analyst */
    uint32_t sets_max; /* sum: how many sets of participants one question may pay for; 0: no sum */
};

struct books_receipt {
    enum ledger_seen seen; /* LEDGER_OTHER: the id was used before; nothing was done */
    bool too_many;         /* one set of participants more than sets_max; nothing was done */
    int64_t wait_s;        /* the analyst's rate is used up for so long; nothing was done */
    struct ledger_charge charge;
    bool
        elsewhere; /* the same bytes were charged on another snapshot: only what is stored counts */
    uint8_t base_key[LEDGER_HASH_BYTES]; /* what was charged */
};

/* Take the price of a question, once for its id: durable before this returns. */
bool books_take(struct books *books, const struct books_charge *charge, struct books_receipt *out,
                struct err *err) MUST_CHECK;
/*
 * What books_take() would say, with nothing written, before it is known whose figure it will be:
 * paid if any set of participants was, and otherwise whether a new charge would be covered.
 */
bool books_look(struct books *books, const struct books_charge *charge, struct books_receipt *out,
                struct err *err) MUST_CHECK;
/*
 * Keep the answer's bytes, with their leaf, under charge->claim: durable before this returns. The
 * leaf's hash of them is keyed by 32 random bytes that stay in the ledger.
 */
bool books_release(struct books *books, const struct books_charge *charge, const void *answer,
                   size_t size, struct err *err) MUST_CHECK;
/* The stored answer of a receipt that says `released`. */
bool books_find(struct books *books, const struct books_receipt *receipt, struct arena *arena,
                struct ledger_answer *out, struct err *err) MUST_CHECK;
