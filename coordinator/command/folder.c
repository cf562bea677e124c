/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/command/folder.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/base/file.h"
#include "proto/trust/x509.h"

bool folder_path(const char *dir, const char *name, char path[static PATH_MAX], struct err *err)
{
    assert(dir && name);
    int length = snprintf(path, PATH_MAX, "%s/%s", dir, name);

    return (length > 0 && length < PATH_MAX) ||
           err_set(err, ERR_INVALID, "the path %s is too long", dir);
}

bool folder_text(const char *dir, const char *name, struct arena *arena, const char **text,
                 struct err *err)
{
    assert(arena && text);
    char path[PATH_MAX];
    uint8_t *data;
    size_t size;

    if (!folder_path(dir, name, path, err) ||
        !file_read(path, X509_PEM_MAX, arena, &data, &size, err))
        return false;
    *text = (const char *)data;
    return true;
}

bool folder_root_dir(const char *dir, char path[static PATH_MAX], struct err *err)
{
    char whole[PATH_MAX];
    int length = snprintf(path, PATH_MAX, "%s.root", realpath(dir, whole) ? whole : dir);

    return (length > 0 && length < PATH_MAX) ||
           err_set(err, ERR_INVALID, "the path %s is too long", dir);
}

bool folder_ca_key(const char *const *folders, size_t n, struct arena *arena, const char **key,
                   struct err *err)
{
    char path[PATH_MAX];

    assert(n > 0);
    for (size_t i = 0; i < n; i++) {
        if (!folder_path(folders[i], "ca.key", path, err))
            return false;
        if (file_exists(path))
            return folder_text(folders[i], "ca.key", arena, key, err);
    }
    return err_set(err, ERR_INVALID, "no CA key (ca.key) in %s; name its folder with --root-dir",
                   folders[0]);
}
