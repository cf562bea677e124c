/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/cosigner.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/trust/keys.h"
#include "proto/trust/roster_witness.h"

struct cosigner {
    char key_path[PATH_MAX];
    char folder[PATH_MAX];
    pthread_mutex_t lock;   /* guards a whole check: read, judge, write, sign */
    struct secret_key *key; /* NULL until it was read */
};

struct cosigner *cosigner_new(const char *key_path, const char *folder)
{
    assert(key_path && folder);
    struct cosigner *cosigner = calloc(1, sizeof(*cosigner));

    if (!cosigner || pthread_mutex_init(&cosigner->lock, NULL) != 0) {
        free(cosigner);
        return NULL;
    }
    if (snprintf(cosigner->key_path, PATH_MAX, "%s", key_path) >= PATH_MAX ||
        snprintf(cosigner->folder, PATH_MAX, "%s", folder) >= PATH_MAX) {
        cosigner_free(cosigner);
        return NULL;
    }
    return cosigner;
}

void cosigner_free(struct cosigner *cosigner)
{
    if (!cosigner)
        return;
    secret_key_free(cosigner->key);
    pthread_mutex_destroy(&cosigner->lock);
    free(cosigner);
}

/*
 * Reads the key that the roster names. Without it nothing is signed, because any other key's
 * cosignature would be refused.
 */
static bool key_ready(struct cosigner *cosigner, const struct roster *roster, struct err *err)
{
    struct public_key listed;
    struct secret_key *read;

    if (!roster_witness_key(roster, ROSTER_COORDINATOR, &listed))
        return err_set(err, ERR_DENIED, "the roster has no key of the coordinator");
    if (cosigner->key && public_key_same(secret_key_public(cosigner->key), &listed))
        return true;
    if (!secret_key_read(cosigner->key_path, &read, err))
        return false;
    secret_key_free(cosigner->key);
    cosigner->key = read;
    return public_key_same(secret_key_public(read), &listed) ||
           err_set(err, ERR_DENIED, "%s is not the key that the roster has", cosigner->key_path);
}

bool cosigner_hear(struct cosigner *cosigner, const struct roster *roster,
                   const Rikstal__V1__Checkpoint *checkpoint, int64_t now_s,
                   struct watch_word *word, struct err *err)
{
    assert(cosigner && roster && checkpoint && word);
    struct watch watch = {.roster = roster, .name = ROSTER_COORDINATOR, .folder = cosigner->folder};
    bool ok;

    pthread_mutex_lock(&cosigner->lock);
    ok = key_ready(cosigner, roster, err);
    watch.key = cosigner->key;
    ok = ok && watch_hear(&watch, checkpoint, now_s, word, err);
    pthread_mutex_unlock(&cosigner->lock);
    return ok;
}
