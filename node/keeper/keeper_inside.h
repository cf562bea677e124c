#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of a running keeper; only the files of node/keeper include it.
 *
 * One thread owns all of it. Nothing in here is shared with the network process.
 */
#include "node/keeper/consent_rules.h"
#include "node/keeper/count_intake.h"
#include "node/keeper/current_snapshot.h"
#include "node/keeper/denials.h"
#include "node/keeper/freshness.h"
#include "node/keeper/home.h"
#include "node/keeper/journal.h"
#include "node/keeper/keeper.h"
#include "node/keeper/outbox.h"
#include "node/keeper/pinned_snapshots.h"
#include "node/keeper/policy_state.h"
#include "node/keeper/sum_session.h"
#include "node/keeper/turns.h"
#include "node/keeper/witness.h"
#include "proto/trust/keys.h"
#include "proto/trust/roster.h"

struct books;
struct buckets;
struct request;

#define KEEPER_ARENA_BYTES ((size_t)64 << 20) /* memory limit of one question */
#define KEEPER_PROTOCOL 1
#define KEEPER_PATIENCE_MS 20000 /* how long to wait for a link that is stuck */

struct keeper {
    struct count_intake counts;
    struct home home;
    int lock; /* D/keeper.lock */
    struct root_keys roots;
    struct roster *roster;
    struct freshness freshness; /* of the roster */
    struct policy_state policy_state;
    struct policy *policy; /* in force; NULL: there is none, and every question is declined */
    struct secret_key *key;
    struct journal *journal;
    struct books *books;    /* what each person has spent (bookkeeping.h) */
    int64_t books_write_ms; /* how long their last write took; 0: not known */
    struct consent_file consent;
    bool stopped;            /* D/stopped exists: every question is declined */
    struct witness *witness; /* for our own log, and for the logs that we witness */
    bool greeted;            /* hello was sent: frames that answer no question may go */
    struct current_snapshot current_snapshot; /* the newest */
    struct pinned_snapshots pinned_snapshots; /* of the releases that are open */
    struct buckets *attempts;                 /* of organisations, in a minute (effort.h) */
    struct buckets *works;
    struct denials denials; /* their leaves in this hour */
    struct turns turns;     /* questions that wait for this one thread */
    struct outbox outbox;
    int64_t announced_ms;         /* when the last release list or piece was due (announce.h) */
    int64_t patience_ms;          /* KEEPER_PATIENCE_MS; tests set a shorter time */
    struct err unheard;           /* why the last write to link failed; ERR_NONE: it did not */
    struct sum_sessions sessions; /* sums that wait for round two */
    bool running;                 /* the keeper has been opened completely */
};

/* Takes the staff's true counts into the log, when it is time to look for them. */
void keeper_take_counts(struct keeper *keeper);
/*
 * Answers a question of any mode but sum: request->answer is signed, or request->refusal says why
 * not. See keeper.c for the order of its steps.
 */
bool keeper_answer(struct keeper *keeper, struct request *request, struct err *err) MUST_CHECK;
/*
 * The data that this node tells of itself: of the newest release that it has pinned or, where the
 * roster has no calendar, what was published last. NULL when there are none.
 */
const struct current_snapshot *keeper_told(const struct keeper *keeper);
/* The arguments that the functions of witness.h take. */
struct witness_of keeper_witness_of(const struct keeper *keeper);
/*
 * Looks whether policy, snapshot, overlay, the operator's decisions or D/stopped changed on disk.
 * In a running keeper a bad new policy or snapshot leaves the old one in force; at the start it is
 * an error.
 */
bool keeper_refresh(struct keeper *keeper, struct err *err) MUST_CHECK;
/* Does D/stopped exist now? The first time, the stop is noted in the audit log. */
bool keeper_stopped(struct keeper *keeper);
/*
 * Takes over a newer signed roster. An older one is refused; the same one changes nothing. After
 * success the coordinator has confirmed that our roster is the newest.
 */
bool keeper_take_roster(struct keeper *keeper, const uint8_t *envelope, size_t size,
                        struct err *err) MUST_CHECK;
