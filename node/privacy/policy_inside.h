#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy in memory: policy_parse.c writes it and policy.c reads it; no other file uses this.
 *
 * Everything is in one arena and does not change after reading.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/privacy/policy.h"

#define POLICY_ROLES_MAX 32
#define POLICY_RULES_MAX 16
#define POLICY_NAMES_MAX 64

struct policy_names {
    uint32_t n;
    const char **name;
};

/* One rule of a role. A question is admitted when it meets all parts of one rule. */
struct policy_rule {
    struct policy_names purposes;
    uint32_t modes;    /* bit i: mode_word(i) */
    uint32_t measures; /* bit i: measure_word(i) */
    uint32_t sigmas;   /* bit i: price_sigma_menu[i] */
    uint32_t fields;   /* bit i: field_name(i) */
    uint32_t age_band; /* bounds of ages and years must be multiples of it; 1: any */
    bool permit;       /* the question must name a permit */
    enum policy_decision decision;
    uint32_t display_below;
    uint32_t display_base;
};

struct policy_role {
    const char *name;
    int64_t organisation_year_nrho;
    int64_t organisation_lifetime_nrho;
    uint32_t n_rules;
    struct policy_rule *rules;
};

/* Caps of one organisation, where they differ from its role's; 0: the role's cap holds. */
struct policy_organisation {
    const char *name;
    int64_t organisation_year_nrho;
    int64_t organisation_lifetime_nrho;
};

struct arena;

struct policy {
    struct arena *arena;
    uint8_t hash[32];
    uint64_t version;
    const char *window;
    const char *population;
    struct policy_names datasets;
    bool says_unrecorded;
    struct policy_names unrecorded; /* these count persons without permissions */
    int64_t node_year_nrho;
    int64_t permit_nrho;
    struct rate_limits rate;
    struct policy_limits limits;
    bool has_individual;
    struct policy_individual individual;
    struct policy_names books; /* organisations that may ask where persons have accounts */
    uint32_t n_roles;
    struct policy_role *roles;
    uint32_t n_organisations;
    struct policy_organisation *organisations;
};

bool policy_names_have(const struct policy_names *names, const char *name);
