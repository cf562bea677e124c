#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a question may count: from its purpose, the kind of organisation that asks and its permit,
 * as one test of masks (node/store/consent.h), and the overlay of refusals since the snapshot.
 *
 * All that the test depends on is part of the question's keys (consent_rules_population,
 * consent_rules_overlay), so a question about other persons draws other noise. One thread.
 */
#include <stdint.h>

#include "node/evaluate/population.h"
#include "node/keeper/file_id.h"
#include "proto/base/err.h"

struct arena;
struct home;
struct overlay;

struct consent_rules_asker {
    const char *purpose;
    const char *role;
    const char *permit;  /* "" without one */
    bool unrecorded;     /* policy_counts_unrecorded() */
    const char *disease; /* passed by disease_check(); "" or NULL: the question names none */
};

/*
 * Purposes need these permissions: care-quality needs QUALITY; statistics, planning and
 * preparedness need STATISTICS; research and all others need HEALTH.
 *
 * Always forbidden are blocks, opt-outs, RS, and persons whom another node counts. IRB is forbidden
 * without a permit; NCU and NPUNCU unless the role is national-analyst or care-quality.
 *
 * DS takes the place of HEALTH only where the question names a disease that lies under the disease
 * of the consent (node/evaluate/population.h). It takes the place of nothing else.
 */
struct eligibility consent_rules_eligibility(const struct consent_rules_asker *asker,
                                             int64_t now_s);
/* True when DS consents count for this purpose, if the question names a disease. */
bool consent_rules_takes_disease(const char *purpose);
/* For the region's own staff on their own machine: forbids only blocks and opt-outs. */
struct eligibility consent_rules_own_staff(void);

/*
 * The name of the population in the question's keys: the policy's name for it, and the test with
 * its disease. NULL when memory is out.
 */
const char *consent_rules_population(const char *policy, const struct eligibility *who,
                                     struct arena *arena);
/* What can change the population between snapshots: the overlay's sequence and the day. */
uint64_t consent_rules_overlay(const struct eligibility *who);

/* The overlay of refusals (file D/overlay) that the keeper has in force. */
struct consent_file {
    struct overlay *overlay; /* NULL before the first consent_file_refresh() */
    struct file_id file_id;
    bool missed;    /* the file has disappeared, and the log says so already */
    uint64_t noted; /* highest sequence in the audit log; it survives a restart */
};

/*
 * Note of the audit leaf that says that an overlay is in force. The leaf's number is the overlay's
 * sequence.
 */
#define CONSENT_NOTE "overlay of blocks and withdrawals"

/*
 * Reads D/overlay again if it changed. When the file is gone or has a lower sequence, the overlay
 * read before stays in force. A file that cannot be read is an error, and nothing may be answered
 * until it can be.
 */
bool consent_file_refresh(struct consent_file *file, const struct home *home,
                          struct err *err) MUST_CHECK;
/*
 * False and ERR_UNAVAILABLE while a newer overlay than the present one was once in force here:
 * answers would count persons who have refused since.
 */
bool consent_file_is_whole(const struct consent_file *file, struct err *err) MUST_CHECK;
void consent_file_close(struct consent_file *file);

/*
 * Reads D/overlay for a program that runs beside the keeper. ERR_DENIED while the file is missing
 * or older than the newest overlay that D/ledger.db records. The caller frees *out with
 * overlay_free().
 */
bool consent_file_read(const struct home *home, struct overlay **out, struct err *err) MUST_CHECK;
