/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/note.h"

#include <assert.h>
#include <string.h>

#include "node/store/store_inside.h"

#define AF_NANO_MAX INT64_C(1000000000)

bool note_put(struct store *store, uint64_t vid, const struct note *note, struct err *err)
{
    sqlite3_stmt *stmt;
    size_t length = strlen(note->gene);
    const char *ids = note->gene_ids ? note->gene_ids : "";

    assert(store->import);
    if (length > NOTE_GENE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "a gene symbol has at most %d bytes", NOTE_GENE_BYTES_MAX);
    if (strlen(ids) > NOTE_GENE_IDS_BYTES_MAX)
        return err_set(err, ERR_INVALID, "ids of a gene have at most %d bytes",
                       NOTE_GENE_IDS_BYTES_MAX);
    stmt = store_statement(store, NOTE_ADD, err);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, (int64_t)vid);
    sqlite3_bind_text(stmt, 2, note->gene, (int)length, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 3, (int64_t)note->consequences);
    sqlite3_bind_int64(stmt, 4, note->clinvar);
    sqlite3_bind_int64(stmt, 5, note->picked_by);
    sqlite3_bind_int64(stmt, 6, note->complete);
    sqlite3_bind_text(stmt, 7, ids, -1, SQLITE_STATIC);
    return sql_done(stmt, err);
}

bool note_put_af(struct store *store, uint64_t vid, int64_t af_nano, struct err *err)
{
    sqlite3_stmt *stmt;

    assert(store->import);
    if (af_nano < 0 || af_nano > AF_NANO_MAX)
        return err_set(err, ERR_INVALID, "a frequency is 0 to 1");
    stmt = store_statement(store, AF_ADD, err);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, (int64_t)vid);
    sqlite3_bind_int64(stmt, 2, af_nano);
    return sql_done(stmt, err);
}
