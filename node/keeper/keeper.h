#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keeper: the process that has the data and no network. It answers signed questions that reach
 * it over one socketpair, and keeper_answer() in keeper.c is the privacy argument in eight lines.
 *
 * It opens ledger, snapshot, roster, policy and keys, then gives up sockets, exec, fork and ptrace
 * (sandbox.h), and lives until the other end closes. Only an Answer with a noised value or a code
 * of the closed list (refusal.h) leaves it; details go to the local log. One thread.
 */
#include "proto/base/err.h"

struct keeper;

/* dir is the node's directory. Locks memory and opens everything; no sandbox yet. */
bool keeper_open(const char *dir, struct keeper **out, struct err *err) MUST_CHECK;
void keeper_close(struct keeper *keeper);
/* Serves fd, one end of a socketpair, until the other end closes. False after an error. */
bool keeper_serve(struct keeper *keeper, int fd, struct err *err) MUST_CHECK;
