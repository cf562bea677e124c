#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A candidate of which the truth is not the same for all carriers of a class: it depends on where a
 * person was tested (by_person_classes(): rare, and decided set by set), or on the share of reads
 * of each call (by_person_calls()). Who was not called there cannot be told, where some call of it
 * could be true. Adds to *out; loads blocks. One thread.
 */
#include "node/evaluate/candidate.h"
#include "node/evaluate/set.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/err.h"

struct expression;

struct by_person {
    const struct expression *root; /* expression_look() was called for the segment */
    struct segment *segment;
    struct kleene *out;
    struct err *err;
};

bool by_person_classes(const struct by_person *of, const struct candidate *candidate) MUST_CHECK;
/* Of a site that has shares of reads; each call is seen with its own. The site is used up. */
bool by_person_calls(const struct by_person *of, struct candidate *candidate,
                     const struct site *site) MUST_CHECK;
