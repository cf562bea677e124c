#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Remembers, for each network, the highest roster version that this client has verified. An older
 * roster is refused: the root keys did sign it, but it could make a revoked key valid again.
 *
 * A network is identified by its name and its pinned root keys in any order. The file
 * `rosters.seen` is beside the analyst's key (0600) and has one line for each network. It is
 * replaced as a whole under a lock (`rosters.seen.lock`), and versions in it only increase. A file
 * with other contents is an error and is never treated as empty. Any thread.
 */
#include "proto/base/err.h"
#include "proto/trust/roster.h"

#define ROSTER_PIN_FILE "rosters.seen"
#define ROSTER_PIN_NETWORKS_MAX 64

/*
 * ERR_DENIED when a newer roster of this network was verified before. A file that does not exist
 * has no versions.
 */
bool roster_pin_admit(const char *path, const struct root_keys *roots, const struct roster *roster,
                      struct err *err) MUST_CHECK;
/* Durable when it returns. ERR_DENIED when another process has stored a newer version meanwhile. */
bool roster_pin_remember(const char *path, const struct root_keys *roots,
                         const struct roster *roster, struct err *err) MUST_CHECK;
