#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When this node last had word that its roster is the newest (reference: privacy, section 5.2: pull
 * every 10 minutes, fail closed when 24 hours stale). Word is the coordinator's: it has brought
 * this roster, or says, asked by a pull, that it has no newer one. A revocation that does not reach
 * a node so stops it within a day.
 *
 *   D/roster.seen   of which version there was word, how old the word was, and when that was
 * written
 *
 * Two clocks count the age, and the greater one holds: CLOCK_MONOTONIC, which nobody can set back,
 * and wall time, which goes on while the machine sleeps. Written at every word and every pull, the
 * age survives a restart; a clock that went back between two runs makes it unknown, and unknown is
 * too old. Any word starts it anew, so no clock, right or wrong, locks a node for longer than the
 * next pull takes. A roster that has come by file (`enrol`) is as old as its date of issue, which
 * the root keys have signed. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/keys.h"

struct home;
struct roster;

#define FRESHNESS_EVERY_MS INT64_C(600000)
#define FRESHNESS_AGE_MAX_MS INT64_C(86400000)
#define FRESHNESS_PAUSE_MS INT64_C(5000) /* between two pulls, whatever happens */
#define FRESHNESS_SKEW_S 120             /* that a clock may be set back between two runs */

struct freshness {
    uint64_t version;   /* of which there was word */
    int64_t age_ms;     /* of the word, at the mark */
    int64_t mark_ms;    /* clock_mono_ms() */
    int64_t mark_s;     /* clock_wall_s() */
    int64_t next_ms;    /* when to pull */
    int64_t request_ms; /* when it last did; 0: never */
    uint64_t claimed;   /* an analyst has signed a question made with this version; 0: none */
    struct key_id claimant;
};

/* From D/roster.seen. One that cannot be read is no word. */
bool freshness_open(const struct home *home, const struct roster *roster, struct freshness *out,
                    struct err *err) MUST_CHECK;
/* May the node answer? ERR_UNAVAILABLE when the word is older than a day. */
bool freshness_allows(const struct freshness *freshness, struct err *err) MUST_CHECK;
/*
 * The coordinator's word that this version, which is ours, is the newest. It is none, and false,
 * while an analyst's signature says otherwise.
 */
bool freshness_word(struct freshness *freshness, const struct home *home, uint64_t version,
                    struct err *err) MUST_CHECK;
/* By this key an analyst has signed a question made with a version that we lack: pull at once. */
void freshness_claim(struct freshness *freshness, uint64_t version, const struct key_id *by);
/*
 * A newer roster comes in the place of an old one: what somebody claimed whom it takes away is
 * dropped. Who claims a version that there is not so stops nobody for longer than until the network
 * has revoked the key.
 */
void freshness_replace_roster(struct freshness *freshness, const struct roster *old,
                              const struct roster *now);

/* Milliseconds until the next pull, 0 when it is due. */
int64_t freshness_wait_ms(const struct freshness *freshness, int64_t now_ms);
/* It goes now. */
void freshness_pulled(struct freshness *freshness, const struct home *home);
/* The next one is due at once, or a pause after the last. */
void freshness_hurry(struct freshness *freshness);
