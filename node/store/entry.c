/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/entry.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "node/store/event_word.h"
#include "node/store/store_inside.h"

static bool find_person(struct store *store, const struct person_id *pid, int64_t *person,
                        bool *withdrawn, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, PERSON_FIND, err);
    bool row;

    if (!stmt)
        return false;
    sqlite3_bind_blob(stmt, 1, pid->b, sizeof(pid->b), SQLITE_STATIC);
    if (!sql_next(stmt, &row, err))
        return false;
    *person = row ? sqlite3_column_int64(stmt, 0) : 0;
    *withdrawn = row && sqlite3_column_int(stmt, 1);
    sqlite3_reset(stmt);
    return true;
}

static bool touch_person(struct store *store, int64_t person, int64_t epoch, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, PERSON_TOUCH, err);

    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, person);
    sqlite3_bind_int64(stmt, 2, epoch);
    return sql_done(stmt, err);
}

static bool need_person(struct store *store, const struct person_id *pid, int64_t *person,
                        struct err *err)
{
    sqlite3_stmt *stmt;
    bool withdrawn;

    if (!find_person(store, pid, person, &withdrawn, err))
        return false;
    if (*person)
        return touch_person(store, *person, store->epoch, err);
    stmt = store_statement(store, PERSON_ADD, err);
    if (!stmt)
        return false;
    sqlite3_bind_blob(stmt, 1, pid->b, sizeof(pid->b), SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, store->epoch);
    if (!sql_done(stmt, err))
        return false;
    *person = sqlite3_last_insert_rowid(store->db);
    return true;
}

/* The entry in force that has a key. */
struct found_entry {
    int64_t id; /* 0: none */
    int64_t person;
    bool same;      /* it has the same content */
    bool elsewhere; /* it came from another file */
};

static bool find_entry(struct store *store, const struct entry_key *key,
                       const struct entry_said *said, struct found_entry *found, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, ENTRY_FIND, err);
    bool row;

    if (!stmt)
        return false;
    sqlite3_bind_blob(stmt, 1, key->b, sizeof(key->b), SQLITE_STATIC);
    if (!sql_next(stmt, &row, err))
        return false;
    *found = (struct found_entry){0};
    found->id = row ? sqlite3_column_int64(stmt, 0) : 0;
    found->person = row ? sqlite3_column_int64(stmt, 1) : 0;
    found->same = row && sqlite3_column_bytes(stmt, 2) == 32 &&
                  memcmp(sqlite3_column_blob(stmt, 2), said->content, 32) == 0;
    found->elsewhere =
        row && said->source && !store->is_feed &&
        sqlite3_column_bytes(stmt, 3) == sizeof(said->source->b) &&
        memcmp(sqlite3_column_blob(stmt, 3), said->source->b, sizeof(said->source->b)) != 0;
    sqlite3_reset(stmt);
    return true;
}

static bool end_entry(struct store *store, const struct found_entry *old, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, ENTRY_END, err);

    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, old->id);
    sqlite3_bind_int64(stmt, 2, store->import);
    return sql_done(stmt, err) && touch_person(store, old->person, store->epoch, err);
}

/* The entry's key within the feed of the open import. */
static struct entry_key key_in_feed(const struct store *store, const struct entry_key *key)
{
    struct entry_key own = *key;

    if (store->is_feed)
        (void)crypto_generichash(own.b, sizeof(own.b), key->b, sizeof(key->b), store->feed_hash,
                                 sizeof(store->feed_hash));
    return own;
}

/*
 * Records that the open import says the entry again: in the list of what its feed said, or as one
 * more owner.
 */
static bool say_again(struct store *store, int64_t entry, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, store->is_feed ? ENTRY_SAID : ENTRY_RESTATED, err);

    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, entry);
    if (!store->is_feed)
        sqlite3_bind_int64(stmt, 2, store->import);
    return sql_done(stmt, err);
}

static void bind_known(sqlite3_stmt *stmt, int at, bool known, int64_t value)
{
    if (known)
        sqlite3_bind_int64(stmt, at, value);
    else
        sqlite3_bind_null(stmt, at);
}

