#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator as a witness of every node's audit log (proto/tlog/watch.h). It has a key for
 * this, and a folder with a file for each log that records the newest checkpoint it cosigned. The
 * files are not in state.db, which may lose its last answers at a power cut: what was cosigned must
 * never be forgotten, so it is synced before the cosignature is sent.
 *
 * The key signs cosignatures and nothing else. It is read when the roster names it, and again when
 * the roster names another one, so that a running coordinator picks up a new key. Any thread.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/tlog/watch.h"
#include "proto/wire/rikstal.pb-c.h"

struct cosigner;
struct roster;

/* Uses this key file, which need not exist yet. NULL when memory is out. */
struct cosigner *cosigner_new(const char *key_path, const char *folder);
void cosigner_free(struct cosigner *cosigner); /* accepts NULL */

/*
 * Judges a checkpoint. False when our key is not the roster's, or the newest size cannot be stored.
 */
bool cosigner_hear(struct cosigner *cosigner, const struct roster *roster,
                   const Rikstal__V1__Checkpoint *checkpoint, int64_t now_s,
                   struct watch_word *word, struct err *err) MUST_CHECK;
