#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a question and its answers can be fetched by their id: after that the coordinator
 * forgets them.
 *
 * Two kinds of answers stay, because others need them: the newest release that each node signed,
 * which shows when a node's ledger has gone back, and an answer from which a younger repeat is
 * stored as a difference. The text, asker and regions of their question are deleted all the same,
 * and its id finds nothing any more. Same thread or lock as the state.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct state;

/* Forgets every completed question that was asked before `before_s`. One transaction. */
bool retention_forget(struct state *state, int64_t before_s, struct err *err) MUST_CHECK;

/* How many of its questions that no region answered an organisation has here. */
#define RETENTION_REFUSED_KEPT 1000
/*
 * Forgets the older ones of an organisation's completed questions without a figure, however young,
 * but for the newest `kept`. One transaction.
 */
bool retention_shed(struct state *state, uint32_t kept, struct err *err) MUST_CHECK;
