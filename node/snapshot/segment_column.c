/* SPDX-License-Identifier: Apache-2.0 */
/* Reads columns of persons. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/snapshot_inside.h"
#include "proto/base/date.h"

static bool damaged(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "a segment of the snapshot is damaged");
}

void *segment_column(struct segment *segment, const char *name, size_t size, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    void *copy = NULL;
    bool row = false;
    bool ok = sql_prepare(segment->db, "SELECT data FROM column WHERE name = ?1", &stmt, err);

    if (ok) {
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
        ok = sql_next(stmt, &row, err);
    }
    if (ok && (!row || (size_t)sqlite3_column_bytes(stmt, 0) != size))
        ok = damaged(err);
    if (ok) {
        copy = malloc(size + 1);
        if (!copy)
            err_memory(err);
        else if (size > 0) /* an empty blob is NULL */
            memcpy(copy, sqlite3_column_blob(stmt, 0), size);
    }
    sqlite3_finalize(stmt);
    return copy;
}

int32_t *segment_column_days(struct segment *segment, const char *name, struct err *err)
{
    const int32_t first = date_from_civil(1, 1, 1), last = date_from_civil(9999, 12, 31);
    int32_t *days = segment_column(segment, name, sizeof(*days) * segment->persons.n, err);

    for (uint32_t i = 0; days && i < segment->persons.n; i++) {
        if (days[i] != PERSON_NO_DATE && (days[i] < first || days[i] > last)) {
            free(days);
            (void)damaged(err);
            return NULL;
        }
    }
    return days;
}
