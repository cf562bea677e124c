#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the coordinator last confirmed that this node's roster is the newest (reference: privacy,
 * section 5.2: pull every 10 minutes, fail closed when 24 hours stale). The coordinator confirms by
 * sending the roster, or by answering a pull that it has no newer one. So a node that a revocation
 * does not reach stops answering within a day.
 *
 * D/roster.seen holds the roster version that was confirmed, the age of the confirmation, and the
 * time at which the file was written.
 *
 * Two clocks count the age, and the greater age holds: CLOCK_MONOTONIC, which nobody can set back,
 * and wall time, which goes on while the machine sleeps. The age is written at each confirmation
 * and each pull, so it survives a restart. If the clock went back between two runs, the age is
 * unknown and counts as too old. A new confirmation sets the age to 0, so a wrong clock locks the
 * node only until the next pull is answered. A roster that was installed from a file (`enrol`) is
 * as old as its date of issue, which the root keys have signed. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/keys.h"

struct home;
struct roster;

#define FRESHNESS_EVERY_MS INT64_C(600000)
#define FRESHNESS_AGE_MAX_MS INT64_C(86400000)
#define FRESHNESS_PAUSE_MS INT64_C(5000) /* least time between two pulls */
#define FRESHNESS_SKEW_S 120             /* how far a clock may go back between two runs */

struct freshness {
    uint64_t version;   /* roster version that was confirmed */
    int64_t age_ms;     /* age of the confirmation at mark_ms */
    int64_t mark_ms;    /* clock_mono_ms() */
    int64_t mark_s;     /* clock_wall_s() */
    int64_t next_ms;    /* when the next pull is due */
    int64_t request_ms; /* when the last pull was sent; 0: never */
    uint64_t claimed;   /* newer version that a signed question of an analyst names; 0: none */
    struct key_id claimant;
};

/* Reads D/roster.seen. A file that cannot be read counts as no confirmation. */
bool freshness_open(const struct home *home, const struct roster *roster, struct freshness *out,
                    struct err *err) MUST_CHECK;
/* May the node answer? ERR_UNAVAILABLE when the last confirmation is more than a day old. */
bool freshness_allows(const struct freshness *freshness, struct err *err) MUST_CHECK;
/*
 * Takes the coordinator's word that this version, which is ours, is the newest. It does not count,
 * and the result is false, while a signed question of an analyst names a newer version.
 */
bool freshness_word(struct freshness *freshness, const struct home *home, uint64_t version,
                    struct err *err) MUST_CHECK;
/*
 * The analyst with this key has signed a question that names a newer version than ours: pull at
 * once.
 */
void freshness_claim(struct freshness *freshness, uint64_t version, const struct key_id *by);
/*
 * Takes note that a newer roster has replaced the old one. The version that an analyst claimed is
 * dropped when the new roster no longer has that analyst. So an analyst who claims a version that
 * does not exist stops the node only until the key is revoked.
 */
void freshness_replace_roster(struct freshness *freshness, const struct roster *old,
                              const struct roster *now);

/* Milliseconds until the next pull, 0 when it is due. */
int64_t freshness_wait_ms(const struct freshness *freshness, int64_t now_ms);
/* Notes that a pull is sent now. */
void freshness_pulled(struct freshness *freshness, const struct home *home);
/* Makes the next pull due at once, or FRESHNESS_PAUSE_MS after the last one. */
void freshness_hurry(struct freshness *freshness);
