#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The region's policy: which role may ask what, for which purpose, how precisely, and up to which
 * budget. What the file does not name is denied; a file with an unknown member is refused.
 *
 * The file is JSON (schemas/policy.json is the default). Its version must grow, and its "window"
 * names the budget year: the clock never opens a year (reference: privacy, sections 4.4 and 5.4). A
 * policy is read-only once read. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/privacy/rate.h"
#include "proto/base/err.h"
#include "proto/query/bins.h"
#include "proto/query/dimension.h"
#include "proto/query/measure.h"
#include "proto/query/mode.h"
#include "proto/query/permission.h"

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
/* What it calls its data set, of which a node has one; "" when it names none. */
const char *policy_dataset(const struct policy *policy);
/* The name of the rule by which persons are counted here. It is part of every noise key. */
const char *policy_population(const struct policy *policy);
/* BLAKE2b-256 of the file's bytes. */
const uint8_t *policy_hash(const struct policy *policy);

/*
 * Whether a person without recorded permissions is counted for this purpose (the file's member
 * "unrecorded"). A file without that member counts them for every purpose.
 */
bool policy_counts_unrecorded(const struct policy *policy, const char *purpose);

/* The parts of a question on which the policy decides. */
struct policy_request {
    const char *role;
    const char *organisation;
    const char *purpose;
    const char *permit; /* "" when the question names none */
    const char *dataset;
    enum mode mode;
    uint32_t sigma;
    struct measure measure;
    const struct dimension_table
        *breakdown;          /* a table's dimensions, whose fields count too; else NULL */
    const struct bins *bins; /* of a measure by bins, whose field counts too; else NULL */
    const struct ast *ast;
};

/*
 * Auto: answer the question. Hold: a person of the region must approve it first. Deny: refuse it.
 */
enum policy_decision {
    POLICY_AUTO = PERMISSION_AUTO,
    POLICY_HOLD = PERMISSION_HOLD,
    POLICY_DENY = PERMISSION_DENY
};

/*
 * What one question may take of the node's time, and one organisation in a minute: token buckets
 * that fill evenly and hold a minute's share. Work is what a question may take at most, by public
 * sizes (work.h). The asker is told these numbers when they refuse.
 */
struct policy_limits {
    uint32_t criteria;            /* tests in one question */
    uint32_t work_ms;             /* of one question */
    uint32_t attempts_per_minute; /* of one organisation, refused ones too; 0: no limit */
    uint32_t work_ms_per_minute;  /* of one organisation; 0: no limit */
};

/* The criteria of a question: its tests, those inside variant( ) too. */
uint32_t policy_criteria(const struct ast *ast);
const struct policy_limits *policy_limits(const struct policy *policy);

/*
 * Persons' own accounts (account.h): how much of each may be spent, with one organisation and with
 * all together. Only the organisations that the policy names have a book, so what they may spend
 * together is known. Where a policy has this, the caps of organisations and of the node limit how
 * much is asked and protect nobody.
 */
struct policy_individual {
    int64_t person_year_nrho;
    int64_t person_lifetime_nrho;
    int64_t all_year_nrho;
    int64_t all_lifetime_nrho;
};
/* NULL: persons have no accounts, and the organisation pays for everybody. */
const struct policy_individual *policy_individual(const struct policy *policy);

/* The conditions under which an admitted question is answered. */
struct policy_grant {
    enum policy_decision decision; /* never POLICY_DENY */
    uint32_t display_below;        /* threshold T: smaller figures are shown as "<T" */
    uint32_t display_base;         /* figures are rounded to multiples of this */
    int64_t organisation_year_nrho;
    int64_t organisation_lifetime_nrho;
    int64_t node_year_nrho;
    int64_t permit_nrho;
    const struct policy_individual *individual; /* the policy's; NULL as there */
    struct rate_limits rate;                    /* for each analyst */
    uint32_t fields;                            /* of the question: bit i: enum ast_field i */
};

/*
 * When a question fits several rules, deny wins over hold and hold over auto. A refusal is
 * ERR_DENIED, with a text made of closed texts and public names.
 */
bool policy_admit(const struct policy *policy, const struct policy_request *request,
                  struct policy_grant *grant, struct err *err) MUST_CHECK;

/* Rule number i of all roles, from 0, as the node tells it to everybody. False after the last. */
bool policy_permission(const struct policy *policy, size_t i, struct permission *out);

/*
 * Calls line() with each line of text of `rikstal-node policy show`. text is valid during the call.
 */
void policy_explain(const struct policy *policy, void (*line)(const char *text, void *context),
                    void *context);
