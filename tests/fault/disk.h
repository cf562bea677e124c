#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The disk's inside, for crash_vfs.c, which speaks SQLite, and disk.c, which keeps and loses bytes.
 *
 * A file is an inode; a directory maps names to inodes. `now` is what the running system sees,
 * `synced` what would be there after a power cut that lost all it could. Directory changes wait in
 * order until a directory sync. One thread.
 */
#include "tests/fault/crash_vfs.h"

#define DISK_NAME_BYTES 256
#define DISK_NAMES_MAX 16
#define DISK_INODES_MAX 8192
#define DISK_PENDING_MAX 8192
#define DISK_SECTOR 512

struct content {
    uint8_t *data;
    size_t size;
    size_t room;
};

struct inode {
    struct content now;
    struct content synced;
};

struct entry {
    char name[DISK_NAME_BYTES]; /* "" = free */
    struct inode *inode;
};

struct change {
    char name[DISK_NAME_BYTES];
    struct inode *inode; /* NULL: the name goes */
};

struct disk {
    struct inode *inode[DISK_INODES_MAX];
    size_t n_inodes;
    struct entry now[DISK_NAMES_MAX];
    struct entry durable[DISK_NAMES_MAX];
    struct change *pending; /* DISK_PENDING_MAX */
    size_t n_pending;
    enum disk_fault fault;
    uint64_t at;
    uint64_t operations;
    uint64_t syncs; /* of files and of the directory */
    unsigned lies;
    bool fired;
    bool dead;
};

extern struct disk *disk_mounted;

struct inode *disk_find(struct disk *disk, const char *name);
struct inode *disk_create(struct disk *disk, const char *name); /* NULL name: no entry */
void disk_unlink(struct disk *disk, const char *name);
void disk_sync_directory(struct disk *disk);
void inode_sync(struct inode *inode);
void content_write(struct content *content, size_t at, const void *data, size_t size);
void content_truncate(struct content *content, size_t size);

enum disk_step { STEP_GO, STEP_EIO, STEP_FULL, STEP_SHORT, STEP_DEAD };
/* Count one operation and say what becomes of it. */
enum disk_step disk_step(struct disk *disk, bool writes);
