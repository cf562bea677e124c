#include "node/keeper/stamp.h"

bool stamp_of(const char *path, struct stamp *out)
{
    struct stat info;

    if (stat(path, &info) != 0)
        return false;
    *out = (struct stamp){info.st_mtim, info.st_ino, info.st_size};
    return true;
}

bool stamp_same(const struct stamp *a, const struct stamp *b)
{
    return a->modified.tv_sec == b->modified.tv_sec && a->modified.tv_nsec == b->modified.tv_nsec &&
           a->inode == b->inode && a->size == b->size;
}
