#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The current roster: read from its file, verified with the root keys, and replaced when the file
 * has a newer version.
 *
 * A reader holds the roster from roster_cache_read() until roster_cache_done(), and it is valid
 * that long; a reload waits for the readers. An older or invalid file changes nothing. Any thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct roster_cache;
struct roster;
struct root_keys;

/* dir has the files "roots" and "roster". network NULL: the roster's own network is accepted. */
bool roster_cache_open(const char *dir, const char *network, struct roster_cache **out,
                       struct err *err) MUST_CHECK;
void roster_cache_close(struct roster_cache *roster_cache); /* accepts NULL */

/* The root keys, which do not change while the cache is open. */
const struct root_keys *roster_cache_roots(const struct roster_cache *roster_cache);

const struct roster *roster_cache_read(struct roster_cache *roster_cache);
void roster_cache_done(struct roster_cache *roster_cache);

/* Reads the file again. *newer becomes true when the roster was replaced. */
bool roster_cache_reload(struct roster_cache *roster_cache, bool *newer,
                         struct err *err) MUST_CHECK;
