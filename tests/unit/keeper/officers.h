#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Those who sign the policy of a world's node: a national key and the officer of its region, named
 * in its roster, and a stranger who is not. One thread.
 */
#include "tests/unit/keeper/world.h"

struct officers {
    struct world *world;
    struct secret_key *national;
    struct secret_key *officer; /* of node 12 */
    struct secret_key *stranger;
};

/* Makes the keys and names the two in the world's roster, which is written. */
void officers_up(struct officers *o, struct world *w);
void officers_down(struct officers *o);

/* The world's policy with this version and window, in the arena; others are closed to everybody. */
const char *officers_policy(struct officers *o, uint64_t version, const char *window, bool open);
/* The line of this key on the text of a policy, for this node. */
const char *officers_line(struct officers *o, const struct secret_key *key, const char *text,
                          const char *node);
/* Both lines, as they should be. */
const char *officers_lines(struct officers *o, const char *text);
/* Writes policy.json, and policy.sig unless it is NULL. */
void officers_put(struct officers *o, const char *text, const char *lines);
/* One version more of the roster as it is bent now, in the folder or, running, sent to the keeper.
 */
void officers_roster(struct officers *o);
