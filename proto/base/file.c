/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/base/arena.h"

#define PIECE_BYTES ((size_t)256 << 10)

static int fault_after = -1;
static int fault_errno;

void file_fault(int n, int errno_value)
{
    fault_after = n;
    fault_errno = errno_value;
}

/* Every operation calls this first. True when the fault plan says that this operation fails. */
static bool faulty(void)
{
    if (fault_after < 0)
        return false;
    if (fault_after-- > 0)
        return false;
    errno = fault_errno;
    return true;
}

static enum err_code code_of(int number)
{
    return number == ENOENT || number == EACCES || number == ENOTDIR || number == EISDIR
               ? ERR_INVALID
               : ERR_INTERNAL;
}

static bool failed(struct err *err, const char *doing, const char *path)
{
    int number = errno;

    return err_set(err, code_of(number), "%s %s: %s", doing, path, strerror(number));
}

static bool read_all(int fd, uint8_t *data, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        ssize_t n = faulty() ? -1 : read(fd, data + *got, size - *got);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return true;
}

bool file_read(const char *path, size_t bytes_max, struct arena *arena, uint8_t **data,
               size_t *size, struct err *err)
{
    assert(path && arena && data && size);
    struct stat info;
    uint8_t *found;
    size_t got = 0;
    bool ok;
    int fd = faulty() ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return failed(err, "cannot open", path);
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || (uint64_t)info.st_size > bytes_max) {
        close(fd);
        return err_set(err, ERR_INVALID, "%s is not a regular file of at most %zu bytes", path,
                       bytes_max);
    }
    found = arena_alloc(arena, (size_t)info.st_size + 1);
    ok = found && read_all(fd, found, (size_t)info.st_size, &got);
    close(fd);
    if (!found)
        return err_memory(err);
    if (!ok)
        return failed(err, "cannot read", path);
    found[got] = 0;
    *data = found;
    *size = got;
    return true;
}

static bool write_all(int fd, const uint8_t *data, size_t size)
{
    while (size) {
        ssize_t n = faulty() ? -1 : write(fd, data, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

static bool sync_folder_of(const char *path)
{
    char copy[PATH_MAX];
    bool ok;
    int fd;

    if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
        return errno = ENAMETOOLONG, false;
    fd = faulty() ? -1 : open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ok = !faulty() && fsync(fd) == 0;
    close(fd);
    return ok;
}

bool file_rename(const char *from, const char *to, struct err *err)
{
    assert(from && to);
    if (faulty() || rename(from, to) != 0)
        return failed(err, "cannot put in place", to);
    if (!sync_folder_of(to))
        return failed(err, "cannot make durable the folder of", to);
    return true;
}

/* Renaming a file over a device or a pipe would remove it for every program that uses it. */
static bool may_replace(const char *path, struct err *err)
{
    struct stat there;

    return stat(path, &there) != 0 || S_ISREG(there.st_mode) ||
           err_set(err, ERR_INVALID, "%s is there and is no regular file", path);
}

/* A file that root writes gets the owner of its folder, so that link can read its certificate. */
static bool owner_keep(int fd, const char *path)
{
    char copy[PATH_MAX];
    struct stat folder;

    if (geteuid() != 0)
        return true;
    snprintf(copy, sizeof(copy), "%s", path);
    return stat(dirname(copy), &folder) == 0 &&
           (folder.st_uid == 0 || fchown(fd, folder.st_uid, folder.st_gid) == 0);
}

static bool write_parts(int fd, const struct file_part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!write_all(fd, parts[i].data, parts[i].size))
            return false;
    return true;
}

bool file_write(const char *path, const void *data, size_t size, mode_t mode, struct err *err)
{
    return file_write_parts(path, &(struct file_part){data, size}, 1, mode, err);
}

bool file_write_parts(const char *path, const struct file_part *parts, size_t n, mode_t mode,
                      struct err *err)
{
    assert(path && parts);
    char temporary[PATH_MAX];
    bool written;
    int fd;

    if (!may_replace(path, err))
        return false;
    if (snprintf(temporary, sizeof(temporary), "%s.%d.tmp", path, (int)getpid()) >=
        (int)sizeof(temporary))
        return err_set(err, ERR_INVALID, "the path %s is too long", path);
    fd = faulty() ? -1 : open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return failed(err, "cannot create", temporary);
    written = fchmod(fd, mode) == 0 && owner_keep(fd, path) && write_parts(fd, parts, n) &&
              !faulty() && fsync(fd) == 0;
    if (!written)
        failed(err, "cannot write", temporary);
    if (close(fd) != 0 && written)
        written = failed(err, "cannot write", temporary);
    if (!written || !file_rename(temporary, path, err)) {
        unlink(temporary);
        return false;
    }
    return true;
}

bool file_sync(const char *path, struct err *err)
{
    assert(path);
    int fd = faulty() ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    bool ok;

    if (fd < 0)
        return failed(err, "cannot open", path);
    ok = !faulty() && fsync(fd) == 0;
    if (!ok)
        failed(err, "cannot make durable", path);
    close(fd);
    return ok;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool file_make_folder(const char *path, mode_t mode, struct err *err)
{
    assert(path);
    char part[PATH_MAX];
    size_t length = strlen(path);

    if (length == 0 || length >= sizeof(part))
        return err_set(err, ERR_INVALID, "a folder's path has 1 to %d bytes", PATH_MAX - 1);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != 0)
            continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (faulty() || (mkdir(part, mode) != 0 && errno != EEXIST))
            return failed(err, "cannot create the folder", part);
    }
    return true;
}

bool file_hash(const char *path, uint8_t hash[static 32], struct err *err)
{
    assert(path);
    static _Thread_local uint8_t piece[PIECE_BYTES];
    crypto_generichash_state state;
    size_t got = PIECE_BYTES;
    bool ok = true;
    int fd = faulty() ? -1 : open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return failed(err, "cannot open", path);
    crypto_generichash_init(&state, NULL, 0, 32);
    while (ok && got == PIECE_BYTES) {
        ok = read_all(fd, piece, PIECE_BYTES, &got);
        crypto_generichash_update(&state, piece, got);
    }
    if (!ok)
        failed(err, "cannot read", path);
    close(fd);
    crypto_generichash_final(&state, hash, 32);
    return ok;
}
