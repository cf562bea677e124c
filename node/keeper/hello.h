#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a node tells when it says hello: of its snapshot the ID, the term releases it was built
 * with, what the region declared to deliver, and its declared assays; and the rules of its policy.
 *
 * All of it follows from what the operator did, nothing from a record. The hello points into the
 * snapshot and the arena. One thread.
 */
#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct policy;
struct snapshot;

bool hello_fill(struct snapshot *snapshot, struct arena *arena, Rikstal__V1__Hello *hello,
                struct err *err) MUST_CHECK;
/* The rules of the policy in force. */
bool hello_fill_rules(const struct policy *policy, struct arena *arena, Rikstal__V1__Hello *hello,
                      struct err *err) MUST_CHECK;
