#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who witnesses whose audit log (reference: privacy, section 5.3): every node's is witnessed by the
 * coordinator and by the nodes 1, 5, 9 and 13 places further in the roster's order (in a small
 * network the next free ones), and it answers only what all of these but one have cosigned: 4 of 5.
 *
 * Two quorums of w - 1 out of w share w - 2 witnesses, of whom one must be honest; so w - 3 may be
 * dishonest and one may be away. Below four witnesses that protects from nobody, so three other
 * nodes are the least. Witnesses come with the sixth node by themselves, and stay down to the
 * fourth; a person's "on" or "off" (DIR/witnesses) is remembered and goes before that.
 *
 * The coordinator's key for it is DIR/witness.key (0600), made when it is not there. One thread.
 */
#include <cjson/cJSON.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct draft;

#define WITNESSES_NODES_ENOUGH 6 /* from here by themselves */
#define WITNESSES_NODES_MIN 4

/* After a change of the roster, and in a new one: the key, and the lists as the rule has them. */
bool witnesses_keep(struct draft *draft, struct err *err) MUST_CHECK;
/* A person's choice, remembered; ERR_INVALID for on below the minimum. */
bool witnesses_choose(struct draft *draft, bool on, struct err *err) MUST_CHECK;

/* For `roster show`. */
void witnesses_show(const Rikstal__V1__Roster *roster);
void witnesses_json(const Rikstal__V1__Roster *roster, cJSON *root, bool *ok);
