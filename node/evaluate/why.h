#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why of somebody cannot be told: each undetermined person counted once, by the first reason of
 * this list that applies. For `rikstal-node count --why`, by which a region's own staff find out
 * what to mend; like truth.h it is in nothing that keeper or link is made of (tests/tidy). One
 * thread.
 */
#include <stdint.h>

#include "node/evaluate/asked_of.h"
#include "node/store/gap.h"
#include "proto/base/err.h"

struct ast;

/* The reasons of gaps (node/store/gap.h) come first, by their numbers. */
enum why_reason {
    WHY_GAPS = GAP_REASONS,
    WHY_NOT_COVERED = GAP_REASONS, /* they have a sample, and no assay of theirs covers enough */
    WHY_NO_SAMPLE,
    WHY_VARIANT,       /* they carry what may meet the tests: annotation, frequency or zygosity */
    WHY_NOT_RECORDED,  /* a fact: sex, age, birth year, death */
    WHY_NOT_DELIVERED, /* a code: its kind and system were not delivered in full, its place in the
                          hierarchy is not known, or a record was lost */
    WHY_REASONS
};

/* "filtered", ..., "not covered", "not delivered", ... */
const char *why_name(enum why_reason reason);

struct why {
    uint64_t persons[WHY_REASONS]; /* together: the undetermined */
};

bool why_count(const struct asked_of *of, const struct ast *ast, struct why *out,
               struct err *err) MUST_CHECK;
