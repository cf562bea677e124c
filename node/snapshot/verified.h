#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Remembers which files of a snapshot had the content that their names say, so that the next
 * process need not read them all again. D/snapshot/verified has a line for each file:
 *
 *     HASH DEVICE INODE SIZE MTIME_NS CTIME_NS
 *
 * A file counts as remembered when all these values are the same: writing to a file or replacing it
 * changes its ctime, which no program can set. A file that was changed less than VERIFIED_AGE_S
 * before it was hashed is not remembered, because a change within one tick of the file system's
 * clock leaves the ctime as it was. A fault of the disk does not change the ctime; therefore keeper
 * hashes all files at each start and does not use this list.
 *
 * A list that is missing or damaged counts as empty. One thread.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "proto/base/err.h"

#define VERIFIED_AGE_S 2
#define VERIFIED_BYTES_MAX ((size_t)1 << 20)

struct verified;

/* NULL with err when memory is out. A list that cannot be read is taken as empty. */
struct verified *verified_open(const char *folder, struct err *err);
/* Writes what was added, if the folder can be written; then frees. Accepts NULL. */
void verified_close(struct verified *verified);
bool verified_has(struct verified *verified, const uint8_t hash[static 32],
                  const struct stat *info);
/* info must be taken before the file was hashed; the file at path is checked again. */
void verified_add(struct verified *verified, const uint8_t hash[static 32], const struct stat *info,
                  const char *path);
