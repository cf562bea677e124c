/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: whatever moment `rikstal-node count` dies at, a leaf that it was told is on disk is
 * there afterwards, the tree of the log is whole, and the next call adds its leaf.
 *
 * CALLS calls, a connection each, on a disk that crashes at every operation in turn, by kill and by
 * power loss with several seeds. A call waits for at most SYNCS syncs, MOVE_SYNCS where it moves
 * the write-ahead log. Control: a disk that skips the syncs of the log must lose leaves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Compiled into this program, with a log that is moved after every few calls. */
#define COUNT_LOG_PAGES 12
#include "node/command/count_log.c"

#include "proto/base/random.h"
#include "tests/fault/crash_vfs.h"

#define CALLS 8
#define SEEDS 3
#define SYNCS 1 /* the folder's name of the log is synced beside, and not counted by this disk */
#define MOVE_SYNCS 4

static char folder[64], path[128];
static unsigned long long points, violations;

/* The calls that were told that their leaf is on disk. */
static uint64_t call_until_one_fails(void)
{
    uint64_t told = 0;
    struct err err;

    for (int i = 0; i < CALLS; i++) {
        struct leaf leaf = {.type = LEAF_COUNT, .time_s = 1000 + i};

        if (!count_log_append(folder, &leaf, &err))
            break;
        told++;
    }
    return told;
}

static bool holds(uint64_t told)
{
    struct leaf leaf = {.type = LEAF_COUNT, .time_s = 2000};
    struct audit *audit = NULL;
    sqlite3 *db = NULL;
    struct err err;
    bool ok = count_log_append(folder, &leaf, &err) && sql_open(path, SQL_LEDGER, &db, &err) &&
              audit_open(db, &audit, &err) && audit_verify(audit, &err) &&
              audit_size(audit) >= told + 1;

    audit_close(audit);
    sql_close(db);
    return ok;
}

/* False when the disk had no such operation. */
static bool crash_at(const struct disk *base, uint64_t operation, uint64_t seed, unsigned lies)
{
    struct disk *disk = disk_copy(base);
    uint64_t told;
    bool fired;

    disk_mount(disk);
    disk_plan(disk, DISK_CRASH, operation, lies);
    told = call_until_one_fails();
    fired = disk_fired(disk);
    disk_restart(disk, seed > 0, seed);
    disk_plan(disk, DISK_NO_FAULT, 0, DISK_HONEST);
    points += fired;
    violations += fired && !holds(told);
    disk_free(disk);
    return fired;
}

static void crash_everywhere(const struct disk *base, unsigned lies)
{
    points = violations = 0;
    for (uint64_t seed = 0; seed <= SEEDS; seed++)
        for (uint64_t operation = 1; crash_at(base, operation, seed, lies); operation++)
            continue;
}

static void count_syncs(const struct disk *base)
{
    struct disk *disk = disk_copy(base);
    uint64_t least = UINT64_MAX, most = 0;
    struct err err;

    disk_mount(disk);
    disk_plan(disk, DISK_NO_FAULT, 0, DISK_HONEST);
    for (int i = 0; i < 1 + CALLS; i++) {
        struct leaf leaf = {.type = LEAF_COUNT, .time_s = 3000 + i};
        uint64_t before = disk_syncs(disk);

        if (!count_log_append(folder, &leaf, &err))
            abort();
        if (i == 0)
            continue; /* makes the file */
        before = disk_syncs(disk) - before;
        least = before < least ? before : least;
        most = before > most ? before : most;
    }
    disk_free(disk);
    printf("syncs a call: %llu, with the move of the log at most %llu\n", (unsigned long long)least,
           (unsigned long long)most);
    if (least > SYNCS || most > MOVE_SYNCS)
        exit(EXIT_FAILURE);
}

int main(void)
{
    struct disk *base;
    char lock[160];

    snprintf(folder, sizeof(folder), "/tmp/rikstal-crash-count-XXXXXX");
    if (!random_start() || !disk_register() || !mkdtemp(folder))
        return EXIT_FAILURE;
    snprintf(path, sizeof(path), "%s/count.db", folder);
    base = disk_new();
    count_syncs(base);
    crash_everywhere(base, DISK_HONEST);
    printf("%llu violations in %llu points of kill and power loss\n", violations, points);
    if (violations)
        return EXIT_FAILURE;
    crash_everywhere(base, DISK_LIE_JOURNAL);
    printf("control, an unsynced log: %llu violations in %llu points\n", violations, points);
    disk_free(base);
    snprintf(lock, sizeof(lock), "%s.lock", path);
    unlink(lock);
    rmdir(folder);
    return violations ? EXIT_SUCCESS : EXIT_FAILURE;
}