static bool add_entry(struct store *store, int64_t owner, const struct entry_key *key,
                      const struct entry_said *said, struct err *err)
{
    const struct person_facts none = person_facts_none();
    const struct person_facts *facts = said->facts ? said->facts : &none;
    sqlite3_stmt *stmt = store_statement(store, ENTRY_ADD, err);

    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, store->import);
    sqlite3_bind_int64(stmt, 2, owner);
    sqlite3_bind_blob(stmt, 3, key->b, sizeof(key->b), SQLITE_STATIC);
    sqlite3_bind_blob(stmt, 4, said->content, 32, SQLITE_STATIC);
    bind_known(stmt, 5, facts->sex != PERSON_SEX_UNKNOWN, facts->sex);
    bind_known(stmt, 6, facts->birth_date != PERSON_NO_DATE, facts->birth_date);
    bind_known(stmt, 7, facts->birth_year != 0, facts->birth_year);
    bind_known(stmt, 8, facts->age_fixed != PERSON_NO_AGE, facts->age_fixed);
    bind_known(stmt, 9, facts->deceased || facts->alive || facts->vital_lost,
               facts->vital_lost ? ENTRY_VITAL_LOST : facts->deceased);
    bind_known(stmt, 10, facts->death_date != PERSON_NO_DATE, facts->death_date);
    if (said->source)
        sqlite3_bind_blob(stmt, 11, said->source->b, sizeof(said->source->b), SQLITE_STATIC);
    else
        sqlite3_bind_null(stmt, 11);
    return sql_done(stmt, err);
}

bool entry_put(struct store *store, const struct person_id *person, const struct entry_said *said,
               enum entry_outcome *outcome, int64_t *entry, struct err *err)
{
    const struct entry_key key = key_in_feed(store, said->key);
    struct found_entry old;
    int64_t owner;

    assert(store->import);
    if (!find_entry(store, &key, said, &old, err))
        return false;
    *entry = old.id;
    store->replaced = 0;
    if (old.same) {
        *outcome = ENTRY_UNCHANGED;
        return say_again(store, old.id, err);
    }
    if (old.elsewhere) {
        *outcome = ENTRY_OTHER_SOURCE;
        return true;
    }
    if ((old.id && !end_entry(store, &old, err)) || !need_person(store, person, &owner, err) ||
        !add_entry(store, owner, &key, said, err))
        return false;
    *outcome = !old.id ? ENTRY_NEW : old.person == owner ? ENTRY_REPLACED : ENTRY_REPLACED_PERSON;
    *entry = sqlite3_last_insert_rowid(store->db);
    store->replaced = old.id;
    return true;
}

bool entry_aside(struct store *store, int64_t entry, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, ENTRY_ASIDE, err);

    assert(store->import);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, entry);
    return sql_done(stmt, err);
}

bool entry_peer(struct store *store, int64_t entry, const struct entry_key *peer, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, ENTRY_PEER, err);

    assert(store->import);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, entry);
    sqlite3_bind_blob(stmt, 2, peer->b, sizeof(peer->b), SQLITE_STATIC);
    return sql_done(stmt, err);
}

bool entry_consent(struct store *store, int64_t entry, const struct consent *consent, bool *kept,
                   struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, ENTRY_CONSENT, err);
    bool row;

    assert(store->import && (consent->mask & ~CONSENT_KNOWN) == 0);
    assert((consent->silent & ~CONSENT_SILENCES) == 0 && (consent->silent & consent->mask) == 0);
    *kept = false;
    if (!stmt)
        return false;
    if (!consent->mask)
        return true;
    sqlite3_bind_int64(stmt, 1, entry);
    sqlite3_bind_int64(stmt, 2, (int64_t)consent->mask);
    bind_known(stmt, 3, consent->valid_from != PERSON_NO_DATE, consent->valid_from);
    bind_known(stmt, 4, consent->valid_to != PERSON_NO_DATE, consent->valid_to);
    sqlite3_bind_text(stmt, 5, consent->disease[0] ? consent->disease : NULL, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 6, store->replaced);
    sqlite3_bind_int64(stmt, 7, (int64_t)consent->silent);
    sqlite3_bind_int(stmt, 8, consent->silent & CONSENT_BIT(CONSENT_PERMIT) ? 1 : 0);
    if (!sql_next(stmt, &row, err))
        return false;
    *kept = row && (uint64_t)sqlite3_column_int64(stmt, 0) & ~consent->mask & CONSENT_REFUSALS;
    return sql_done(stmt, err);
}

static bool find_concept(struct store *store, const struct event *event, int64_t *concept,
                         struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, CONCEPT_FIND, err);
    bool row;

    if (!stmt)
        return false;
    sqlite3_bind_text(stmt, 1, event->system, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, event->code, -1, SQLITE_STATIC);
    if (!sql_next(stmt, &row, err))
        return false;
    *concept = row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_reset(stmt);
    if (row)
        return true;
    stmt = store_statement(store, CONCEPT_ADD, err);
    if (!stmt)
        return false;
    sqlite3_bind_text(stmt, 1, event->system, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, event->code, -1, SQLITE_STATIC);
    if (!sql_done(stmt, err))
        return false;
    *concept = sqlite3_last_insert_rowid(store->db);
    return true;
}

