/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/disk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct disk *disk_mounted;

/* xorshift64*, so that a seed replays everywhere. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

/* ---- contents -------------------------------------------------------------------------------- */

static void content_room(struct content *content, size_t size)
{
    if (size <= content->room)
        return;
    size_t room = size * 2;
    uint8_t *data = realloc(content->data, room);

    assert(data);
    memset(data + content->room, 0, room - content->room);
    content->data = data;
    content->room = room;
}

void content_write(struct content *content, size_t at, const void *data, size_t size)
{
    content_room(content, at + size);
    memcpy(content->data + at, data, size);
    if (at + size > content->size)
        content->size = at + size;
}

/* What lies behind the end is zero, so that a file that grows again has no old bytes. */
void content_truncate(struct content *content, size_t size)
{
    content_room(content, size);
    if (size < content->size)
        memset(content->data + size, 0, content->size - size);
    content->size = size;
}

static void content_set(struct content *to, const struct content *from)
{
    content_truncate(to, 0);
    if (from->size)
        content_write(to, 0, from->data, from->size);
}

static struct inode *inode_new(struct disk *disk)
{
    struct inode *inode = calloc(1, sizeof(*inode));

    assert(inode && disk->n_inodes < DISK_INODES_MAX);
    disk->inode[disk->n_inodes++] = inode;
    return inode;
}

void inode_sync(struct inode *inode)
{
    content_set(&inode->synced, &inode->now);
}

/* ---- names ----------------------------------------------------------------------------------- */

static struct entry *entry_of(struct entry *entries, const char *name)
{
    for (size_t i = 0; i < DISK_NAMES_MAX; i++)
        if (strcmp(entries[i].name, name) == 0)
            return &entries[i];
    return NULL;
}

static void entry_set(struct entry *entries, const char *name, struct inode *inode)
{
    struct entry *entry = entry_of(entries, name);

    if (!entry)
        entry = entry_of(entries, "");
    assert(entry && strlen(name) < DISK_NAME_BYTES);
    if (inode)
        *entry = (struct entry){.inode = inode};
    else
        *entry = (struct entry){0};
    if (inode)
        memcpy(entry->name, name, strlen(name) + 1);
}

static void pend(struct disk *disk, const char *name, struct inode *inode)
{
    struct change *change = &disk->pending[disk->n_pending++];

    assert(disk->n_pending < DISK_PENDING_MAX);
    *change = (struct change){.inode = inode};
    memcpy(change->name, name, strlen(name) + 1);
}

struct inode *disk_find(struct disk *disk, const char *name)
{
    struct entry *entry = entry_of(disk->now, name);

    return entry ? entry->inode : NULL;
}

struct inode *disk_create(struct disk *disk, const char *name)
{
    struct inode *inode = inode_new(disk);

    if (name) {
        entry_set(disk->now, name, inode);
        pend(disk, name, inode);
    }
    return inode;
}

void disk_unlink(struct disk *disk, const char *name)
{
    entry_set(disk->now, name, NULL);
    pend(disk, name, NULL);
}

static void make_durable(struct disk *disk, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (disk->pending[i].inode || entry_of(disk->durable, disk->pending[i].name))
            entry_set(disk->durable, disk->pending[i].name, disk->pending[i].inode);
    disk->n_pending = 0;
}

void disk_sync_directory(struct disk *disk)
{
    disk->syncs++;
    make_durable(disk, disk->n_pending);
}

/* ---- life ------------------------------------------------------------------------------------ */

struct disk *disk_new(void)
{
    struct disk *disk = calloc(1, sizeof(*disk));

    assert(disk);
    disk->pending = calloc(DISK_PENDING_MAX, sizeof(*disk->pending));
    assert(disk->pending);
    return disk;
}

void disk_free(struct disk *disk)
{
    for (size_t i = 0; i < disk->n_inodes; i++) {
        free(disk->inode[i]->now.data);
        free(disk->inode[i]->synced.data);
        free(disk->inode[i]);
    }
    free(disk->pending);
    free(disk);
}

/* All of it durable: a copy is where a scenario begins. */
struct disk *disk_copy(const struct disk *disk)
{
    struct disk *copy = disk_new();

