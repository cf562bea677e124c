/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/roster_cache.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/trust/roster.h"

struct roster_cache {
    char path[PATH_MAX];
    struct root_keys roots;
    pthread_mutex_t reloading; /* held during a whole reload */
    pthread_rwlock_t lock;
    struct roster *roster; /* under lock */
};

bool roster_cache_open(const char *dir, const char *network, struct roster_cache **out,
                       struct err *err)
{
    assert(dir && out);
    struct roster_cache *roster_cache = calloc(1, sizeof(*roster_cache));
    char roots[PATH_MAX];

    if (!roster_cache)
        return err_memory(err);
    if (snprintf(roots, sizeof(roots), "%s/roots", dir) >= (int)sizeof(roots) ||
        snprintf(roster_cache->path, sizeof(roster_cache->path), "%s/roster", dir) >=
            (int)sizeof(roster_cache->path)) {
        free(roster_cache);
        return err_set(err, ERR_INVALID, "the path %s is too long", dir);
    }
    if (!root_keys_read(roots, &roster_cache->roots, err) ||
        !roster_read(roster_cache->path, &roster_cache->roots, network, 0, &roster_cache->roster,
                     err)) {
        free(roster_cache);
        return false;
    }
    pthread_mutex_init(&roster_cache->reloading, NULL);
    pthread_rwlock_init(&roster_cache->lock, NULL);
    *out = roster_cache;
    return true;
}

void roster_cache_close(struct roster_cache *roster_cache)
{
    if (!roster_cache)
        return;
    roster_free(roster_cache->roster);
    pthread_rwlock_destroy(&roster_cache->lock);
    pthread_mutex_destroy(&roster_cache->reloading);
    free(roster_cache);
}

const struct root_keys *roster_cache_roots(const struct roster_cache *roster_cache)
{
    return &roster_cache->roots;
}

const struct roster *roster_cache_read(struct roster_cache *roster_cache)
{
    pthread_rwlock_rdlock(&roster_cache->lock);
    return roster_cache->roster;
}

void roster_cache_done(struct roster_cache *roster_cache)
{
    pthread_rwlock_unlock(&roster_cache->lock);
}

static bool reload(struct roster_cache *roster_cache, bool *newer, struct err *err)
{
    const struct roster *now = roster_cache_read(roster_cache);
    struct roster *found = NULL;
    bool ok = roster_read(roster_cache->path, &roster_cache->roots, roster_network(now),
                          roster_version(now), &found, err);

    *newer = ok && roster_version(found) > roster_version(now);
    roster_cache_done(roster_cache); /* safe, because only the holder of `reloading` replaces it */
    if (!*newer) {
        roster_free(found);
        return ok;
    }
    pthread_rwlock_wrlock(&roster_cache->lock);
    roster_free(roster_cache->roster);
    roster_cache->roster = found;
    pthread_rwlock_unlock(&roster_cache->lock);
    return true;
}

bool roster_cache_reload(struct roster_cache *roster_cache, bool *newer, struct err *err)
{
    assert(newer);
    bool ok;

    *newer = false;
    pthread_mutex_lock(&roster_cache->reloading);
    ok = reload(roster_cache, newer, err);
    pthread_mutex_unlock(&roster_cache->reloading);
    return ok;
}
