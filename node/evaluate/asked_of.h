#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question is evaluated on: a snapshot, and the persons in it who may be looked at.
 *
 * fixed_work: how much is looked at must follow only from the question and the snapshot's sizes,
 * because somebody who may not see true figures can see the time. Then every test of the question
 * is made for the whole population, also when it cannot change the result for anybody. Without
 * fixed_work an evaluation takes short cuts that depend on persons; that is for the region's own
 * staff.
 *
 * Everything is borrowed and must live as long as what is made of it. One thread.
 */
#include <stdbool.h>

#include "node/evaluate/limits.h"
#include "node/evaluate/population.h"

struct snapshot;

struct asked_of {
    struct snapshot *snapshot;
    const struct population *population; /* the persons who may be looked at; never NULL */
    const char *region;                  /* this node's county code; NULL: not known */
    struct limits *limits;
    bool fixed_work;
};
