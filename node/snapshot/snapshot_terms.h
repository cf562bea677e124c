#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Terms and genes of a snapshot, from its terms file; read at first use. One thread.
 */
#include "proto/base/err.h"

struct snapshot;

/* Opens the terms file, where there is one, and reads its releases. */
bool snapshot_terms_open(struct snapshot *snapshot, struct err *err) MUST_CHECK;
void snapshot_terms_close(struct snapshot *snapshot);
