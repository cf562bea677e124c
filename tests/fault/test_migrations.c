/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: whatever fails while a database of ours is made or brought up from any older schema,
 * the next start succeeds and finds the rows that were there; and a file of another program or of a
 * newer one is not changed by a byte.
 *
 * Databases: the coordinator's state, the ledger with its audit log, the log of counts, the store,
 * the store's terms. Each is made by the steps that older programs took (schemas/), with rows, at
 * every version from none; then every operation on the disk fails in turn, in seven ways, and every
 * request of SQLite for memory, once and for good. A control plants the fault that once was there:
 * half a step that is committed.
 *
 * Without --long every 23rd operation and every 101st request for memory is tried, and from each
 * version other ones, because later versions take the same steps; with --short, in an instrumented
 * build, every 61st and every 251st.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>
#include <unistd.h>

#include "coordinator/ask/state.h"
#include "node/audit/leaf.h"
#include "node/command/count_log.h"
#include "node/keeper/journal.h"
#include "node/store/store.h"
#include "node/terms/terms.h"
#include "proto/base/random.h"
#include "proto/base/sql.h"
#include "tests/fault/crash_vfs.h"

extern const char *const coordinator_steps[],
    *const ledger_steps[], *const audit_steps[], *const store_steps[], *const terms_steps[];

static char folder[64]; /* of the lock files, which are real; the databases are in memory */
static char path[128];

/* ---- memory that fails ----------------------------------------------------------------------- */

static sqlite3_mem_methods memory;
static int64_t requests, fail_at; /* 0: never */
static bool fail_on;              /* and every one after it */

static bool no_memory(void)
{
    requests++;
    return fail_at && (requests == fail_at || (fail_on && requests > fail_at));
}

static void *failing_malloc(int size)
{
    return no_memory() ? NULL : memory.xMalloc(size);
}

static void *failing_realloc(void *old, int size)
{
    return no_memory() ? NULL : memory.xRealloc(old, size);
}

static bool start_memory(void)
{
    sqlite3_mem_methods failing;

    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory) != SQLITE_OK)
        return false;
    failing = memory;
    failing.xMalloc = failing_malloc;
    failing.xRealloc = failing_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) == SQLITE_OK &&
           sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK;
}

static void fail_memory(int64_t at, bool on)
{
    requests = 0;
    fail_at = at;
    fail_on = on;
}

/* ---- the databases --------------------------------------------------------------------------- */

static bool start_state(struct err *err)
{
    struct state *state;

    if (!state_open(path, &state, err))
        return false;
    state_close(state);
    return true;
}

static bool start_journal(struct err *err)
{
    struct journal *journal;

    if (!journal_open(path, &journal, err))
        return false;
    journal_close(journal);
    return true;
}

static bool start_count_log(struct err *err)
{
    struct leaf leaf = {.type = LEAF_COUNT, .time_s = 1000};

    return count_log_append(folder, &leaf, err);
}

static bool start_store(struct err *err)
{
    struct store *store;

    if (!store_open(path, &store, err))
        return false;
    store_close(store);
    return true;
}

static bool start_terms(struct err *err)
{
    struct store *store;
    bool ok;

    if (!store_open(path, &store, err))
        return false;
    ok = terms_prepare(store_db(store), err);
    store_close(store);
    return ok;
}

/* A row in the first tables, and what finds it again. */
#define STATE_ROW                                                                                  \
    "INSERT INTO question VALUES(zeroblob(16), zeroblob(32), 'gms', 'anna', 1, 1, 5, 2,"           \
    " x'616263', 1000, 1030, 1040);"                                                               \
    "INSERT INTO region VALUES(zeroblob(16), '01', 1, '');"                                        \
    "INSERT INTO answer(question, node, late, envelope, arrived)"                                  \
    " VALUES(zeroblob(16), '01', 0, x'010203', 1001);"