    for (size_t i = 0; i < DISK_NAMES_MAX; i++) {
        const struct entry *entry = &disk->now[i];

        if (!entry->name[0])
            continue;
        struct inode *inode = disk_create(copy, entry->name);

        content_set(&inode->now, &entry->inode->now);
        inode_sync(inode);
    }
    disk_sync_directory(copy);
    return copy;
}

void disk_mount(struct disk *disk)
{
    disk_mounted = disk;
}

void disk_plan(struct disk *disk, enum disk_fault fault, uint64_t operation, unsigned lies)
{
    disk->fault = fault;
    disk->at = operation;
    disk->lies = lies;
    disk->operations = 0;
    disk->syncs = 0;
    disk->fired = false;
    disk->dead = false;
}

const void *disk_bytes(const struct disk *disk, const char *name, size_t *size)
{
    for (size_t i = 0; i < DISK_NAMES_MAX; i++)
        if (disk->now[i].name[0] && strcmp(disk->now[i].name, name) == 0) {
            *size = disk->now[i].inode->now.size;
            return disk->now[i].inode->now.data;
        }
    *size = 0;
    return NULL;
}

uint64_t disk_syncs(const struct disk *disk)
{
    return disk->syncs;
}

uint64_t disk_operations(const struct disk *disk)
{
    return disk->operations;
}

bool disk_fired(const struct disk *disk)
{
    return disk->fired;
}

enum disk_step disk_step(struct disk *disk, bool writes)
{
    if (disk->dead)
        return STEP_DEAD;
    disk->operations++;
    bool stays = disk->fault == DISK_EIO_STAYS || disk->fault == DISK_FULL_STAYS;

    if (disk->fault == DISK_NO_FAULT || disk->operations < disk->at ||
        (disk->operations > disk->at && !stays))
        return STEP_GO;
    bool for_writes =
        disk->fault == DISK_FULL || disk->fault == DISK_FULL_STAYS || disk->fault == DISK_SHORT;

    if (for_writes && !writes)
        return STEP_GO;
    disk->fired = true;
    disk->dead = disk->fault == DISK_CRASH;
    if (disk->dead)
        return STEP_DEAD;
    if (disk->fault == DISK_SHORT)
        return STEP_SHORT;
    return for_writes ? STEP_FULL : STEP_EIO;
}

/* Each sector that differs is old or new by chance; one that never was is zero, or noise. */
static void lose_sectors(struct inode *inode, uint64_t *random)
{
    struct content *now = &inode->now, *synced = &inode->synced;
    size_t size = next_random(random) & 1 ? now->size : synced->size;
    size_t whole = now->size > synced->size ? now->size : synced->size;

    content_room(now, whole);
    content_room(synced, whole);
    for (size_t at = 0; at < whole; at += DISK_SECTOR) {
        size_t n = whole - at < DISK_SECTOR ? whole - at : DISK_SECTOR;

        if (memcmp(now->data + at, synced->data + at, n) == 0 || next_random(random) & 1)
            continue;
        memcpy(now->data + at, synced->data + at, n);
        if (at >= synced->size && !(next_random(random) & 3))
            for (size_t i = 0; i < n; i++)
                now->data[at + i] = (uint8_t)next_random(random);
    }
    if (now->size < whole)
        now->size = whole;
    content_truncate(now, size);
    inode_sync(inode);
}

static void lose_power(struct disk *disk, uint64_t seed)
{
    uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

    for (int i = 0; i < 4; i++)
        next_random(&random);
    make_durable(disk, disk->n_pending ? next_random(&random) % (disk->n_pending + 1) : 0);
    memcpy(disk->now, disk->durable, sizeof(disk->now));
    for (size_t i = 0; i < DISK_NAMES_MAX; i++)
        if (disk->now[i].name[0])
            lose_sectors(disk->now[i].inode, &random);
}

void disk_restart(struct disk *disk, bool power_loss, uint64_t seed)
{
    if (power_loss)
        lose_power(disk, seed);
    disk_plan(disk, DISK_NO_FAULT, 0, DISK_HONEST);
}
