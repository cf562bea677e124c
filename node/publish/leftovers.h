#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a snapshot's folder that nobody needs any more. What is called otherwise than a
 * snapshot's file or a temporary one is never touched. One thread, inside the publish lock.
 */
#include "node/publish/publish.h"
#include "node/snapshot/manifest.h"

/* Removes what a crash left behind. */
void leftovers_remove(const char *folder);
/*
 * Removes, once a new snapshot is in force, whatever neither it, the one before (NULL: there was
 * none) nor a pinned release names: the one before stays, for those who have it open and for going
 * back. Where not all pins are known nothing is removed, and the log says so.
 */
void leftovers_reclaim(const struct publish_options *options, const struct manifest *now,
                       const struct manifest *before);
