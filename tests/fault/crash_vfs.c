/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite's side. Reads count as operations too: a process may die between any two of them.
 */
#include "tests/fault/crash_vfs.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fault/disk.h"

#define SHM_PAGES 8

struct file {
    sqlite3_file base;
    struct disk *disk;
    struct inode *inode;
    int flags;
    bool sync_directory; /* a new journal: its first sync makes its name durable */
    char name[DISK_NAME_BYTES];
    void *shm[SHM_PAGES];
};

static int code_of(enum disk_step step, int eio)
{
    return step == STEP_GO ? SQLITE_OK : step == STEP_FULL ? SQLITE_FULL : eio;
}

static bool is_journal(const struct file *file)
{
    return file->flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL);
}

static int file_close(sqlite3_file *base)
{
    struct file *file = (struct file *)base;

    for (int i = 0; i < SHM_PAGES; i++)
        free(file->shm[i]);
    return SQLITE_OK;
}

static int file_read(sqlite3_file *base, void *out, int size, sqlite3_int64 at)
{
    struct file *file = (struct file *)base;
    enum disk_step step = disk_step(file->disk, false);
    const struct content *now = &file->inode->now;
    size_t there = (size_t)at < now->size ? now->size - (size_t)at : 0;

    if (step != STEP_GO)
        return SQLITE_IOERR_READ;
    memset(out, 0, (size_t)size);
    if (there)
        memcpy(out, now->data + at, there < (size_t)size ? there : (size_t)size);
    return there < (size_t)size ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static int file_write(sqlite3_file *base, const void *data, int size, sqlite3_int64 at)
{
    struct file *file = (struct file *)base;
    enum disk_step step = disk_step(file->disk, true);

    if (step == STEP_SHORT)
        content_write(&file->inode->now, (size_t)at, data, (size_t)size / 2);
    if (step == STEP_GO)
        content_write(&file->inode->now, (size_t)at, data, (size_t)size);
    return code_of(step, SQLITE_IOERR_WRITE);
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct file *file = (struct file *)base;
    enum disk_step step = disk_step(file->disk, true);

    if (step == STEP_GO)
        content_truncate(&file->inode->now, (size_t)size);
    return code_of(step, SQLITE_IOERR_TRUNCATE);
}

static int file_sync(sqlite3_file *base, int flags)
{
    struct file *file = (struct file *)base;
    enum disk_step step = disk_step(file->disk, true);
    unsigned lie = is_journal(file) ? DISK_LIE_JOURNAL : DISK_LIE_DATABASE;

    (void)flags;
    file->disk->syncs++;
    if (step != STEP_GO)
        return code_of(step, SQLITE_IOERR_FSYNC);
    if (!(file->disk->lies & lie))
        inode_sync(file->inode);
    if (file->sync_directory && !(file->disk->lies & DISK_LIE_DIRECTORY))
        disk_sync_directory(file->disk);
    file->sync_directory = false;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    struct file *file = (struct file *)base;

    *size = (sqlite3_int64)file->inode->now.size;
    return code_of(disk_step(file->disk, false), SQLITE_IOERR_FSTAT);
}

static int file_lock(sqlite3_file *base, int level)
{
    (void)base;
    (void)level;
    return SQLITE_OK;
}

static int file_check_reserved(sqlite3_file *base, int *reserved)
{
    (void)base;
    *reserved = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int op, void *arg)
{
    (void)base;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int file_sector_size(sqlite3_file *base)
{
    (void)base;
    return DISK_SECTOR;
}

static int file_characteristics(sqlite3_file *base)
{
    (void)base;
    return 0; /* promise nothing */
}

/* Shared memory of one process: for the planted bug that uses a WAL. */
static int file_shm_map(sqlite3_file *base, int page, int size, int extend, void volatile **out)
{
    struct file *file = (struct file *)base;

    *out = NULL;
    if (page >= SHM_PAGES)
        return SQLITE_NOMEM;
    if (!file->shm[page] && extend)
        file->shm[page] = calloc(1, (size_t)size);
    *out = file->shm[page];
    return SQLITE_OK;
}

static int file_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
    (void)base;
    (void)offset;
    (void)n;
    (void)flags;
    return SQLITE_OK;
}

static void file_shm_barrier(sqlite3_file *base)
{
    (void)base;
}

static int file_shm_unmap(sqlite3_file *base, int remove)
{
    struct file *file = (struct file *)base;

    (void)remove;
    for (int i = 0; i < SHM_PAGES; i++) {
        free(file->shm[i]);
        file->shm[i] = NULL;
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {.iVersion = 2,
                                           .xClose = file_close,
                                           .xRead = file_read,
                                           .xWrite = file_write,
                                           .xTruncate = file_truncate,
                                           .xSync = file_sync,
                                           .xFileSize = file_size,
                                           .xLock = file_lock,
                                           .xUnlock = file_lock,
                                           .xCheckReservedLock = file_check_reserved,
                                           .xFileControl = file_control,
                                           .xSectorSize = file_sector_size,
                                           .xDeviceCharacteristics = file_characteristics,
                                           .xShmMap = file_shm_map,
                                           .xShmLock = file_shm_lock,
                                           .xShmBarrier = file_shm_barrier,
                                           .xShmUnmap = file_shm_unmap};

static int disk_open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags,
                          int *out_flags)
{
    struct file *file = (struct file *)base;
    enum disk_step step = disk_step(disk_mounted, (flags & SQLITE_OPEN_CREATE) != 0);
    struct inode *inode = name ? disk_find(disk_mounted, name) : NULL;
    bool create = !inode && (flags & SQLITE_OPEN_CREATE);

    (void)vfs;
    *file = (struct file){.disk = disk_mounted, .flags = flags};
    if (step != STEP_GO || (!inode && !create))
        return step == STEP_FULL ? SQLITE_FULL : SQLITE_CANTOPEN;
    if (create)
        inode = disk_create(disk_mounted, name);
    file->inode = inode;
    file->sync_directory = create && is_journal(file);
    file->base.pMethods = &methods;
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    enum disk_step step = disk_step(disk_mounted, false);

    (void)vfs;
    if (step != STEP_GO)
        return SQLITE_IOERR_DELETE;
    if (!disk_find(disk_mounted, name))
        return SQLITE_IOERR_DELETE_NOENT;
    disk_unlink(disk_mounted, name);
    if (sync_directory && !(disk_mounted->lies & DISK_LIE_DIRECTORY))
        disk_sync_directory(disk_mounted);
    return SQLITE_OK;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    struct inode *inode = disk_find(disk_mounted, name);

    (void)vfs;
    /* As on Unix: an empty journal counts as none. */
    *out = inode && (flags != SQLITE_ACCESS_EXISTS || inode->now.size > 0);
    return code_of(disk_step(disk_mounted, false), SQLITE_IOERR_ACCESS);
}

static int disk_full_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
}

static int disk_randomness(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    memset(out, 0x5a, (size_t)size); /* the same run every time */
    return size;
}

static int disk_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int disk_time(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    (void)vfs;
    *out = INT64_C(212993712000000);
    return SQLITE_OK;
}

static int disk_last_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    (void)size;
    (void)out;
    return 0;
}

bool disk_register(void)
{
    static sqlite3_vfs vfs = {.iVersion = 2,
                              .szOsFile = sizeof(struct file),
                              .mxPathname = DISK_NAME_BYTES - 16,
                              .zName = "disk",
                              .xOpen = disk_open_file,
                              .xDelete = disk_delete,
                              .xAccess = disk_access,
                              .xFullPathname = disk_full_path,
                              .xRandomness = disk_randomness,
                              .xSleep = disk_sleep,
                              .xGetLastError = disk_last_error,
                              .xCurrentTimeInt64 = disk_time};

    return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK;
}