/* FNV-1a. It only chooses the place of recent[] to look at. */
static size_t place_of(const struct event *event)
{
    uint32_t hash = 2166136261u;

    for (const char *c = event->system; *c; c++)
        hash = (hash ^ (uint8_t)*c) * 16777619u;
    for (const char *c = event->code; *c; c++)
        hash = (hash ^ (uint8_t)*c) * 16777619u;
    return (hash ^ hash >> 16) % STORE_RECENT;
}

/*
 * Finds or makes the concept. Most rows of a file repeat a few codes, so this import's last ones
 * are kept.
 */
static bool need_concept(struct store *store, const struct event *event, int64_t *concept,
                         struct err *err)
{
    struct recent_concept *recent = &store->recent[place_of(event)];

    if (recent->import == store->import && strcmp(recent->system, event->system) == 0 &&
        strcmp(recent->code, event->code) == 0) {
        *concept = recent->concept;
        return true;
    }
    if (!find_concept(store, event, concept, err))
        return false;
    recent->import = store->import;
    recent->concept = *concept;
    memcpy(recent->system, event->system, strlen(event->system) + 1);
    memcpy(recent->code, event->code, strlen(event->code) + 1);
    return true;
}

bool entry_concept(struct store *store, const struct event *event, int64_t *concept,
                   struct err *err)
{
    assert(store->import);
    if (event->kind < EVENT_DIAGNOSIS || event->kind > EVENT_KIND_LAST)
        return err_set(err, ERR_INVALID, "an event's kind is 1 to %d", EVENT_KIND_LAST);
    if (strlen(event->system) > EVENT_SYSTEM_BYTES_MAX || !event->system[0] ||
        strlen(event->code) > EVENT_CODE_BYTES_MAX || !event->code[0])
        return err_set(err, ERR_INVALID, "a code has 1 to %d bytes, its system 1 to %d",
                       EVENT_CODE_BYTES_MAX, EVENT_SYSTEM_BYTES_MAX);
    return need_concept(store, event, concept, err);
}

bool entry_event(struct store *store, int64_t entry, const struct event *event, struct err *err)
{
    assert(event);
    sqlite3_stmt *stmt;
    int64_t concept, word;

    if (!entry_concept(store, event, &concept, err) ||
        !event_word(store, &event->value, &word, err))
        return false;
    stmt = store_statement(store, EVENT_ADD, err);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, entry);
    sqlite3_bind_int64(stmt, 2, event->kind);
    sqlite3_bind_int64(stmt, 3, concept);
    sqlite3_bind_int64(stmt, 4, event->excluded);
    bind_known(stmt, 5, event->date != PERSON_NO_DATE, event->date);
    bind_known(stmt, 6, event->age_days != EVENT_NO_AGE, event->age_days);
    sqlite3_bind_int64(stmt, 7, event->lasts);
    sqlite3_bind_int64(stmt, 8, event->value.form);
    bind_known(stmt, 9, event->value.form == EVENT_NUMBER, event->value.nano);
    bind_known(stmt, 10, word != 0, word);
    return sql_done(stmt, err);
}

bool entry_knows_person(struct store *store, const struct person_id *person, bool *known,
                        struct err *err)
{
    assert(person);
    sqlite3_stmt *stmt = store_statement(store, PERSON_KNOWN, err);

    if (!stmt)
        return false;
    sqlite3_bind_blob(stmt, 1, person->b, sizeof(person->b), SQLITE_STATIC);
    if (!sql_next(stmt, known, err))
        return false;
    sqlite3_reset(stmt);
    return true;
}

static bool mark_withdrawn(struct store *store, int64_t person, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int64_t epoch;
    bool ok = store_raise_epoch(store, &epoch, err) && touch_person(store, person, epoch, err) &&
              sql_prepare(store->db, "UPDATE person SET withdrawn = 1 WHERE id = ?1", &stmt, err);

    if (ok) {
        sqlite3_bind_int64(stmt, 1, person);
        ok = sql_done(stmt, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

/* A person whom the store does not know is recorded too, so that later imports leave them out. */
bool entry_withdraw_person(struct store *store, const struct person_id *person, bool *known,
                           struct err *err)
{
    int64_t id = 0;
    bool withdrawn = false;
    bool had, ok;

    if (!store_start(store, err))
        return false;
    ok = find_person(store, person, &id, &withdrawn, err);
    had = id && !withdrawn;
    if (ok && !id)
        ok = need_person(store, person, &id, err);
    if (!store_finish(store, ok && (withdrawn || mark_withdrawn(store, id, err)), err))
        return false;
    *known = had;
    return true;
}
