#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator as a witness of every node's audit log (proto/tlog/watch.h): its own key, and
 * what it has seen, a file a log in a folder of its own. Not in state.db, which may lose its last
 * answers at a power cut; what was cosigned must never be forgotten, so it is synced first.
 *
 * The key signs cosignatures and nothing else. It is read when the roster names it, and again when
 * the roster names another, so a coordinator that runs takes in a new one. Any thread.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/tlog/watch.h"
#include "proto/wire/rikstal.pb-c.h"

struct cosigner;
struct roster;

/* Of this key file, which need not be there yet. NULL: no memory. */
struct cosigner *cosigner_new(const char *key_path, const char *folder);
void cosigner_free(struct cosigner *cosigner); /* accepts NULL */

/* Our word about it; false: none, as our key is not the roster's, or what we saw cannot be kept. */
bool cosigner_hear(struct cosigner *cosigner, const struct roster *roster,
                   const Rikstal__V1__Checkpoint *checkpoint, int64_t now_s,
                   struct watch_word *word, struct err *err) MUST_CHECK;
