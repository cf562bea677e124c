#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question is asked of: a snapshot, and who of it may be looked at.
 *
 * fixed_work: how much is looked at must follow from the question and the snapshot's sizes alone,
 * because the time can be seen by somebody who may not see the truth. Every test of the question is
 * then made of the whole population, also where nobody is left whom it could still decide. Without
 * it an evaluation takes short cuts that depend on persons; that is for the region's own staff.
 *
 * All is borrowed for as long as whatever was made of it lives. One thread.
 */
#include <stdbool.h>

#include "node/evaluate/limits.h"
#include "node/evaluate/population.h"

struct snapshot;

struct asked_of {
    struct snapshot *snapshot;
    const struct population *population; /* who may be looked at; never NULL */
    const char *region;                  /* this node's county code; NULL: not known */
    struct limits *limits;
    bool fixed_work;
};
