#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a node tells of its snapshot when it says hello: the snapshot's ID, the term releases it was
 * built with, what the region declared to deliver, and its declared assays.
 *
 * All of it follows from what the operator did, nothing from a record. The hello points into the
 * snapshot and the arena. One thread.
 */
#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct snapshot;

bool hello_fill(struct snapshot *snapshot, struct arena *arena, Rikstal__V1__Hello *hello,
                struct err *err) MUST_CHECK;
