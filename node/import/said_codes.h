#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which codes a run has said of each person, present and absent, for telling the operator where two
 * rows of one person contradict: present, and absent there or above it.
 *
 * Above a code is what the loaded release says (hp), or what its spelling says. It remembers keyed
 * hashes, at most ID_MAP_MAX; beyond that nothing more is told. One thread.
 */
#include "proto/base/err.h"

struct event;
struct person_id;
struct said_codes;
struct term_graph;

/* hp: borrowed; NULL where no release is loaded. NULL when memory is out. */
struct said_codes *said_codes_new(const struct term_graph *hp);
void said_codes_free(struct said_codes *said);
/* Remembers the event; does it contradict an earlier one of this person? */
bool said_codes_take(struct said_codes *said, const struct person_id *person,
                     const struct event *event);
