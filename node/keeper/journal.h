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

#include "node/audit/gist.h"
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
/* True after a failure that leaves the disk's state unknown. The node must not answer after it. */
bool journal_broken(const struct journal *journal);

/* Puts a policy in force, and writes a leaf when the policy is new. */
bool journal_policy(struct journal *journal, const struct ledger_policy *policy, int64_t now_s,
                    struct err *err) MUST_CHECK;
/* Writes the leaf of any other event: a refusal, a roster, a snapshot. */
bool journal_note(struct journal *journal, const struct leaf *leaf, struct err *err) MUST_CHECK;
/*
 * The number (field nrho) of the newest admin leaf with this note; 0 when there is none. Reads the
 * log from its end.
 */
bool journal_noted(struct journal *journal, const char *note, uint64_t *number,
                   struct err *err) MUST_CHECK;
/*
 * As journal_noted(), for the ledger file at path, opened read-only; a keeper may be running. 0
 * when there is no file.
 */
bool journal_noted_at(const char *path, const char *note, uint64_t *number,
                      struct err *err) MUST_CHECK;

/*
 * Copies leaves of the log of counts that this log lacks, at most `most`; *taken: how many it has
 * now. ERR_DENIED when that log went back, or is another one than was copied so far.
 */
bool journal_take_counts(struct journal *journal, struct audit *counts, uint64_t most,
                         uint64_t *taken, struct err *err) MUST_CHECK;

struct journal_charge {
    struct ledger_claim claim;
    struct ledger_caps caps;
    uint8_t question_id[LEDGER_ID_BYTES];
    const char *analyst;
    struct gist gist;        /* for the charge's leaf; without a role: none */
    struct rate_limits rate; /* of the analyst */
    uint32_t sets_max;       /* sets of participants that one sum may pay for; 0: not a sum */
    int64_t work_wait_s;     /* seconds until its work may be done (effort.h); 0: now */
    uint8_t identity[LEDGER_HASH_BYTES]; /* of the question's canonical form */
};

struct journal_receipt {
    enum ledger_seen seen; /* LEDGER_OTHER: another question used the id; nothing was done */
    bool too_many;         /* this set would exceed sets_max; nothing was done */
    bool repeats_only;     /* journal_look(): only what was paid for with known participants */
    int64_t wait_s;        /* seconds until the rate allows a question; above 0: nothing was done */
    bool is_work;          /* wait_s is the organisation's, for its work */
    bool overran;          /* it was late on this snapshot before; nothing was done */
    struct ledger_charge charge;
    bool elsewhere; /* charged on another snapshot: only the stored answer counts */
    uint8_t base_key[LEDGER_HASH_BYTES]; /* the base key that was charged */
};

/* Takes the price of a question, once for each id. Durable when it returns. */
bool journal_take(struct journal *journal, const struct journal_charge *charge,
                  struct journal_receipt *out, struct err *err) MUST_CHECK;
/*
 * What journal_take() would do; writes nothing. For a sum whose participants are not known yet: the
 * outcome is paid if any set of participants was paid, else whether a new charge would be covered.
 * out->repeats_only: a set was paid for, and a new one would be refused.
 */
bool journal_look(struct journal *journal, const struct journal_charge *charge,
                  struct journal_receipt *out, struct err *err) MUST_CHECK;
/* The sets of participants that were paid for with this charge's family, the newest first. */
bool journal_sets(struct journal *journal, const struct journal_charge *charge,
                  struct ledger_set *out, size_t room, size_t *n, struct err *err) MUST_CHECK;
/*
 * Stores the answer's bytes and their leaf under charge->claim. Durable when it returns. The leaf
 * has a keyed hash of the bytes; its key, 32 random bytes, stays in the ledger.
 */
bool journal_release(struct journal *journal, const struct journal_charge *charge,
                     const void *answer, size_t size, struct err *err) MUST_CHECK;
/*
 * For an answer that was not ready at its slot and so is not sent: gives back what journal_take()
 * took for this receipt, if it took anything, with a leaf; and remembers the question, which is
 * refused on this snapshot from now on. Durable when it returns.
 */
bool journal_overran(struct journal *journal, const struct journal_charge *charge,
                     const struct journal_receipt *receipt, struct err *err) MUST_CHECK;
/* The stored answer; the receipt must say `released`. */
bool journal_find(struct journal *journal, const struct journal_receipt *receipt,
                  struct arena *arena, struct ledger_answer *out, struct err *err) MUST_CHECK;
