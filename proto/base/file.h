#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file seam, for the few files that are not SQLite's: keys, rosters, manifests, certificates.
 *
 * A written file is whole or absent: temporary name, write, fsync, rename, fsync of the folder. A
 * read has a limit. Tests inject faults with file_fault(). Any thread, except the fault plan.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/base/err.h"

struct arena;

/* The whole file, from the arena, with a NUL behind it that is not counted in *size. */
bool file_read(const char *path, size_t bytes_max, struct arena *arena, uint8_t **data,
               size_t *size, struct err *err) MUST_CHECK;
/*
 * Replace path by these bytes, atomically and durably, with this mode (0600 for secrets). What is
 * there and is no regular file stays: ERR_INVALID. Written by root, it belongs to whom the folder
 * belongs.
 */
bool file_write(const char *path, const void *data, size_t size, mode_t mode,
                struct err *err) MUST_CHECK;
/* Put a finished, synced file in place: rename and fsync of the folder. */
bool file_rename(const char *from, const char *to, struct err *err) MUST_CHECK;
/* fsync path itself. */
bool file_sync(const char *path, struct err *err) MUST_CHECK;
bool file_exists(const char *path);
/* mkdir that is content with a folder that is there; parents too. */
bool file_make_folder(const char *path, mode_t mode, struct err *err) MUST_CHECK;
/* BLAKE2b-256 of the content, read in pieces. */
bool file_hash(const char *path, uint8_t hash[static 32], struct err *err) MUST_CHECK;

/* For tests: the n-th operation from now (0 = next) fails with this errno; -1 never. */
void file_fault(int n, int errno_value);
