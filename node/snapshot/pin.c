/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/pin.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/snapshot/pointer.h"
#include "proto/base/file.h"

static bool name_valid(const char *name)
{
    size_t length = strspn(name, "0123456789-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    return length > 0 && length < PIN_NAME_BYTES && !name[length];
}

static bool path_of(const char *dir, const char *release, char path[static PATH_MAX],
                    struct err *err)
{
    return snprintf(path, PATH_MAX, "%s/release%s%s", dir, *release ? "/" : "", release) <
               PATH_MAX ||
           err_set(err, ERR_INVALID, "the path %s is too long", dir);
}

bool pin_read(const char *dir, const char *release, struct pin *out, bool *found, struct err *err)
{
    assert(dir && release && out && found);
    char path[PATH_MAX];

    *found = false;
    if (!name_valid(release))
        return err_set(err, ERR_INVALID, "no release is called \"%.20s\"", release);
    snprintf(out->release, sizeof(out->release), "%s", release);
    return path_of(dir, release, path, err) && pointer_read(path, out->snapshot, found, err);
}

bool pin_list(const char *dir, struct pin out[static PINS_MAX], size_t *n, struct err *err)
{
    assert(dir && n);
    char path[PATH_MAX];
    DIR *folder;
    bool ok = path_of(dir, "", path, err), found;

    *n = 0;
    folder = ok ? opendir(path) : NULL;
    if (ok && !folder && errno != ENOENT)
        return err_set(err, ERR_INTERNAL, "cannot read %s: %s", path, strerror(errno));
    for (struct dirent *entry; ok && folder && (entry = readdir(folder));) {
        if (!name_valid(entry->d_name))
            continue;
        if (*n == PINS_MAX)
            ok = err_set(err, ERR_EXHAUSTED, "%s has more than %d releases", path, PINS_MAX);
        else if ((ok = pin_read(dir, entry->d_name, &out[*n], &found, err)) && found)
            *n += 1;
    }
    if (folder)
        closedir(folder);
    return ok;
}

bool pin_put(const char *dir, const struct pin *pin, struct err *err)
{
    assert(dir && pin);
    struct pin there[PINS_MAX], old;
    char path[PATH_MAX];
    bool found;
    size_t n;

    if (!pin_read(dir, pin->release, &old, &found, err))
        return false;
    if (found)
        return memcmp(old.snapshot, pin->snapshot, sizeof(old.snapshot)) == 0 ||
               err_set(err, ERR_DENIED,
                       "release %s is pinned to another snapshot; a wrong release is replaced by "
                       "one with a letter more (2026-11b), which the network's operator enters",
                       pin->release);
    if (!path_of(dir, "", path, err) || !file_make_folder(path, 0700, err) ||
        !pin_list(dir, there, &n, err) || !path_of(dir, pin->release, path, err))
        return false;
    if (n == PINS_MAX)
        return err_set(err, ERR_EXHAUSTED, "a node pins %d releases at a time", PINS_MAX);
    return pointer_write(path, pin->snapshot, err);
}

bool pin_drop(const char *dir, const char *release, struct err *err)
{
    assert(dir && name_valid(release));
    char path[PATH_MAX];

    if (!path_of(dir, release, path, err))
        return false;
    return unlink(path) == 0 || errno == ENOENT ||
           err_set(err, ERR_INTERNAL, "cannot remove %s: %s", path, strerror(errno));
}
