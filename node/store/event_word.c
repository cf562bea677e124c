/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/event_word.h"

#include <assert.h>
#include <string.h>

#include "node/store/store_inside.h"

/* FNV-1a. It only chooses the place of recent_words[] to look at. */
static size_t place_of(const char *text)
{
    uint32_t hash = 2166136261u;

    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return (hash ^ hash >> 16) % STORE_RECENT_WORDS;
}

static bool find(struct store *store, const char *text, int64_t *id, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, EVENT_WORD_FIND, err);
    bool row;

    if (!stmt)
        return false;
    sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC);
    if (!sql_next(stmt, &row, err))
        return false;
    *id = row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_reset(stmt);
    if (row)
        return true;
    stmt = store_statement(store, EVENT_WORD_ADD, err);
    if (!stmt)
        return false;
    sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC);
    if (!sql_done(stmt, err))
        return false;
    *id = sqlite3_last_insert_rowid(store->db);
    return true;
}

bool event_word(struct store *store, const struct event_value *value, int64_t *id, struct err *err)
{
    assert(store->import && value && id);
    const char *text = value->form == EVENT_NO_VALUE ? "" : value->word;
    struct recent_word *recent = &store->recent_words[place_of(text)];

    *id = 0;
    if (strlen(text) > EVENT_WORD_BYTES_MAX || (value->form == EVENT_ANSWER && !*text))
        return err_set(err, ERR_INVALID, "a unit or an answer has at most %d bytes",
                       EVENT_WORD_BYTES_MAX);
    if (!*text)
        return true;
    if (recent->import == store->import && strcmp(recent->text, text) == 0) {
        *id = recent->id;
        return true;
    }
    if (!find(store, text, id, err))
        return false;
    recent->import = store->import;
    recent->id = *id;
    memcpy(recent->text, text, strlen(text) + 1);
    return true;
}
