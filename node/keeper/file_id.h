#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifies the content of a file on disk by its time, inode and size, to see whether it changed.
 * Files of a node's folder are always replaced whole (proto/base/file.h), so new content has a new
 * inode. Values; any thread.
 */
#include <stdbool.h>
#include <sys/stat.h>

struct file_id {
    struct timespec modified;
    ino_t inode;
    off_t size;
};

/* False when nothing is at path. */
bool file_id_of(const char *path, struct file_id *out);
bool file_id_same(const struct file_id *a, const struct file_id *b);
