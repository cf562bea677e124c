#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of counts, D/count.db: one leaf for every call of `rikstal-node count`, on disk before
 * anything is shown. It is an audit log of its own, because the ledger's belongs to the keeper.
 */
#include "node/audit/leaf.h"
#include "proto/base/err.h"

/* Adds the leaf to the log in dir, made when absent. */
bool count_log_append(const char *dir, const struct leaf *leaf, struct err *err) MUST_CHECK;
