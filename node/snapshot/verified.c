/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/verified.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"

#define LINE_BYTES 256

struct verified {
    char path[PATH_MAX];
    struct arena *arena; /* owns the text that was read */
    const char *known;   /* the text of the file */
    size_t known_size;
    struct bytes now; /* lines of the files that were checked now and are good */
    bool added;
};

static int64_t nanoseconds(const struct timespec *time)
{
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static size_t write_line(const uint8_t hash[static 32], const struct stat *info,
                         char line[static LINE_BYTES])
{
    char hex[65];

    bytes_to_hex(hash, 32, hex);
    return (size_t)snprintf(line, LINE_BYTES,
                            "%s %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", hex,
                            (uint64_t)info->st_dev, (uint64_t)info->st_ino, (int64_t)info->st_size,
                            nanoseconds(&info->st_mtim), nanoseconds(&info->st_ctim));
}

struct verified *verified_open(const char *folder, struct err *err)
{
    struct verified *verified = calloc(1, sizeof(*verified));
    struct err ignored;
    uint8_t *data;

    if (!verified || !(verified->arena = arena_new(2 * VERIFIED_BYTES_MAX))) {
        free(verified);
        err_memory(err);
        return NULL;
    }
    if (snprintf(verified->path, sizeof(verified->path), "%s/verified", folder) >=
        (int)sizeof(verified->path))
        verified->path[0] = 0;
    else if (file_exists(verified->path) &&
             file_read(verified->path, VERIFIED_BYTES_MAX, verified->arena, &data,
                       &verified->known_size, &ignored))
        verified->known = (const char *)data;
    return verified;
}

/* Finds a whole line: it must begin at the start of the text or after a line's end. */
static bool is_known(const struct verified *verified, const char *line, size_t size)
{
    const char *at = verified->known;
    size_t left = verified->known ? verified->known_size : 0;

    while (left >= size) {
        const char *end = memchr(at, '\n', left);

        if (!end)
            return false;
        if ((size_t)(end - at) + 1 == size && memcmp(at, line, size) == 0)
            return true;
        left -= (size_t)(end - at) + 1;
        at = end + 1;
    }
    return false;
}

bool verified_has(struct verified *verified, const uint8_t hash[static 32], const struct stat *info)
{
    assert(verified);
    char line[LINE_BYTES];
    size_t size = write_line(hash, info, line);

    if (!is_known(verified, line, size))
        return false;
    bytes_add(&verified->now, line, size);
    return true;
}

void verified_add(struct verified *verified, const uint8_t hash[static 32], const struct stat *info,
                  const char *path)
{
    assert(verified && info);
    char line[LINE_BYTES], again[LINE_BYTES];
    size_t size = write_line(hash, info, line);
    struct stat after;

    if (stat(path, &after) != 0 || write_line(hash, &after, again) != size ||
        memcmp(line, again, size) != 0 || info->st_ctim.tv_sec + VERIFIED_AGE_S > clock_wall_s())
        return;
    bytes_add(&verified->now, line, size);
    verified->added = true;
}

void verified_close(struct verified *verified)
{
    struct err ignored;

    if (!verified)
        return;
    if (verified->added && verified->path[0] && !verified->now.failed &&
        verified->now.size <= VERIFIED_BYTES_MAX)
        (void)!file_write(verified->path, verified->now.data, verified->now.size, 0600, &ignored);
    bytes_clear(&verified->now);
    arena_free(verified->arena);
    free(verified);
}
