/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/count_log.h"

#include <assert.h>

#include "node/audit/audit.h"
#include "node/audit/seal.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/lock.h"
#include "proto/base/sql.h"

#define PATH_ARENA_BYTES ((size_t)1 << 16)
#ifndef COUNT_LOG_PAGES
#define COUNT_LOG_PAGES 64 /* of the write-ahead log, before it is moved into the database */
#endif

/* Its only tables are those of the audit log, which counts its own steps. */
static const struct sql_schema count_log = {
    .name = "the log of counts",
    .application_id = 0x726b636c, /* "rkcl" */
    .steps = (const char *const[]){NULL},
    .unmarked = "leaf subtree schema_part seal ",
};

static bool append_leaf(struct sqlite3 *db, struct audit *audit, const struct leaf *leaf,
                        struct err *err)
{
    struct leaf sealed = *leaf;
    struct bytes bytes = {0};
    uint64_t index;
    bool ok;

    if (!sql_begin(db, err))
        return false;
    ok = seal_leaf(db, &sealed, err);
    leaf_write(&sealed, &bytes);
    ok = ok && (!bytes.failed || err_memory(err)) &&
         audit_append(audit, bytes.data, bytes.size, &index, err);
    bytes_clear(&bytes);
    if (!ok)
        sql_rollback(db);
    return ok && sql_commit(db, err);
}

/* The caller holds the lock, because only one connection may write a write-ahead log. */
static bool append(const char *path, const struct leaf *leaf, struct err *err)
{
    struct audit *audit = NULL;
    struct sqlite3 *db = NULL;
    int pages;
    bool ok;

    if (!sql_open_own(path, SQL_LOG, &count_log, &db, err))
        return false;
    sql_watch_log(db, &pages);
    ok = audit_open(db, &audit, err) && append_leaf(db, audit, leaf, err) &&
         (pages < COUNT_LOG_PAGES || sql_checkpoint_last(db, err));
    audit_close(audit);
    sql_close(db);
    return ok;
}

bool count_log_append(const char *dir, const struct leaf *leaf, struct err *err)
{
    struct arena *arena = arena_new(PATH_ARENA_BYTES);
    const char *path = arena ? arena_printf(arena, "%s/count.db", dir) : NULL;
    int lock = LOCK_NONE;
    bool ok = path || err_memory(err);

    assert(dir && leaf && leaf->type == LEAF_COUNT);
    ok = ok && lock_take_beside(path, LOCK_WAITING, NULL, &lock, err) && append(path, leaf, err);
    lock_release(&lock);
    arena_free(arena);
    return ok;
}
