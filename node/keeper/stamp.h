#pragma once
/*
 * By what a file on disk is recognised as unchanged: time, inode, size. Files of a node's folder
 * are replaced as a whole (proto/base/file.h), so a new content is a new inode. Values; any thread.
 */
#include <stdbool.h>
#include <sys/stat.h>

struct stamp {
    struct timespec modified;
    ino_t inode;
    off_t size;
};

/* False when nothing is at path. */
bool stamp_of(const char *path, struct stamp *out);
bool stamp_same(const struct stamp *a, const struct stamp *b);
