/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/reference.h"

#include <assert.h>
#include <stdio.h>

#include "node/terms/terms.h"
#include "proto/base/bytes.h"
#include "proto/base/sql.h"

bool reference_read(sqlite3 *db, uint8_t assembly, struct reference *reference, bool *found,
                    struct err *err)
{
    assert(db && reference && found);
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool ok = terms_prepare(db, err) &&
              sql_prepare(db, "SELECT hash, bytes, index_hash FROM reference WHERE assembly = ?1",
                          &stmt, err);

    *reference = (struct reference){.assembly = assembly};
    if (ok) {
        sqlite3_bind_int(stmt, 1, assembly);
        ok = sql_next(stmt, &row, err);
    }
    if (ok && row) {
        reference->bytes = (uint64_t)sqlite3_column_int64(stmt, 1);
        ok = (sql_blob(stmt, 0, reference->hash, sizeof(reference->hash)) &&
              sql_blob(stmt, 2, reference->index_hash, sizeof(reference->index_hash))) ||
             err_set(err, ERR_INTERNAL, "the row of a reference is damaged: load it again");
    }
    sqlite3_finalize(stmt);
    *found = row;
    return ok;
}

bool reference_path(const char *dir, const struct reference *reference, bool index, char *path,
                    size_t room)
{
    assert(reference);
    char hex[65];
    int n;

    bytes_to_hex(reference->hash, sizeof(reference->hash), hex);
    n = snprintf(path, room, "%s/reference/%s.fa%s", dir, hex, index ? ".fai" : "");
    return n > 0 && (size_t)n < room;
}
