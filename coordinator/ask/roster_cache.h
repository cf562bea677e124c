#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roster as it is now: read from its file, verified with the root keys, replaced when the file
 * holds a newer version.
 *
 * A reader holds it between roster_cache_read() and roster_cache_done(), and the roster it got is
 * valid for so long; a reload waits for the readers. An older or wrong file changes nothing. Any
 * thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct roster_cache;
struct roster;

/* dir holds "roots" and "roster". network NULL: whatever the roster says. */
bool roster_cache_open(const char *dir, const char *network, struct roster_cache **out,
                       struct err *err) MUST_CHECK;
void roster_cache_close(struct roster_cache *roster_cache); /* accepts NULL */

const struct roster *roster_cache_read(struct roster_cache *roster_cache);
void roster_cache_done(struct roster_cache *roster_cache);

/* Read the file again; *newer says whether there is another roster now. */
bool roster_cache_reload(struct roster_cache *roster_cache, bool *newer,
                         struct err *err) MUST_CHECK;
