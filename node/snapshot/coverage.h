#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The assays and listed callsets of a snapshot, gathered from its segments at opening. One thread.
 */
#include "proto/base/err.h"

struct snapshot;

/* Fills assays and callsets of the snapshot, and their members in each segment. */
bool coverage_read(struct snapshot *snapshot, struct err *err) MUST_CHECK;
void coverage_clear(struct snapshot *snapshot);
