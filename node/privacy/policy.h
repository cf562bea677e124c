#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The region's policy: which role may ask what, for which purpose, how precisely, and up to which
 * budget. What the file does not name is denied; a file with an unknown member is refused.
 *
 * The file is JSON (schemas/policy.json is the default). Its version never goes back, and its
 * "window" names the budget year: the clock opens no year (reference: privacy, sections 4.4
 * and 5.4). A policy is read-only once read. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/privacy/rate.h"
#include "proto/base/err.h"
#include "proto/query/dimension.h"
#include "proto/query/measure.h"
#include "proto/query/mode.h"

#define POLICY_BYTES_MAX (256 * 1024)
#define POLICY_NAME_BYTES 65

struct policy;
struct ast;

/* The text of schemas/policy.json, for a node that has none yet. */
extern const char policy_default[];

bool policy_read(const char *path, struct policy **out, struct err *err) MUST_CHECK;
bool policy_parse(const char *text, size_t size, struct policy **out, struct err *err) MUST_CHECK;
void policy_free(struct policy *policy);

uint64_t policy_version(const struct policy *policy);
/* The budget year in force, "2026". */
const char *policy_window(const struct policy *policy);
/* Names the rule by which people are counted here; part of every noise key. */
const char *policy_population(const struct policy *policy);
/* BLAKE2b-256 of the file's bytes. */
const uint8_t *policy_hash(const struct policy *policy);

/*
 * Whether a person of whom no permissions are recorded is counted for this purpose: the file's
 * "unrecorded". A file that says nothing about it counts them for every purpose.
 */
bool policy_counts_unrecorded(const struct policy *policy, const char *purpose);

/* What is asked, as far as policy looks at it. */
struct policy_request {
    const char *role;
    const char *organisation;
    const char *purpose;
    const char *permit; /* "" without one */
    const char *dataset;
    enum mode mode;
    uint32_t sigma;
    struct measure measure;
    const struct breakdown *breakdown; /* of a table: its dimensions are of fields too; else NULL */
    const struct ast *ast;
};

/* Auto: answered. Hold: a person of the region looks at it first. */
enum policy_decision { POLICY_AUTO, POLICY_HOLD, POLICY_DENY };

/* What policy attaches to an admitted question. */
struct policy_grant {
    enum policy_decision decision; /* never POLICY_DENY */
    uint32_t display_below;        /* T: shown as "<T" */
    uint32_t display_base;         /* rounding base */
    int64_t organisation_year_nrho;
    int64_t organisation_lifetime_nrho;
    int64_t node_year_nrho;
    int64_t permit_nrho;
    struct rate_limits rate; /* of one person */
};

/*
 * Of several rules that a question fits, deny comes before hold and hold before auto. ERR_DENIED
 * with a reason made of closed texts and public names.
 */
bool policy_admit(const struct policy *policy, const struct policy_request *request,
                  struct policy_grant *grant, struct err *err) MUST_CHECK;

/* Lines of text, for `rikstal-node policy show`. line is valid during the call. */
void policy_explain(const struct policy *policy, void (*line)(const char *text, void *context),
                    void *context);
