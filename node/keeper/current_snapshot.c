/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/current_snapshot.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/snapshot/pin.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/date.h"
#include "proto/base/file.h"
#include "proto/base/log.h"
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

/* The names of the keys that are needed: of the present snapshot, and of the pinned ones. */
struct noise_kept {
    char name[PINS_MAX + 1][NOISE_NAME_BYTES];
    size_t n;
};

static bool is_kept(const struct noise_kept *kept, const char *name)
{
    for (size_t i = 0; i < kept->n; i++)
        if (strcmp(kept->name[i], name) == 0)
            return true;
    return false;
}

/* Without all pins known no key is erased. id: NULL when nothing is published. */
static bool find_kept(const struct home *home, const uint8_t *id, struct noise_kept *out)
{
    struct pin pins[PINS_MAX];
    struct err err;
    size_t n;

    out->n = 0;
    if (!pin_list(home->dir, pins, &n, &err)) {
        log_error("noise_keys_not_erased", &err);
        return false;
    }
    if (id)
        noise_name(id, out->name[out->n++]);
    for (size_t i = 0; i < n; i++)
        noise_name(pins[i].snapshot, out->name[out->n++]);
    return true;
}

void current_snapshot_erase_keys(const struct current_snapshot *current_snapshot,
                                 const struct home *home)
{
    assert(current_snapshot && home);
    char path[HOME_PATH_BYTES];
    struct noise_kept kept;
    struct err ignored;
    DIR *folder;

    if (!find_kept(
            home, current_snapshot->snapshot ? snapshot_info(current_snapshot->snapshot)->id : NULL,
            &kept) ||
        !home_path(home, "keys", path, &ignored) || !(folder = opendir(path)))
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        size_t size = strlen(entry->d_name), suffix = strlen(NOISE_SUFFIX);

        if (strncmp(entry->d_name, NOISE_PREFIX, strlen(NOISE_PREFIX)) == 0 && size > suffix &&
            strcmp(entry->d_name + size - suffix, NOISE_SUFFIX) == 0 &&
            !is_kept(&kept, entry->d_name))
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

/* pinned: the id of the snapshot; NULL for the one that D/snapshot/current names. */
static bool open_snapshot(const struct home *home, const uint8_t *pinned,
                          struct current_snapshot *out, struct err *err)
{
    char folder[HOME_PATH_BYTES];
    struct current_snapshot next = {0};

    if (!home_path(home, "snapshot", folder, err) ||
        !(pinned ? snapshot_open_id(folder, pinned, &next.snapshot, err)
                 : snapshot_open(folder, SNAPSHOT_HASH_ALL, &next.snapshot, err)))
        return false;
    if (!open_noise(home, snapshot_info(next.snapshot)->id, &next.noise, err)) {
        current_snapshot_close(&next);
        return false;
    }
    snapshot_by_assays(next.snapshot);
    describe(&next);
    *out = next;
    return true;
}

bool current_snapshot_pinned(struct current_snapshot *current_snapshot, const struct home *home,
                             const uint8_t id[static 32], struct err *err)
{
    assert(current_snapshot && !current_snapshot->snapshot && home && id);
    return open_snapshot(home, id, current_snapshot, err);
}

static bool take_over(struct current_snapshot *current_snapshot, const struct home *home,
                      const char current[static 128], struct err *err)
{
    struct current_snapshot next;

    if (!open_snapshot(home, NULL, &next, err))
        return false;
    memcpy(next.current, current, sizeof(next.current));
    current_snapshot_close(current_snapshot);
    *current_snapshot = next;
    current_snapshot_erase_keys(current_snapshot, home);
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
    else if (!take_over(current_snapshot, home, current, err)) {
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
