#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The assays and listed callsets of a snapshot, collected from its segments when it is opened. One
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct snapshot;

/* Fills the snapshot's assays and callsets, and their members in each segment. */
bool coverage_read(struct snapshot *snapshot, struct err *err) MUST_CHECK;
/* The snapshot's number of the assay with this id in the store; n_assays when it has none. */
size_t coverage_assay(const struct snapshot *snapshot, int64_t id);
void coverage_clear(struct snapshot *snapshot);