#define LEDGER_ROW                                                                                 \
    "INSERT INTO release(base_key, noise_key, snapshot, mode, sigma, nrho, state, ts, log_index)"  \
    " VALUES(zeroblob(32), zeroblob(32), zeroblob(32), 1, 5, 60, 0, 1000, 0);"                     \
    "INSERT INTO charge(organisation, dataset, purpose, permit, base_key, window, nrho,"           \
    " left_nrho, ts, question_hash, log_index) VALUES('gms', 'main', 'research', '',"              \
    " zeroblob(32), '2026', 60, 40, 1000, zeroblob(32), 0);"
#define AUDIT_ROW                                                                                  \
    "INSERT INTO leaf VALUES(0, x'01'); INSERT INTO subtree VALUES(0, 0, zeroblob(32));"
#define STORE_ROW                                                                                  \
    "INSERT INTO person(pid, changed) VALUES(zeroblob(16), 1);"                                    \
    "INSERT INTO import_run(kind, options, name, content, started_s)"                              \
    " VALUES('persons', '', 'p.csv', zeroblob(32), 1000);"
#define TERMS_ROW "INSERT INTO term VALUES('hp', 'HP:1', 'one', 0, NULL);"

static const struct kind {
    const char *name;
    bool (*start)(struct err *err);
    const char *const *steps;
    const char *const *before; /* tables that older programs made beside them, uncounted */
    uint32_t application_id;   /* 0: older programs did not set it */
    const char *rows, *before_rows;
    const char *find;        /* 1 where the rows are there */
    const char *before_find; /* the same of a file that has taken no step; NULL: there is none */
    bool (*faulty)(struct err *err); /* of the control: starts before the fault */
} kinds[] = {
    {"coordinator", start_state, coordinator_steps, NULL, 0x72696b63, STATE_ROW, "",
     "SELECT count(*) = 1 AND sum(r.state) = 1 FROM question q JOIN region r ON r.question = q.id"
     " WHERE q.envelope = x'616263'",
     NULL, NULL},
    {"ledger", start_journal, ledger_steps, audit_steps, 0x726b6c67, LEDGER_ROW, AUDIT_ROW,
     "SELECT sum(nrho) = 60 AND (SELECT data FROM leaf WHERE id = 0) = x'01' FROM charge",
     "SELECT data = x'01' FROM leaf WHERE id = 0", NULL},
    {"log of counts", start_count_log, (const char *const[]){NULL}, audit_steps, 0, "", AUDIT_ROW,
     "", "SELECT data = x'01' FROM leaf WHERE id = 0", NULL},
    {"store", start_store, store_steps, NULL, 0x72696b73, STORE_ROW, "",
     "SELECT count(*) = 1 FROM person JOIN import_run WHERE started_s = 1000", NULL, NULL},
    {"terms", start_terms, store_steps, terms_steps, 0x72696b73, STORE_ROW, TERMS_ROW,
     "SELECT label = 'one' FROM term JOIN person WHERE term.code = 'HP:1'", NULL, NULL},
};

static void die(const struct kind *kind, int version, const char *what, const char *why)
{
    fprintf(stderr, "%s from version %d: %s: %s\n", kind->name, version, what, why);
    exit(EXIT_FAILURE);
}

static int n_steps(const char *const *steps)
{
    int n = 0;

    while (steps[n])
        n++;
    return n;
}

static void must(sqlite3 *db, const struct kind *kind, int version, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(kind, version, sql, sqlite3_errmsg(db));
}

/* The file as a program left it that knew so many steps; -1: there is none. */
static struct disk *disk_of(const struct kind *kind, int version)
{
    struct disk *disk = disk_new();
    char mark[96];
    sqlite3 *db;

    disk_mount(disk);
    disk_plan(disk, DISK_NO_FAULT, 0, DISK_HONEST);
    if (version < 0)
        return disk;
    if (sqlite3_open(path, &db) != SQLITE_OK)
        die(kind, version, "opening", sqlite3_errmsg(db));
    if (kind->before)
        must(db, kind, version, kind->before[0]);
    must(db, kind, version, kind->before_rows);
    for (int i = 0; i < version; i++)
        must(db, kind, version, kind->steps[i]);
    if (version > 0)
        must(db, kind, version, kind->rows);
    snprintf(mark, sizeof(mark), "PRAGMA application_id = %d; PRAGMA user_version = %d",
             version > 0 ? (int)kind->application_id : 0, version);
    must(db, kind, version, mark);
    sqlite3_close(db);
    disk_restart(disk, false, 0);
    return disk;
}

