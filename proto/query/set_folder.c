/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/set_folder.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/file.h"

static const char suffix[] = ".txt";

/* "epilepsy@3.txt" of @epilepsy: 3. 0 for the file of another set, or of none. */
static uint32_t version_of(const char *file, const char *wanted)
{
    char name[NAMED_SET_NAME_MAX + 1];
    size_t n = strlen(file), end = strlen(suffix);
    uint32_t version;

    if (n <= end || strcmp(file + n - end, suffix) != 0 ||
        !named_set_read(file, n - end, name, &version) || strcmp(name, wanted) != 0)
        return 0;
    return version;
}

static uint32_t newest(const char *path, const char *name)
{
    DIR *folder = opendir(path);
    uint32_t best = 0;

    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
        uint32_t version = version_of(entry->d_name, name);

        best = version > best ? version : best;
    }
    if (folder)
        closedir(folder);
    return best;
}

static bool read_set(struct set_folder *folder, const char *path, struct named_set_text *out,
                     struct err *err)
{
    uint8_t *data;
    size_t size;

    if (!file_read(path, NAMED_SET_TEXT_MAX, folder->arena, &data, &size, err))
        return false;
    out->text = (const char *)data;
    out->length = size;
    return true;
}

static bool find(void *of, const struct named_set_wanted *wanted, struct named_set_text *out,
                 struct err *err)
{
    struct set_folder *folder = of;

    for (size_t i = 0; i < SET_FOLDERS; i++) {
        const char *in = folder->paths[i];
        char path[1024];

        if (!in)
            continue;
        out->version = wanted->version ? wanted->version : newest(in, wanted->name);
        if (!out->version ||
            (size_t)snprintf(path, sizeof(path), "%s/%s@%u%s", in, wanted->name, out->version,
                             suffix) >= sizeof(path) ||
            !file_exists(path))
            continue;
        return read_set(folder, path, out, err);
    }
    return err_set(err, ERR_INVALID, "there is no file %.64s@%u.txt in %s%s%s", wanted->name,
                   wanted->version ? wanted->version : 1, folder->paths[0] ? folder->paths[0] : "",
                   folder->paths[0] && folder->paths[1] ? " or " : "",
                   folder->paths[1] ? folder->paths[1] : "");
}

struct named_sets set_folder_source(struct set_folder *folder)
{
    assert(folder && folder->arena);
    return (struct named_sets){find, folder};
}
