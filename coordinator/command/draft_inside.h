#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a draft is, for the files of draft_*: the roster that holds, and the changed copy of it. Its
 * lists are the held roster's until they change; then they are copies in the arena.
 */
#include "coordinator/command/draft.h"
#include "proto/trust/roster.h"

struct draft {
    const char *dir;
    int lock;
    struct arena *arena;
    struct root_keys roots;
    struct roster *from; /* the roster that holds; NULL for a new network */
    Rikstal__V1__Roster roster;
    bool changed;
};

/* Takes the permits of an organisation off. */
bool draft_drop_permits(struct draft *draft, const char *organisation, struct err *err) MUST_CHECK;
