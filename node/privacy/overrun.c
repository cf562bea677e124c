/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/overrun.h"

#include <assert.h>
#include <stdlib.h>

#include "proto/base/sql.h"
#include "proto/base/statements.h"

enum overrun_statement { KNOWN, ADD, FORGET, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [KNOWN] = "SELECT 1 FROM overrun WHERE hash = ?1 AND snapshot = ?2",
    [ADD] = "INSERT OR REPLACE INTO overrun(hash, snapshot, ts) VALUES(?1, ?2, ?3)",
    [FORGET] = "DELETE FROM overrun WHERE snapshot <> ?1 AND ts < ?2",
};

struct overrun {
    sqlite3 *db; /* borrowed */
    struct statements statements;
};

bool overrun_open(sqlite3 *db, struct overrun **out, struct err *err)
{
    struct overrun *overrun = calloc(1, sizeof(*overrun));

    if (!overrun)
        return err_memory(err);
    if (!statements_prepare(&overrun->statements, db, "overruns", sql, STATEMENTS, err)) {
        free(overrun);
        return false;
    }
    overrun->db = db;
    *out = overrun;
    return true;
}

void overrun_close(struct overrun *overrun)
{
    if (!overrun)
        return;
    statements_finalize(&overrun->statements);
    free(overrun);
}

bool overrun_look(struct overrun *overrun, const uint8_t hash[static 32],
                  const uint8_t snapshot[static 32], bool *late, struct err *err)
{
    assert(overrun && late);
    sqlite3_stmt *row;

    if (!statements_look(&overrun->statements, KNOWN, "hh",
                         (union statement_value[]){{.blob = hash}, {.blob = snapshot}}, &row, err))
        return false;
    *late = row != NULL;
    if (row)
        statements_rewind(row);
    return true;
}

bool overrun_note(struct overrun *overrun, const uint8_t hash[static 32],
                  const uint8_t snapshot[static 32], int64_t now_s, struct err *err)
{
    assert(overrun && sql_in_transaction(overrun->db));
    return statements_run(
               &overrun->statements, FORGET, "hi",
               (union statement_value[]){{.blob = snapshot}, {.integer = now_s - OVERRUN_KEPT_S}},
               err) &&
           statements_run(
               &overrun->statements, ADD, "hhi",
               (union statement_value[]){{.blob = hash}, {.blob = snapshot}, {.integer = now_s}},
               err);
}
