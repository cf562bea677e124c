/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/entry_batch.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "node/store/event_pack.h"
#include "node/store/event_word.h"
#include "node/store/store_inside.h"

#define ROOM_FIRST 1024u
#define BUCKET_PLACES 8u /* about so many are sorted together */
#define AHEAD 12         /* rows that are fetched into the cache before they are needed */

/* A row's place in the order of the keys. */
struct batch_place {
    uint64_t key; /* its first half */
    uint32_t at;
};

struct entry_batch {
    struct store *store;
    struct batch_row *rows;
    size_t n;
    size_t room;
    struct bytes events;
    struct batch_place *places; /* while the rows are sorted */
    uint32_t *list;             /* room for all rows; what a statement is to see */
    bool feed_is_new;           /* no entry of it can be in force */
    int64_t entry;              /* the ids that were given last */
    int64_t person;
    struct entry_batch_counts counts;
};

/*** rows ***/

static bool read_start(struct entry_batch *batch, struct err *err)
{
    static const char sql[] =
        "SELECT NOT EXISTS (SELECT 1 FROM import_run AS mine JOIN import_run AS other"
        " ON other.kind = mine.kind AND other.feed = mine.feed AND other.id <> mine.id"
        " WHERE mine.id = ?1)";
    sqlite3 *db = batch->store->db;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    bool ok = sql_number(db, "SELECT max(id) FROM entry", 0, &batch->entry, err) &&
              sql_number(db, "SELECT max(id) FROM person", 0, &batch->person, err) &&
              sql_prepare(db, sql, &stmt, err);

    if (ok) {
        sqlite3_bind_int64(stmt, 1, batch->store->import);
        ok = sql_next(stmt, &row, err);
    }
    batch->feed_is_new = ok && row && sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return ok;
}

bool entry_batch_open(struct store *store, struct entry_batch **out, struct err *err)
{
    struct entry_batch *batch;

    assert(store->import && store->is_feed);
    if (!store->has_batch_table && !batch_table_make(store->db, &store->batch_table, err))
        return false;
    store->has_batch_table = true;
    batch = calloc(1, sizeof(*batch));
    if (!batch)
        return err_memory(err);
    batch->store = store;
    if (!read_start(batch, err)) {
        entry_batch_close(batch);
        return false;
    }
    *out = batch;
    return true;
}

void entry_batch_close(struct entry_batch *batch)
{
    if (!batch)
        return;
    batch->store->batch_table = (struct batch_table){0};
    free(batch->rows);
    free(batch->places);
    free(batch->list);
    bytes_clear(&batch->events);
    free(batch);
}

/* The key within the feed; its first half stays, so that the order is that of the persons. */
static struct entry_key key_in_feed(const struct store *store, const struct entry_key *key)
{
    struct entry_key own = *key;

    _Static_assert(crypto_shorthash_BYTES == 8, "the second half of a key");
    _Static_assert(crypto_shorthash_KEYBYTES <= sizeof(store->feed_hash), "key of the short hash");
    (void)crypto_shorthash(own.b + 8, key->b + 8, 8, store->feed_hash);
    return own;
}

static bool grow(struct entry_batch *batch, struct err *err)
{
    size_t room = batch->room ? 2 * batch->room : ROOM_FIRST;
    struct batch_row *grown = realloc(batch->rows, room * sizeof(*grown));

    if (!grown)
        return err_memory(err);
    batch->rows = grown;
    batch->room = room;
    return true;
}

static bool write_rows(struct entry_batch *batch, struct err *err);

bool entry_batch_put(struct entry_batch *batch, const struct entry_batch_row *row, struct err *err)
{
    const struct person_facts none = person_facts_none();
    const struct person_facts *facts = row->said.facts ? row->said.facts : &none;
    struct batch_row *put;

    assert(!row->said.source);
    if (batch->n == ENTRY_BATCH_ROWS_MAX && !write_rows(batch, err))
        return false;
    if (batch->n == batch->room && !grow(batch, err))
        return false;
    put = &batch->rows[batch->n++];
    *put = (struct batch_row){
        .pid = row->person,
        .key = key_in_feed(batch->store, row->said.key),
        .events_at = (uint32_t)batch->events.size,
        .birth_date = facts->birth_date,
        .death_date = facts->death_date,
        .birth_year = (int16_t)facts->birth_year,
        .sex = (uint8_t)facts->sex,
        .age_fixed = facts->age_fixed,
        .deceased = facts->deceased     ? 2
                    : facts->vital_lost ? 1 + ENTRY_VITAL_LOST
                    : facts->alive      ? 1
                                        : 0,
        .aside = row->aside,
        .uncounted = row->uncounted,
    };
    memcpy(put->content, row->said.content, sizeof(put->content));
    return true;
}