static bool rows_are_there(const struct kind *kind, int version)
{
    const char *find = version > 0 ? kind->find : kind->before_find;
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db;
    bool there = sqlite3_open(path, &db) == SQLITE_OK &&
                 sqlite3_prepare_v2(db, find, -1, &stmt, NULL) == SQLITE_OK &&
                 sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0) == 1;

    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return there;
}

/* ---- faults ---------------------------------------------------------------------------------- */

static const enum disk_fault faults[] = {DISK_EIO,        DISK_EIO_STAYS, DISK_FULL,
                                         DISK_FULL_STAYS, DISK_SHORT,     DISK_CRASH};

static uint64_t points, bricked;

static void first_start(const struct kind *kind)
{
    struct err err;

    (void)!(kind->faulty ? kind->faulty : kind->start)(&err);
}

/* The start of before is over, however it went: the next one succeeds. */
static void next_start(const struct kind *kind, int version, const char *after)
{
    struct err err;

    bool started = kind->start(&err);

    points++;
    bricked += !started;
    if (kind->faulty)
        return;
    if (!started)
        die(kind, version, after, err.text);
    if (version >= 0 && !rows_are_there(kind, version))
        die(kind, version, after, "rows are lost");
}

/* Each version begins at another operation, so that together they try more. */
static uint32_t first_of(int version, int stride)
{
    return 1 + (uint32_t)(version + 1) * 7 % (uint32_t)stride;
}

static void fail_disk(const struct kind *kind, int version, const struct disk *base, int stride)
{
    bool fired = true;

    for (uint64_t at = first_of(version, stride); fired; at += (uint64_t)stride) {
        fired = false;
        for (size_t i = 0; i < 2 * sizeof(faults) / sizeof(faults[0]); i++) {
            struct disk *disk = disk_copy(base);

            disk_mount(disk);
            disk_plan(disk, faults[i / 2], at, DISK_HONEST);
            first_start(kind);
            fired |= disk_fired(disk);
            disk_restart(disk, i % 2 == 1, at * 7919 + i);
            next_start(kind, version, "after a fault of the disk");
            disk_mount(NULL);
            disk_free(disk);
        }
    }
}

static void fail_requests(const struct kind *kind, int version, const struct disk *base, int stride)
{
    bool fired = true;

    for (int64_t at = first_of(version, stride); fired; at += stride)
        for (int on = 0; on < 2; on++) {
            struct disk *disk = disk_copy(base);

            disk_mount(disk);
            fail_memory(at, on);
            first_start(kind);
            fired = requests >= at;
            fail_memory(0, false);
            disk_restart(disk, false, 0);
            next_start(kind, version, "after a failed allocation");
            disk_mount(NULL);
            disk_free(disk);
        }
}

/* ---- files that are not ours ----------------------------------------------------------------- */

static void refuse(const struct kind *kind, const char *sql, const char *what)
{
    struct disk *disk = disk_of(kind, -1);
    struct disk *before;
    const void *was, *is;
    size_t was_size, is_size;
    struct err err;
    sqlite3 *db;

    if (sqlite3_open(path, &db) != SQLITE_OK)
        die(kind, -1, what, "cannot be made");
    must(db, kind, -1, sql);
    sqlite3_close(db);
    before = disk_copy(disk);
    points++;
    if (kind->start(&err))
        die(kind, -1, what, "was taken");
    if (err.code != ERR_INVALID)
        die(kind, -1, what, err.text);
    was = disk_bytes(before, path, &was_size);
    is = disk_bytes(disk, path, &is_size);
    if (was_size != is_size || memcmp(was, is, was_size) != 0)
        die(kind, -1, what, "was changed");
    disk_mount(NULL);
    disk_free(before);
    disk_free(disk);
}

