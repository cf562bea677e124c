#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peers: entries of the same sample and assay that came in files of other names.
 *
 * A re-analysis often comes in a file of another name, and what only the older file had must no
 * longer count. So the newer entry ends the older, unless the two cover different chromosomes: with
 * one file for each chromosome, all files count. Call these functions inside an open import. One
 * thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct store;

/*
 * Ends the entries of other imports that are peers of the open import's samples (entry_peer()). *n:
 * how many entries; *import: the newest import that lost one.
 */
bool peer_end(struct store *store, uint64_t *n, int64_t *import, struct err *err) MUST_CHECK;
