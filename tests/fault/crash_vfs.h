#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk in memory that loses what a real one may lose, as SQLite's default VFS.
 *
 * Every operation is counted. A plan lets operation n kill the process (nothing happens any more,
 * all that was written stays), cut the power (what was not synced is kept or lost by the seed, per
 * sector of 512 bytes; file sizes, new and deleted names likewise) or fail with an error. A name is
 * durable after a sync of its directory: SQLite does that at the first sync of a new journal and,
 * with synchronous=EXTRA, after deleting it. Lies are planted bugs: a disk whose syncs do nothing
 * must make the tests fail. One disk is mounted at a time; one thread, one process, one connection.
 * Source of the model: reference reliability, section 3.1.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum disk_fault {
    DISK_NO_FAULT,
    DISK_CRASH,      /* operation n and all after it do not happen */
    DISK_EIO,        /* operation n fails, later ones work */
    DISK_EIO_STAYS,  /* operation n and all after it fail */
    DISK_FULL,       /* operation n, if it writes, finds the disk full */
    DISK_FULL_STAYS, /* it and all writes after it */
    DISK_SHORT,      /* operation n, if it writes, writes half and fails */
};

/* Bits: syncs that the disk acknowledges and does not do. */
enum disk_lie {
    DISK_HONEST = 0,
    DISK_LIE_DATABASE = 1,
    DISK_LIE_JOURNAL = 2,
    DISK_LIE_DIRECTORY = 4,
};

struct disk;

/* Register the VFS as SQLite's default, once, before any connection. */
bool disk_register(void);

struct disk *disk_new(void);
struct disk *disk_copy(const struct disk *disk); /* as it is now; no plan */
void disk_free(struct disk *disk);
/* All connections opened from now on are on this disk. */
void disk_mount(struct disk *disk);

/* Counting begins anew: operation 1 is the next. */
void disk_plan(struct disk *disk, enum disk_fault fault, uint64_t operation, unsigned lies);
uint64_t disk_operations(const struct disk *disk);
/* How many times a file or the directory was synced since the plan. */
uint64_t disk_syncs(const struct disk *disk);
/* The bytes of a file as the running system sees it; NULL where there is none. */
const void *disk_bytes(const struct disk *disk, const char *name, size_t *size);
/* Has the planned fault happened? */
bool disk_fired(const struct disk *disk);

/* The machine starts again. power_loss: what was not durable is decided by seed. */
void disk_restart(struct disk *disk, bool power_loss, uint64_t seed);