static void refuse_what_is_not_ours(const struct kind *kind)
{
    struct disk *disk = disk_of(kind, n_steps(kind->steps));
    struct err err;
    char newer[160];
    sqlite3 *db;
    int application;

    if (!kind->start(&err))
        die(kind, -1, "starting", err.text);
    if (!sql_open(path, SQL_LEDGER_READ, &db, &err))
        die(kind, -1, "reading", err.text);
    int64_t value;
    if (!sql_number(db, "PRAGMA application_id", 0, &value, &err))
        die(kind, -1, "reading", err.text);
    application = (int)value;
    sql_close(db);
    disk_mount(NULL);
    disk_free(disk);
    if (application == 0)
        die(kind, -1, "a started file", "has no application_id");
    snprintf(newer, sizeof(newer),
             "CREATE TABLE t(x); PRAGMA application_id = %d; PRAGMA user_version = %d", application,
             n_steps(kind->steps) + 1);
    refuse(kind, newer, "a newer file");
    refuse(kind, "CREATE TABLE question(x)", "a file with tables of its own");
    refuse(kind, "CREATE TABLE leaf(x); CREATE TABLE mine(x)", "a file that holds more than ours");
    refuse(kind, "CREATE TABLE t(x); PRAGMA application_id = 1", "another program's file");
}

/* As the coordinator once did it: a step that failed half way was committed at closing. */
static bool start_as_before(struct err *err)
{
    sqlite3 *db;
    bool ok;

    (void)err;
    if (sqlite3_open(path, &db) != SQLITE_OK) {
        sqlite3_close(db);
        return false;
    }
    ok = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
    for (int i = 0; ok && coordinator_steps[i]; i++)
        ok = sqlite3_exec(db, coordinator_steps[i], NULL, NULL, NULL) == SQLITE_OK;
    ok = ok && sqlite3_exec(db, "PRAGMA application_id = 1919511395; PRAGMA user_version = 5", NULL,
                            NULL, NULL) == SQLITE_OK;
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(db);
    return ok;
}

/* The fault that once was there must be found, or the above proves nothing. */
static void control(void)
{
    struct kind kind = kinds[0];
    struct disk *base = disk_of(&kind, -1);

    kind.faulty = start_as_before;
    points = bricked = 0;
    fail_requests(&kind, -1, base, 7);
    disk_free(base);
    printf(
        "control: half a step is committed: %llu of %llu points leave a file that no start opens\n",
        (unsigned long long)bricked, (unsigned long long)points);
    if (bricked == 0)
        exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    bool is_long = argc > 1 && strcmp(argv[1], "--long") == 0;
    bool is_short = argc > 1 && strcmp(argv[1], "--short") == 0;
    int disk_stride = is_long ? 1 : is_short ? 61 : 23;
    int memory_stride = is_long ? 1 : is_short ? 251 : 101;
    char lock[160];

    snprintf(folder, sizeof(folder), "/tmp/rikstal-migrations-XXXXXX");
    if (!start_memory() || !random_start() || !disk_register() || !mkdtemp(folder))
        return EXIT_FAILURE;
    snprintf(path, sizeof(path), "%s/count.db", folder);
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        const struct kind *kind = &kinds[k];

        points = 0;
        for (int version = -1; version <= n_steps(kind->steps); version++) {
            struct disk *base;

            if (version == 0 && !kind->before_find)
                continue;
            base = disk_of(kind, version);
            fail_disk(kind, version, base, disk_stride);
            fail_requests(kind, version, base, memory_stride);
            disk_free(base);
        }
        refuse_what_is_not_ours(kind);
        printf("%-14s %8llu points: the next start succeeds, or the file is untouched\n",
               kind->name, (unsigned long long)points);
        fflush(stdout);
    }
    control();
    snprintf(lock, sizeof(lock), "%s.lock", path);
    unlink(lock);
    rmdir(folder);
    return EXIT_SUCCESS;
}
