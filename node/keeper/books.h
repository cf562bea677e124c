#pragma once
/*
 * The books: ledger and audit log in D/ledger.db, written together. Each function is one
 * transaction, durable when it returns: a charge with its leaf, an answer with its leaf, a refusal
 * with its leaf.
 *
 * When the leaf cannot be written, nothing happened. One thread, one connection.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/audit/leaf.h"
#include "node/privacy/ledger.h"
#include "proto/base/err.h"

struct books;

bool books_open(const char *path, struct books **out, struct err *err) MUST_CHECK;
void books_close(struct books *books);
struct audit *books_audit(struct books *books);
struct ledger *books_ledger(struct books *books);

/* Put a policy in force; a leaf when it is new. */
bool books_policy(struct books *books, const struct ledger_policy *policy, int64_t now_s,
                  struct err *err) MUST_CHECK;
/* Any other event: a refusal, a roster, a snapshot. */
bool books_note(struct books *books, const struct leaf *leaf, struct err *err) MUST_CHECK;

struct books_charge {
    struct ledger_claim claim;
    struct ledger_caps caps;
    uint8_t question_id[LEDGER_ID_BYTES];
    int64_t expires_s;
    const char *analyst;
};
struct books_result {
    enum ledger_seen seen; /* LEDGER_OTHER: nothing else was done */
    struct ledger_charge charge;
};
/* Remember the question's id and take its price: durable before this returns. */
bool books_take(struct books *books, const struct books_charge *charge, struct books_result *out,
                struct err *err) MUST_CHECK;
/* Keep the answer's bytes and their leaf: durable before this returns. */
bool books_release(struct books *books, const struct books_charge *charge, const void *answer,
                   size_t size, uint64_t *log_index, struct err *err) MUST_CHECK;
