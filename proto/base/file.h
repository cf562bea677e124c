#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam for files that SQLite does not manage: keys, rosters, manifests, certificates.
 *
 * A written file is either complete or absent: temporary name, write, fsync, rename, fsync of the
 * folder. Every read has a byte limit. Tests inject faults with file_fault(). Any thread, except
 * for file_fault().
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/base/err.h"

struct arena;

/* Reads the whole file into the arena, followed by a NUL that *size does not count. */
bool file_read(const char *path, size_t bytes_max, struct arena *arena, uint8_t **data,
               size_t *size, struct err *err) MUST_CHECK;
/*
 * Replaces the file at path by these bytes, atomically and durably, with this mode (0600 for
 * secrets). ERR_INVALID when path is something other than a regular file. A file that root writes
 * gets the owner of its folder.
 */
bool file_write(const char *path, const void *data, size_t size, mode_t mode,
                struct err *err) MUST_CHECK;
/* The same of these parts, one after the other. */
struct file_part {
    const void *data;
    size_t size;
};
bool file_write_parts(const char *path, const struct file_part *parts, size_t n, mode_t mode,
                      struct err *err) MUST_CHECK;
/* Moves a finished, synced file to its final name: rename, then fsync of the folder. */
bool file_rename(const char *from, const char *to, struct err *err) MUST_CHECK;
/* Calls fsync on the file or folder at path. */
bool file_sync(const char *path, struct err *err) MUST_CHECK;
bool file_exists(const char *path);
/* Makes the folder and its parents; a folder that already exists is no error. */
bool file_make_folder(const char *path, mode_t mode, struct err *err) MUST_CHECK;
/* BLAKE2b-256 of the file's content, which is read in pieces. */
bool file_hash(const char *path, uint8_t hash[static 32], struct err *err) MUST_CHECK;

/* For tests: the n-th operation from now (0 = next) fails with this errno; n = -1 ends the plan. */
void file_fault(int n, int errno_value);
