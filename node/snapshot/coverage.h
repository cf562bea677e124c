#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The assays and listed callsets of a snapshot, gathered from its segments at opening. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct snapshot;

/* Fills assays and callsets of the snapshot, and their members in each segment. */
bool coverage_read(struct snapshot *snapshot, struct err *err) MUST_CHECK;
/* The snapshot's number of an assay by the store's id; n_assays when there is none. */
size_t coverage_assay(const struct snapshot *snapshot, int64_t id);
void coverage_clear(struct snapshot *snapshot);
