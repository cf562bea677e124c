#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON files inside a tar archive (plain, gzip, xz), one after the other, from a descriptor.
 *
 * The archive is read as a stream and nothing is ever unpacked to disk; memory is one file of at
 * most TARBALL_FILE_MAX. What no honest archive of records holds is refused, and with it the whole
 * archive: absolute names, "..", links, devices, names deeper than TARBALL_DEPTH_MAX, more entries
 * or bytes than the limits, and an unpacked size out of proportion to the packed one. A cut or
 * damaged archive is an error, never a shorter one. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define TARBALL_FILE_MAX ((size_t)4 << 20)
#define TARBALL_ENTRIES_MAX UINT64_C(2000000)
#define TARBALL_BYTES_MAX (UINT64_C(64) << 30) /* unpacked */
#define TARBALL_RATIO_MAX 1000                 /* unpacked to packed, beyond TARBALL_RATIO_FREE */
#define TARBALL_RATIO_FREE (UINT64_C(64) << 20)
#define TARBALL_DEPTH_MAX 32
#define TARBALL_NAME_MAX 1024

struct tarball;

struct tarball_file {
    const char *name; /* as in the archive; foreign: never stored */
    uint64_t entry;   /* which entry of the archive, from 1 */
    const char *text; /* NUL-terminated; NULL when it is longer than TARBALL_FILE_MAX */
    size_t size;
    uint64_t consumed; /* packed bytes read so far */
};

/* Is this file an archive we read (by its first bytes)? Does not move the offset. */
bool tarball_is(int fd, bool *packed, struct err *err) MUST_CHECK;
/* fd is borrowed. */
bool tarball_open(int fd, struct tarball **out, struct err *err) MUST_CHECK;
/*
 * The next regular file whose name ends in ".json" (other regular files and folders are passed
 * over); *end is true when there is none. It is valid until the next call.
 */
bool tarball_next(struct tarball *tarball, struct tarball_file *file, bool *end,
                  struct err *err) MUST_CHECK;
void tarball_close(struct tarball *tarball);
