#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the keeper holds while it runs: for the files of node/keeper alone.
 *
 * One thread owns all of it. Nothing in here is shared with the network process.
 */
#include "node/keeper/consent.h"
#include "node/keeper/current_snapshot.h"
#include "node/keeper/freshness.h"
#include "node/keeper/home.h"
#include "node/keeper/journal.h"
#include "node/keeper/keeper.h"
#include "node/keeper/outbox.h"
#include "node/keeper/policy_state.h"
#include "node/keeper/sessions.h"
#include "node/keeper/witness.h"
#include "proto/trust/keys.h"
#include "proto/trust/roster.h"

#define KEEPER_ARENA_BYTES ((size_t)64 << 20) /* most that one question may take */
#define KEEPER_PROTOCOL 1
#define KEEPER_PATIENCE_MS 20000 /* with a link that neither reads nor ends its frame */

struct keeper {
    struct home home;
    int lock; /* D/keeper.lock */
    struct root_keys roots;
    struct roster *roster;
    struct freshness freshness; /* of the roster */
    struct policy_state policy_state;
    struct policy *policy; /* in force; NULL: none is, and everything is declined */
    struct secret_key *key;
    struct journal *journal;
    struct consent_file consent;
    bool stopped;            /* D/stopped is there: everything is declined */
    struct witness *witness; /* of our log, and we of others' */
    bool greeted;            /* a coordinator knows us: link-wide frames may go */
    struct current_snapshot published;
    struct outbox outbox;
    int64_t patience_ms;      /* KEEPER_PATIENCE_MS, but in tests */
    struct err unheard;       /* why the link could not be written to; ERR_NONE: it could */
    struct sessions sessions; /* between the rounds of sums */
    bool running;             /* has been opened whole */
};

/* What the witnesses' code looks at. */
struct witness_of keeper_witness_of(const struct keeper *keeper);
/*
 * Look whether policy, snapshot, overlay, the operator's decisions or D/stopped changed on disk. Of
 * a running keeper, a bad new policy or snapshot leaves the old one in force; of one that starts,
 * it is an error.
 */
bool keeper_refresh(struct keeper *keeper, struct err *err) MUST_CHECK;
/* Is D/stopped there now? What was seen for the first time is noted in the log of audit. */
bool keeper_stopped(struct keeper *keeper);
/*
 * Take in a newer signed roster; an older one is refused, the same one changes nothing. Either way
 * it is the coordinator's word that ours is the newest now.
 */
bool keeper_take_roster(struct keeper *keeper, const uint8_t *envelope, size_t size,
                        struct err *err) MUST_CHECK;