bool entry_batch_event(struct entry_batch *batch, const struct event *event, struct err *err)
{
    struct batch_row *row = &batch->rows[batch->n - 1];
    struct event_pack pack = {.kind = event->kind,
                              .excluded = event->excluded,
                              .date = event->date,
                              .age_days = event->age_days,
                              .lasts = event->lasts,
                              .form = event->value.form,
                              .nano = event->value.nano};

    assert(batch->n > 0);
    if (!entry_concept(batch->store, event, &pack.concept, err) ||
        !event_word(batch->store, &event->value, &pack.word, err))
        return false;
    event_pack_add(&batch->events, &pack);
    if (batch->events.failed)
        return err_memory(err);
    if (batch->events.size > UINT32_MAX || row->n_events == UINT16_MAX)
        return err_set(err, ERR_EXHAUSTED, "a row says too many events");
    row->events_size = (uint32_t)batch->events.size - row->events_at;
    if (event->system[0] != EVENT_TRACE_SYSTEM[0])
        row->n_events++;
    return true;
}

/*** the order of the keys ***/

static uint64_t first_half(const uint8_t b[static 8])
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | b[i];
    return value;
}

/* Rows with the same key stay in the order in which they were put. */
static int by_place(const void *left, const void *right, void *rows)
{
    const struct batch_place *a = left, *b = right;
    const struct batch_row *all = rows;
    int order;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    order = memcmp(all[a->at].key.b + 8, all[b->at].key.b + 8, 8);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* Few places by insertion, and many, as of one person, in time that does not explode. */
static void sort_few(struct entry_batch *batch, size_t from, size_t to)
{
    struct batch_place *places = batch->places;

    if (to - from > 4 * (size_t)BUCKET_PLACES) {
        qsort_r(places + from, to - from, sizeof(*places), by_place, batch->rows);
        return;
    }
    for (size_t i = from + 1; i < to; i++) {
        struct batch_place place = places[i];
        size_t at = i;

        for (; at > from && by_place(&places[at - 1], &place, batch->rows) > 0; at--)
            places[at] = places[at - 1];
        places[at] = place;
    }
}

/*
 * Keys begin with a keyed hash, so their first bits part them into buckets of about the same size,
 * each of which is then sorted. ends has room for 2^bits numbers, all 0.
 */
static void sort_places(struct entry_batch *batch, unsigned bits, uint32_t *ends)
{
    size_t from = 0, n_buckets = (size_t)1 << bits;
    unsigned shift = 63 - bits; /* and one more, because a shift by 64 is not defined */

    for (size_t i = 0; i < batch->n; i++)
        ends[first_half(batch->rows[i].key.b) >> 1 >> shift]++;
    for (size_t bucket = 0, sum = 0; bucket < n_buckets; bucket++) {
        size_t n = ends[bucket];

        ends[bucket] = (uint32_t)sum; /* where it begins; it moves to its end */
        sum += n;
    }
    for (size_t i = 0; i < batch->n; i++) {
        uint64_t key = first_half(batch->rows[i].key.b);

        batch->places[ends[key >> 1 >> shift]++] = (struct batch_place){key, (uint32_t)i};
    }
    for (size_t bucket = 0; bucket < n_buckets; from = ends[bucket++])
        sort_few(batch, from, ends[bucket]);
}

/* The rows themselves, so that all that follows goes through memory from left to right. */
static bool move_rows(struct entry_batch *batch, struct err *err)
{
    struct batch_row *ordered = malloc(batch->room * sizeof(*ordered));

    if (!ordered)
        return err_memory(err);
    for (size_t i = 0; i < batch->n; i++) {
        if (i + AHEAD < batch->n) {
            const char *row = (const char *)&batch->rows[batch->places[i + AHEAD].at];

            __builtin_prefetch(row);
            __builtin_prefetch(row + 64);
        }
        ordered[i] = batch->rows[batch->places[i].at];
    }
    free(batch->rows);
    batch->rows = ordered;
    return true;
}

static bool sort_rows(struct entry_batch *batch, struct err *err)
{
    unsigned bits = 0;
    uint32_t *ends;
    bool ok;

    while (bits < 30 && (size_t)BUCKET_PLACES << (bits + 1) <= batch->n)
        bits++;
    free(batch->list);
    batch->list = malloc(batch->n * sizeof(*batch->list));
    batch->places = malloc(batch->n * sizeof(*batch->places));
    ends = calloc((size_t)1 << bits, sizeof(*ends));
    ok = batch->list && batch->places && ends;
    if (ok) {
        sort_places(batch, bits, ends);
        ok = move_rows(batch, err);
    } else {
        err_memory(err);
    }
    free(ends);
    free(batch->places);
    batch->places = NULL;
    return ok;
}

/* Shows the first n rows of the list to the statements that follow. */
static void show(struct entry_batch *batch, size_t n)
{
    batch->store->batch_table = (struct batch_table){
        .rows = batch->rows, .events = batch->events.data, .list = batch->list, .n = n};
}

/* Runs a statement whose ?1 and ?2, where it has them, are these. */
static bool run_for(struct entry_batch *batch, enum store_statement which, int64_t first,
                    int64_t second, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(batch->store, which, err);

    if (!stmt)
        return false;
    if (sqlite3_bind_parameter_count(stmt) > 0)
        sqlite3_bind_int64(stmt, 1, first);
    if (sqlite3_bind_parameter_count(stmt) > 1)
        sqlite3_bind_int64(stmt, 2, second);
    return sql_done(stmt, err);
}

/*** what is in force ***/

static bool find_in_force(struct entry_batch *batch, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(batch->store, BATCH_FIND, err);
    bool row = true;

    if (!stmt)
        return false;
    for (size_t i = 0; i < batch->n; i++)
        batch->list[i] = (uint32_t)i;
    show(batch, batch->n);
    while (row) {
        struct batch_row *found;

        if (!sql_next(stmt, &row, err))
            return false;
        if (!row)
            break;
        found = &batch->rows[sqlite3_column_int64(stmt, 0)];
        found->older = sqlite3_column_int64(stmt, 1);
        found->same =
            sqlite3_column_bytes(stmt, 2) == sizeof(found->content) &&
            memcmp(sqlite3_column_blob(stmt, 2), found->content, sizeof(found->content)) == 0;
    }
    return true;
}

static bool same_key(const struct batch_row *a, const struct batch_row *b)
{
    return memcmp(a->key.b, b->key.b, sizeof(a->key.b)) == 0;
}

/*
 * Goes through the rows of one key, rows[from] to rows[to - 1], in the order in which they were
 * put. A row that is to be written has id 0, another one has the id of the entry that says the
 * same.
 */
static void decide_key(struct entry_batch *batch, size_t from, size_t to)
{
    struct batch_row *last = NULL; /* in force of this batch */

    for (size_t i = from; i < to; i++) {
        struct batch_row *row = &batch->rows[i];
        bool same = last ? memcmp(last->content, row->content, sizeof(row->content)) == 0
                         : row->older && row->same;

        if (same) {
            batch->counts.unchanged += !row->uncounted;
            row->id = last ? -1 : row->older;
            continue;
        }
        row->id = 0;
        batch->counts.stored++;
        batch->counts.replaced += last || row->older;
        batch->counts.events += row->n_events;
        if (last)
            last->replaced = true;
        last = row;
    }
}

static void decide(struct entry_batch *batch)
{
    for (size_t from = 0, to; from < batch->n; from = to) {
        for (to = from + 1; to < batch->n && same_key(&batch->rows[from], &batch->rows[to]);)
            to++;
        decide_key(batch, from, to);
    }
}

/* Lists the rows of which an older entry ends, or else those that an older entry says. */
static size_t list_older(struct entry_batch *batch, bool ended)
{
    size_t n = 0;

    for (size_t i = 0; i < batch->n; i++) {
        struct batch_row *row = &batch->rows[i];

        if (!row->older || (ended ? row->id != 0 : row->id <= 0))
            continue;
        row->id = row->older;
        batch->list[n++] = (uint32_t)i;
    }
    return n;
}

/* Ends older entries that say something else, and notes those that say the same. */
static bool settle_older(struct entry_batch *batch, struct err *err)
{
    const struct store *store = batch->store;
    size_t n = list_older(batch, false);

    show(batch, n);
    if (n && !run_for(batch, BATCH_SAID, 0, 0, err))
        return false;
    n = list_older(batch, true);
    show(batch, n);
    if (n && (!run_for(batch, BATCH_END_TOUCH, store->epoch, 0, err) ||
              !run_for(batch, BATCH_END, store->import, 0, err)))
        return false;
    for (size_t i = 0; i < n; i++)
        batch->rows[batch->list[i]].id = 0;
    return true;
}

/*** persons ***/

static int by_pid(const void *left, const void *right, void *rows)
{
    const struct batch_row *all = rows;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    int order = memcmp(all[a].pid.b, all[b].pid.b, sizeof(all[a].pid.b));

    return order ? order : (a > b) - (a < b);
}

static bool same_person(const struct batch_row *a, const struct batch_row *b)
{
    return memcmp(a->pid.b, b->pid.b, sizeof(a->pid.b)) == 0;
}

/* Lists the rows that are to be written, in the order of their persons. */
static size_t list_written(struct entry_batch *batch)
{
    bool sorted = true;
    size_t n = 0;

    for (size_t i = 0; i < batch->n; i++) {
        if (batch->rows[i].id != 0)
            continue;
        batch->list[n++] = (uint32_t)i;
        sorted = sorted && (n == 1 || memcmp(batch->rows[batch->list[n - 2]].pid.b,
                                             batch->rows[batch->list[n - 1]].pid.b, 16) <= 0);
    }
    if (!sorted)
        qsort_r(batch->list, n, sizeof(*batch->list), by_pid, batch->rows);
    return n;
}

/* Sets the owner of the listed rows whose person is known. */
static bool find_persons(struct entry_batch *batch, size_t n, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(batch->store, BATCH_PERSONS, err);
    bool row = true;

    if (!stmt)
        return false;
    show(batch, n);
    while (row) {
        if (!sql_next(stmt, &row, err))
            return false;
        if (row)
            batch->rows[sqlite3_column_int64(stmt, 0)].owner = sqlite3_column_int64(stmt, 1);
    }
    return true;
}

/* Lists the first row of each person who has no id yet, or else of each who has one. */
static size_t list_persons(struct entry_batch *batch, size_t n, uint32_t *of, bool known)
{
    size_t listed = 0;

    for (size_t i = 0; i < n; i++) {
        struct batch_row *row = &batch->rows[of[i]];

        if (i > 0 && same_person(row, &batch->rows[of[i - 1]]))
            continue;
        if ((row->owner != 0) == known)
            batch->list[listed++] = of[i];
    }
    return listed;
}

static bool settle_persons(struct entry_batch *batch, size_t n, uint32_t *of, struct err *err)
{
    size_t listed = list_persons(batch, n, of, true);

    show(batch, listed);
    if (listed && !run_for(batch, BATCH_PERSON_TOUCH, batch->store->epoch, 0, err))
        return false;
    listed = list_persons(batch, n, of, false);
    for (size_t i = 0; i < listed; i++)
        batch->rows[batch->list[i]].owner = ++batch->person;
    show(batch, listed);
    if (listed && !run_for(batch, BATCH_PERSON_ADD, batch->store->epoch, 0, err))
        return false;
    for (size_t i = 1; i < n; i++)
        if (same_person(&batch->rows[of[i]], &batch->rows[of[i - 1]]))
            batch->rows[of[i]].owner = batch->rows[of[i - 1]].owner;
    return true;
}

/* Finds or makes the persons of the rows that are to be written, and marks them as changed. */
static bool need_persons(struct entry_batch *batch, struct err *err)
{
    size_t n = list_written(batch);
    uint32_t *of;
    bool ok;

    if (!n)
        return true;
    if (batch->person && !find_persons(batch, n, err))
        return false;
    of = malloc(n * sizeof(*of));
    if (!of)
        return err_memory(err);
    memcpy(of, batch->list, n * sizeof(*of));
    ok = settle_persons(batch, n, of, err);
    free(of);
    return ok;
}

/*** writing ***/

static bool add_entries(struct entry_batch *batch, struct err *err)
{
    size_t n = 0;

    for (size_t i = 0; i < batch->n; i++) {
        struct batch_row *row = &batch->rows[i];

        if (row->id != 0)
            continue;
        row->id = ++batch->entry;
        batch->list[n++] = (uint32_t)i;
    }
    show(batch, n);
    return !n || run_for(batch, BATCH_ADD, batch->store->import, 0, err);
}

/*
 * The checks of the tables are of lengths, which rows in memory cannot have wrong; for each row
 * they cost as much as an index.
 */
static bool check(struct entry_batch *batch, bool on, struct err *err)
{
    return sql_run(
        batch->store->db,
        on ? "PRAGMA ignore_check_constraints = OFF" : "PRAGMA ignore_check_constraints = ON", err);
}

static bool write_unchecked(struct entry_batch *batch, struct err *err)
{
    struct err ignored;
    bool ok = check(batch, false, err) && need_persons(batch, err) && add_entries(batch, err);

    return check(batch, true, ok ? err : &ignored) && ok;
}

static bool write_rows(struct entry_batch *batch, struct err *err)
{
    if (!batch->n)
        return true;
    if (!sort_rows(batch, err) || (!batch->feed_is_new && !find_in_force(batch, err)))
        return false;
    decide(batch);
    if (!settle_older(batch, err) || !write_unchecked(batch, err))
        return false;
    batch->n = 0;
    batch->events.size = 0;
    batch->feed_is_new = false; /* the next rows may say again what these said */
    return true;
}

bool entry_batch_flush(struct entry_batch *batch, struct entry_batch_counts *counts,
                       struct err *err)
{
    assert(batch->store->import);
    if (!write_rows(batch, err))
        return false;
    *counts = batch->counts;
    return true;
}
