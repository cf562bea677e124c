#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs of `rikstal-node policy` that have to do with signatures: sign, install and check.
 * Their options are rows of the table in policy.c, which calls them.
 */
#include "proto/base/arguments.h"
#include "proto/trust/roster.h"

#define POLICY_REGIONS_MAX ROSTER_NODES_MAX
#define POLICY_SIGNATURE_FILES_MAX 16

/* Places in the table's words. */
enum { POLICY_CHECK, POLICY_SIGN, POLICY_INSTALL, POLICY_SIGNED_VERBS };

struct policy_signed_options {
    const char *dir;
    const char *key;
    const char *policy;
    const char *network;
    const char *out;
    const char *region[POLICY_REGIONS_MAX];
    size_t n_regions;
    size_t n_words;
    char **word;
};

/* --region: one more into a struct policy_signed_options. */
bool policy_signed_region(const char *text, void *options, struct err *err) MUST_CHECK;
/* One of the three, by its place. */
bool policy_signed_run(struct policy_signed_options *options, const struct arguments *arguments,
                       struct err *err) MUST_CHECK;
