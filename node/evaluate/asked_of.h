#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question is asked of: a snapshot, and who of it may be looked at.
 *
 * All is borrowed for as long as whatever was made of it lives. One thread.
 */
#include "node/evaluate/limits.h"
#include "node/evaluate/population.h"

struct snapshot;

struct asked_of {
    struct snapshot *snapshot;
    const struct population *population; /* who may be looked at; never NULL */
    const char *region;                  /* this node's county code; NULL: not known */
    struct limits *limits;
};
