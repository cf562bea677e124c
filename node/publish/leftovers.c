/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/leftovers.h"

#include <assert.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/snapshot/pin.h"
#include "proto/base/bytes.h"
#include "proto/base/log.h"

/* Whose files stay; the first two are the caller's. */
struct leftovers_kept {
    const struct manifest *now;
    const struct manifest *before;
    struct manifest *pinned;
    size_t n;
};

static bool names(const struct manifest *manifest, const char *file)
{
    char hex[65];

    bytes_to_hex(manifest->id, 32, hex);
    if (strncmp(file, hex, 64) == 0)
        return true;
    bytes_to_hex(manifest->terms_hash, 32, hex);
    if (manifest->has_terms && strncmp(file, hex, 64) == 0)
        return true;
    for (size_t i = 0; i < manifest->n_segments; i++) {
        bytes_to_hex(manifest->segments[i].hash, 32, hex);
        if (strncmp(file, hex, 64) == 0)
            return true;
    }
    for (int i = VARIANT_GRCH37; i <= VARIANT_GRCH38; i++) {
        bytes_to_hex(manifest->references[i].hash, 32, hex);
        if (manifest->references[i].there && strncmp(file, hex, 64) == 0)
            return true;
    }
    return false;
}

static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);

    return length >= tail && strcmp(name + length - tail, end) == 0;
}

static bool is_temporary(const char *name)
{
    return ends_in(name, ".tmp") || ends_in(name, ".tmp-journal");
}

static bool is_published(const char *name)
{
    return ends_in(name, ".segment") || ends_in(name, ".terms") || ends_in(name, ".manifest") ||
           ends_in(name, ".reference") || ends_in(name, ".index");
}

static bool is_kept(const struct leftovers_kept *kept, const char *name)
{
    bool found = names(kept->now, name) || (kept->before && names(kept->before, name));

    for (size_t i = 0; !found && i < kept->n; i++)
        found = names(&kept->pinned[i], name);
    return found;
}

/* kept: NULL for temporary files alone. */
static void sweep(const char *path, const struct leftovers_kept *kept)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    char file[PATH_MAX];

    while (folder && (entry = readdir(folder))) {
        const char *name = entry->d_name;

        if ((is_temporary(name) || (kept && is_published(name) && !is_kept(kept, name))) &&
            snprintf(file, sizeof(file), "%s/%s", path, name) < (int)sizeof(file))
            unlink(file);
    }
    if (folder)
        closedir(folder);
}

/* The manifests of the pinned releases. */
static bool read_pinned(const struct publish_options *options, struct leftovers_kept *kept,
                        struct err *err)
{
    struct pin pins[PINS_MAX];
    size_t n;

    if (!options->dir)
        return true;
    if (!pin_list(options->dir, pins, &n, err))
        return false;
    kept->pinned = calloc(n + 1, sizeof(*kept->pinned));
    if (!kept->pinned)
        return err_memory(err);
    for (; kept->n < n; kept->n++)
        if (!manifest_read_id(options->folder, pins[kept->n].snapshot, &kept->pinned[kept->n], err))
            return err_wrap(err, "release %s: ", pins[kept->n].release);
    return true;
}

void leftovers_remove(const char *folder)
{
    assert(folder);
    sweep(folder, NULL);
}

void leftovers_reclaim(const struct publish_options *options, const struct manifest *now,
                       const struct manifest *before)
{
    assert(options && options->folder && now);
    struct leftovers_kept kept = {.now = now, .before = before};
    struct err err;

    if (read_pinned(options, &kept, &err))
        sweep(options->folder, &kept);
    else
        log_error("old_snapshots_not_removed", &err);
    for (size_t i = 0; i < kept.n; i++)
        manifest_clear(&kept.pinned[i]);
    free(kept.pinned);
}
