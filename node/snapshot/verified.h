#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which files of a snapshot were found to have the content that their names say, so that the next
 * process need not read all of them again: D/snapshot/verified, a line a file:
 *
 *     HASH DEVICE INODE SIZE MTIME_NS CTIME_NS
 *
 * A file is remembered when it is the same in all of it: writing to a file, or putting another one
 * in its place, changes its ctime, which no program can set. A file that was changed less than
 * VERIFIED_AGE_S before it was hashed is not remembered, because a change within one tick of the
 * file system's clock leaves the ctime as it was. What a disk loses by itself changes no ctime:
 * keeper hashes all files at each start and does not ask here.
 *
 * A list that is missing or damaged remembers nothing. One thread.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "proto/base/err.h"

#define VERIFIED_AGE_S 2
#define VERIFIED_BYTES_MAX ((size_t)1 << 20)

struct verified;

/* NULL and err when memory is out; a list that cannot be read is an empty one. */
struct verified *verified_open(const char *folder, struct err *err);
/* Writes what was added, where that can be written; then frees. Accepts NULL. */
void verified_close(struct verified *verified);
bool verified_has(struct verified *verified, const uint8_t hash[static 32],
                  const struct stat *info);
/* info is of before the file was hashed; path is looked at again. */
void verified_add(struct verified *verified, const uint8_t hash[static 32], const struct stat *info,
                  const char *path);
