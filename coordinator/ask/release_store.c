/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/release_store.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/file.h"
#include "proto/terms/release_file.h"

#define HASH_BYTES 32

struct release_store {
    char folder[PATH_MAX - 2 * HASH_BYTES - 2];
    pthread_mutex_t lock;
    size_t n; /* under lock, as hash */
    uint8_t hash[RELEASE_STORE_FILES_MAX][HASH_BYTES];
};

static bool read_folder(struct release_store *store, struct err *err)
{
    DIR *folder = opendir(store->folder);
    struct dirent *entry;

    if (!folder)
        return err_set(err, ERR_INTERNAL, "cannot read %s: %s", store->folder, strerror(errno));
    while (store->n < RELEASE_STORE_FILES_MAX && (entry = readdir(folder)))
        if (bytes_from_hex(entry->d_name, store->hash[store->n], HASH_BYTES))
            store->n++;
    closedir(folder);
    return true;
}

bool release_store_open(const char *folder, struct release_store **out, struct err *err)
{
    assert(folder && out);
    struct release_store *store = calloc(1, sizeof(*store));
    bool ok;

    if (!store || pthread_mutex_init(&store->lock, NULL) != 0) {
        free(store);
        return err_memory(err);
    }
    ok = snprintf(store->folder, sizeof(store->folder), "%s", folder) < (int)sizeof(store->folder)
             ? file_make_folder(folder, 0700, err)
             : err_set(err, ERR_INVALID, "the path %s is too long", folder);
    if (!ok || !read_folder(store, err)) {
        release_store_close(store);
        return false;
    }
    *out = store;
    return true;
}

void release_store_close(struct release_store *store)
{
    if (!store)
        return;
    pthread_mutex_destroy(&store->lock);
    free(store);
}

static bool has(const struct release_store *store, const uint8_t *hash)
{
    for (size_t i = 0; i < store->n; i++)
        if (memcmp(store->hash[i], hash, HASH_BYTES) == 0)
            return true;
    return false;
}

bool release_store_has(struct release_store *store, const uint8_t hash[static 32])
{
    bool is;

    pthread_mutex_lock(&store->lock);
    is = has(store, hash);
    pthread_mutex_unlock(&store->lock);
    return is;
}

static void path_of(const struct release_store *store, const uint8_t *hash,
                    char path[static PATH_MAX])
{
    char name[2 * HASH_BYTES + 1];

    bytes_to_hex(hash, HASH_BYTES, name);
    snprintf(path, PATH_MAX, "%s/%s", store->folder, name);
}

/* Are these the bytes that the hash names, and a release file? */
static bool check(const uint8_t *hash, struct bytes_view file, struct err *err)
{
    struct release_file *read = NULL;
    uint8_t is[HASH_BYTES];

    crypto_generichash(is, sizeof(is), file.data, file.size, NULL, 0);
    if (memcmp(is, hash, sizeof(is)) != 0)
        return err_set(err, ERR_DENIED, "its bytes do not have its hash");
    if (!release_file_open(file.data, file.size, &read, err))
        return false;
    release_file_free(read);
    return true;
}

bool release_store_put(struct release_store *store, const uint8_t hash[static 32],
                       struct bytes_view file, struct err *err)
{
    char path[PATH_MAX];
    bool ok = check(hash, file, err);

    if (!ok)
        return false;
    pthread_mutex_lock(&store->lock);
    if (!has(store, hash)) {
        path_of(store, hash, path);
        ok = store->n < RELEASE_STORE_FILES_MAX
                 ? file_write(path, file.data, file.size, 0600, err)
                 : err_set(err, ERR_EXHAUSTED,
                           "%d release files are in %s: remove those that no node announces",
                           RELEASE_STORE_FILES_MAX, store->folder);
        if (ok)
            memcpy(store->hash[store->n++], hash, HASH_BYTES);
    }
    pthread_mutex_unlock(&store->lock);
    return ok;
}

bool release_store_read(struct release_store *store, const uint8_t hash[static 32],
                        struct bytes *out, struct err *err)
{
    struct arena *arena = arena_new(RELEASE_FILE_BYTES_MAX + 4096);
    char path[PATH_MAX];
    uint8_t *data;
    size_t size;
    bool ok;

    if (!arena)
        return err_memory(err);
    path_of(store, hash, path);
    ok = file_read(path, RELEASE_FILE_BYTES_MAX, arena, &data, &size, err);
    if (ok)
        bytes_add(out, data, size);
    arena_free(arena);
    return ok && (!out->failed || err_memory(err));
}
