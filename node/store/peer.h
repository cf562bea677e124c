#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peers: entries of the same sample and assay that came in files of other names.
 *
 * A re-analysis comes under another name as often as under the same one, and what the older file
 * had and the newer has not must not count on. So the newer ends the older, unless the two lie on
 * different chromosomes (a file a chromosome: they add up). Inside an open import. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct store;

/*
 * Ends what other imports said of the samples of the open one (entry_peer()). *n: how many entries;
 * *import: the newest import of which one was ended.
 */
bool peers_end(struct store *store, uint64_t *n, int64_t *import, struct err *err) MUST_CHECK;
