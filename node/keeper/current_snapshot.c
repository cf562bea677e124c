/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/current_snapshot.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/date.h"
#include "proto/base/file.h"
#include "proto/base/random.h"
#include "proto/trust/keys.h"

#define NOISE_PREFIX "noise."
#define NOISE_SUFFIX ".key"
#define NOISE_NAME_BYTES 96

/* Reads D/snapshot/current without its newline; "" when there is no such file. */
static bool read_current(const struct home *home, char current[static 128], struct err *err)
{
    char path[HOME_PATH_BYTES];
    struct arena *arena;
    uint8_t *data;
    size_t size;

    current[0] = 0;
    if (!home_path(home, "snapshot/current", path, err))
        return false;
    if (!file_exists(path))
        return true;
    arena = arena_new(4096);
    if (!arena)
        return err_memory(err);
    bool read = file_read(path, 127, arena, &data, &size, err);

    if (read) {
        memcpy(current, data, size);
        current[size] = 0;
        current[strcspn(current, "\r\n")] = 0;
    }
    arena_free(arena);
    return read;
}

/* ---- noise keys ------------------------------------------------------------------------------ */

static void noise_name(const uint8_t id[static 32], char name[static NOISE_NAME_BYTES])
{
    char hex[65];

    bytes_to_hex(id, 32, hex);
    snprintf(name, NOISE_NAME_BYTES, NOISE_PREFIX "%s" NOISE_SUFFIX, hex);
}

static bool read_or_make_key(const char *path, uint8_t key[static KEY_BYTES], struct err *err)
{
    if (file_exists(path))
        return keys_read_secret(path, key, err);
    random_bytes(key, KEY_BYTES);
    return keys_write_secret(path, key, 0600, err);
}

static bool open_noise(const struct home *home, const uint8_t id[static 32], struct noise **out,
                       struct err *err)
{
    char path[HOME_PATH_BYTES], name[NOISE_NAME_BYTES + 8] = "keys/";
    uint8_t *key = sodium_malloc(KEY_BYTES);

    if (!key)
        return err_set(err, ERR_INTERNAL, "no locked memory for the noise key");
    noise_name(id, name + strlen(name));
    bool opened = home_path(home, name, path, err) && read_or_make_key(path, key, err) &&
                  noise_new(key, out, err);

    sodium_free(key);
    return opened;
}

/*
 * Overwrites, syncs and unlinks the file. A copy-on-write disk may keep the old blocks: there only
 * disk encryption protects them.
 */
static void erase(int folder, const char *name)
{
    static const uint8_t zero[128];
    int fd = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

    if (fd >= 0) {
        if (write(fd, zero, sizeof(zero)) > 0)
            fsync(fd);
        close(fd);
    }
    unlinkat(folder, name, 0);
}

/* Erases the noise keys of all snapshots but this one. */
static void erase_other_keys(const struct home *home, const uint8_t id[static 32])
{
    char path[HOME_PATH_BYTES], keep[NOISE_NAME_BYTES];
    struct err ignored;
    DIR *folder = home_path(home, "keys", path, &ignored) ? opendir(path) : NULL;

    if (!folder)
        return;
    noise_name(id, keep);
    for (struct dirent *entry; (entry = readdir(folder));) {
        size_t size = strlen(entry->d_name), suffix = strlen(NOISE_SUFFIX);

        if (strncmp(entry->d_name, NOISE_PREFIX, strlen(NOISE_PREFIX)) == 0 && size > suffix &&
            strcmp(entry->d_name + size - suffix, NOISE_SUFFIX) == 0 &&
            strcmp(entry->d_name, keep) != 0)
            erase(dirfd(folder), entry->d_name);
    }
    fsync(dirfd(folder));
    closedir(folder);
}

/* ---- what an answer says about the snapshot -------------------------------------------------- */

/*
 * The assembly follows from the gene tables that the operator loaded, not from the samples: one old
 * sample on another assembly would then show in every answer, without noise and without a charge.
 */
static void describe(struct current_snapshot *current_snapshot)
{
    const struct snapshot_info *info = snapshot_info(current_snapshot->snapshot);

    date_text(info->date, current_snapshot->date);
    snprintf(current_snapshot->assembly, sizeof(current_snapshot->assembly), "%s",
             info->has_genes_37 && info->has_genes_38 ? "both"
             : info->has_genes_37                     ? "GRCh37"
             : info->has_genes_38                     ? "GRCh38"
                                                      : "none");
}

static bool open_snapshot(struct current_snapshot *current_snapshot, const struct home *home,
                          const char current[static 128], struct err *err)
{
    char folder[HOME_PATH_BYTES];
    struct current_snapshot next = {0};

    if (!home_path(home, "snapshot", folder, err) ||
        !snapshot_open(folder, SNAPSHOT_HASH_ALL, &next.snapshot, err))
        return false;
    if (!open_noise(home, snapshot_info(next.snapshot)->id, &next.noise, err)) {
        current_snapshot_close(&next);
        return false;
    }
    snapshot_by_assays(next.snapshot);
    describe(&next);
    memcpy(next.current, current, sizeof(next.current));
    current_snapshot_close(current_snapshot);
    *current_snapshot = next;
    erase_other_keys(home, snapshot_info(next.snapshot)->id);
    return true;
}

bool current_snapshot_refresh(struct current_snapshot *current_snapshot, const struct home *home,
                              bool *changed, struct err *err)
{
    assert(current_snapshot);
    char current[128];

    *changed = false;
    if (!read_current(home, current, err))
        return false;
    if (strcmp(current, current_snapshot->current) == 0 ||
        (current[0] && strcmp(current, current_snapshot->refused) == 0))
        return true;
    if (!current[0])
        current_snapshot_close(current_snapshot);
    else if (!open_snapshot(current_snapshot, home, current, err)) {
        memcpy(current_snapshot->refused, current, sizeof(current_snapshot->refused));
        return false;
    }
    *changed = true;
    return true;
}

void current_snapshot_close(struct current_snapshot *current_snapshot)
{
    noise_free(current_snapshot->noise);
    snapshot_close(current_snapshot->snapshot);
    *current_snapshot = (struct current_snapshot){0};
}
