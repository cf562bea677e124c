/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/retention.h"

#include <assert.h>
#include <stddef.h>

#include "coordinator/ask/state.h"
#include "coordinator/ask/state_inside.h"
#include "proto/base/sql.h"

#define OLD "(SELECT id FROM question WHERE asked < ?1 AND done IS NOT NULL)"

/* In this order: each statement needs the rows that the later ones take away. */
static const char *const steps[] = {
    "DELETE FROM sum_list WHERE question IN " OLD,
    "DELETE FROM region WHERE question IN " OLD,
    "DELETE FROM answer WHERE question IN " OLD
    " AND NOT EXISTS (SELECT 1 FROM newest n WHERE n.node = answer.node"
    "  AND n.question = answer.question AND n.late = answer.late)"
    " AND NOT EXISTS (SELECT 1 FROM answer r JOIN question q ON q.id = r.question"
    "  WHERE r.base = answer.question AND r.node = answer.node"
    "  AND (q.asked >= ?1 OR q.done IS NULL OR EXISTS (SELECT 1 FROM newest n"
    "   WHERE n.node = r.node AND n.question = r.question AND n.late = r.late)))",
    "UPDATE question SET envelope = zeroblob(0), analyst = '', organisation = ''"
    " WHERE asked < ?1 AND done IS NOT NULL AND length(envelope) > 0"
    " AND EXISTS (SELECT 1 FROM answer a WHERE a.question = question.id)",
    "DELETE FROM question WHERE asked < ?1 AND done IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.question = question.id)",
};

/* Without a figure in time or late, and not among the newest ?1 of its organisation's. */
#define REFUSED                                                                                    \
    "(SELECT id FROM (SELECT q.id AS id, row_number() OVER"                                        \
    "  (PARTITION BY q.organisation ORDER BY q.asked DESC, q.id) AS place"                         \
    "  FROM question q WHERE q.done IS NOT NULL"                                                   \
    "  AND NOT EXISTS (SELECT 1 FROM region r WHERE r.question = q.id AND r.state = 1)"            \
    "  AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.question = q.id"                             \
    "   AND a.log_index IS NOT NULL)) WHERE place > ?1)"

/* An answer without a figure is the base of none, and nobody's newest release. */
static const char *const shedding[] = {
    "DELETE FROM sum_list WHERE question IN " REFUSED,
    "DELETE FROM answer WHERE question IN " REFUSED,
    "DELETE FROM region WHERE question IN " REFUSED,
    "DELETE FROM question WHERE id IN " REFUSED,
};

static bool run(sqlite3 *db, const char *sql, int64_t number, struct err *err)
{
    sqlite3_stmt *step;
    bool ok = sql_prepare(db, sql, &step, err);

    if (!ok)
        return false;
    ok = sqlite3_bind_int64(step, 1, number) == SQLITE_OK ? sql_done(step, err)
                                                          : sql_failed(db, "forgetting", err);
    sqlite3_finalize(step);
    return ok;
}

/* Runs the statements in one transaction, with this number as their ?1. */
static bool run_all(struct state *state, const char *const *sql, size_t n, int64_t number,
                    struct err *err)
{
    sqlite3 *db = state->db;
    bool ok = state_commit(state, err) && sql_begin(db, err);

    if (!ok)
        return false;
    for (size_t i = 0; ok && i < n; i++)
        ok = run(db, sql[i], number, err);
    if (ok)
        return sql_commit(db, err);
    sql_rollback(db);
    return err_wrap(err, "forgetting old questions: ");
}

bool retention_forget(struct state *state, int64_t before_s, struct err *err)
{
    assert(state);
    return run_all(state, steps, sizeof(steps) / sizeof(steps[0]), before_s, err);
}

bool retention_shed(struct state *state, uint32_t kept, struct err *err)
{
    assert(state);
    return run_all(state, shedding, sizeof(shedding) / sizeof(shedding[0]), kept, err);
}
