#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a question may count: from its purpose, the kind of organisation that asks and its permit,
 * as one test of masks (node/store/consent.h), and the overlay of refusals since the snapshot.
 *
 * What the test looks at is in the keys of the question (consent_population, consent_overlay): a
 * question that is asked of other persons has other noise. One thread.
 */
#include <stdint.h>

#include "node/evaluate/population.h"
#include "node/keeper/file_id.h"
#include "proto/base/err.h"

struct arena;
struct home;
struct overlay;

struct consent_asker {
    const char *purpose;
    const char *role;
    const char *permit;  /* "" without one */
    bool unrecorded;     /* policy_counts_unrecorded() */
    const char *disease; /* of the question, disease_check() has passed it; "" or NULL: none */
};

/*
 * research and every purpose that is not named here need HEALTH, care-quality QUALITY, and
 * statistics, planning and preparedness STATISTICS. Blocks, opt-outs, persons whom another node
 * counts and RS are always forbidden; IRB without a permit; NCU and NPUNCU unless the role is
 * national-analyst or care-quality. DS is enough for HEALTH where the question names a disease
 * that lies under the consent's (node/evaluate/population.h), and for nothing else.
 */
struct eligibility consent_eligibility(const struct consent_asker *asker, int64_t now_s);
/* Can a person be counted for this purpose because the question names a disease? */
bool consent_takes_disease(const char *purpose);
/* The region's own staff on their own machine: everybody but blocks and opt-outs. */
struct eligibility consent_own_staff(void);

/*
 * The population's name for the keys: the policy's word for it and the test, with its disease.
 * NULL: no memory.
 */
const char *consent_population(const char *policy, const struct eligibility *who,
                               struct arena *arena);
/* What changes between snapshots: the overlay's sequence and the day. */
uint64_t consent_overlay(const struct eligibility *who);

/* D/overlay as the keeper has it open. */
struct consent_file {
    struct overlay *overlay; /* NULL before the first consent_refresh() */
    struct file_id file_id;
    bool missed;    /* it was there and is gone: said once */
    uint64_t noted; /* highest sequence that the audit log has, which outlives the process */
};

/* Of the leaf that says that an overlay is in force; its number is the sequence. */
#define CONSENT_NOTE "overlay of blocks and withdrawals"

/*
 * Look whether D/overlay changed. One that is gone or has a lower sequence leaves the old one in
 * force; one that cannot be read is an error: nothing is answered until it can.
 */
bool consent_refresh(struct consent_file *file, const struct home *home,
                     struct err *err) MUST_CHECK;
/* False, ERR_UNAVAILABLE, while a newer overlay than this one was in force here before: persons who
 * refused would be counted. */
bool consent_is_whole(const struct consent_file *file, struct err *err) MUST_CHECK;
void consent_close(struct consent_file *file);

/*
 * D/overlay for a reader beside the keeper: ERR_DENIED while it is missing or older than the newest
 * that D/ledger.db says was in force. Caller: overlay_free().
 */
bool consent_read(const struct home *home, struct overlay **out, struct err *err) MUST_CHECK;
