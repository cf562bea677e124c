#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of a draft, for the files draft_*: the present roster and the changed copy. A list
 * belongs to the present roster until it changes; then it is a copy in the arena.
 */
#include "coordinator/command/draft.h"
#include "proto/trust/roster.h"

struct draft {
    const char *dir;
    int lock;
    struct arena *arena;
    struct root_keys roots;
    struct roster *from; /* the present roster; NULL for a new network */
    Rikstal__V1__Roster roster;
    bool changed;
};

/* Removes the permits of an organisation. */
bool draft_drop_permits(struct draft *draft, const char *organisation, struct err *err) MUST_CHECK;
