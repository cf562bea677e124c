#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference genomes of the node in a snapshot: the same files under the snapshot's names, as
 * hard links, or as copies where the two folders are on different file systems. One thread.
 */
#include "node/snapshot/manifest.h"
#include "proto/base/err.h"

struct sqlite3;

/* Those that are loaded; dir NULL: none. */
bool references_read(struct sqlite3 *db, const char *dir, struct manifest_reference references[3],
                     struct err *err) MUST_CHECK;
/* Into the snapshot's folder, where they are not there already. */
bool references_put(const char *dir, const char *folder,
                    const struct manifest_reference references[3], struct err *err) MUST_CHECK;
bool references_same(const struct manifest_reference a[3], const struct manifest_reference b[3]);
