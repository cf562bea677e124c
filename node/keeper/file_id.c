/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/file_id.h"

#include <assert.h>

bool file_id_of(const char *path, struct file_id *out)
{
    struct stat info;

    if (stat(path, &info) != 0)
        return false;
    *out = (struct file_id){info.st_mtim, info.st_ino, info.st_size};
    return true;
}

bool file_id_same(const struct file_id *a, const struct file_id *b)
{
    assert(a && b);
    return a->modified.tv_sec == b->modified.tv_sec && a->modified.tv_nsec == b->modified.tv_nsec &&
           a->inode == b->inode && a->size == b->size;
}
