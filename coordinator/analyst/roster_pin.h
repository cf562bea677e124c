#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The highest roster version that was verified here, for each network: one that is older is
 * refused, or a revoked key could speak again with an old roster that the root keys did sign.
 *
 * A network is its pinned root keys, in any order, and its name. The file `rosters.seen` is beside
 * the analyst's key, 0600, replaced whole under a lock (`rosters.seen.lock`), and goes forward
 * only; a line a network. One that is not as it was written is an error, never a blank. Any thread.
 */
#include "proto/base/err.h"
#include "proto/trust/roster.h"

#define ROSTER_PIN_FILE "rosters.seen"
#define ROSTER_PIN_NETWORKS_MAX 64

/* ERR_DENIED when a newer roster of this network was seen. A path where nothing is has seen none.
 */
bool roster_pin_admit(const char *path, const struct root_keys *roots, const struct roster *roster,
                      struct err *err) MUST_CHECK;
/* Durable when it returns. ERR_DENIED: another process has seen a newer one meanwhile. */
bool roster_pin_remember(const char *path, const struct root_keys *roots,
                         const struct roster *roster, struct err *err) MUST_CHECK;
