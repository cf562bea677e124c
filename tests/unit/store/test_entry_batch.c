/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of a batch: what it leaves in the store, and what it counts, is what entry_put() and
 * entry_event() leave and count for the same rows one after the other; persons are found or made,
 * and marked as changed, whatever the order; events lie in the entry's row; a bad event is refused.
 * That deliveries and undos agree with a model is test_feed.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/store/entry_batch.h"
#include "node/store/event_pack.h"
#include "node/store/import_run.h"
#include "node/store/store.h"
#include "proto/base/sql.h"
#include "tests/unit/refused.h"
#include "tests/unit/store/bench.h"

#define ROWS 4000
#define PERSONS 300
#define EXTRACTS 4

struct row {
    uint16_t person;
    uint8_t which;   /* of the person's rows */
    uint8_t content; /* what it says */
};

static int64_t begin(struct bench *b, const char *feed, uint8_t content)
{
    struct import_source source = {.kind = "persons",
                                   .options = "",
                                   .name = "p.csv",
                                   .content = {content, (uint8_t)feed[0]},
                                   .feed = feed};
    int64_t id;

    assert_true(import_run_begin(b->store, &source, &id, &b->err));
    return id;
}

static uint64_t commit(struct bench *b)
{
    struct import_counts counts = {0};

    assert_true(import_run_end_unsaid(b->store, &counts.removed, &b->err));
    assert_true(import_run_commit(b->store, &counts, &b->err));
    return counts.removed;
}

static struct person_id person_of(const struct row *row)
{
    struct person_id pid = {{0}};

    pid.b[0] = (uint8_t)(row->person * 31); /* not in the order of the numbers */
    pid.b[1] = (uint8_t)(row->person >> 8);
    pid.b[15] = (uint8_t)row->person;
    return pid;
}

static struct event event_of(const struct row *row)
{
    return (struct event){.kind = EVENT_DIAGNOSIS,
                          .system = row->which % 2 ? "icd10" : EVENT_TRACE_SYSTEM,
                          .code = row->which % 3 ? "C501" : "I109",
                          .date = row->content,
                          .age_days = EVENT_NO_AGE};
}

/* ---- rows one after the other ---------------------------------------------------------------- */

static void put_one(struct bench *b, const struct row *row, struct entry_batch_counts *counts)
{
    struct person_id pid = person_of(row);
    struct entry_key key = entry_batch_key(&pid, row->which);
    uint8_t content[32] = {row->content};
    struct person_facts facts = person_facts_none();
    struct entry_said said = {.key = &key, .content = content, .facts = &facts};
    struct event event = event_of(row);
    enum entry_outcome outcome;
    int64_t entry;

    facts.birth_year = 1900 + row->content;
    assert_true(entry_put(b->store, &pid, &said, &outcome, &entry, &b->err));
    counts->unchanged += outcome == ENTRY_UNCHANGED;
    if (outcome == ENTRY_UNCHANGED)
        return;
    counts->stored++;
    counts->replaced += outcome == ENTRY_REPLACED;
    counts->events += event.system[0] != EVENT_TRACE_SYSTEM[0];
    assert_true(entry_event(b->store, entry, &event, &b->err));
}

/* ---- rows in a batch ------------------------------------------------------------------------- */

static void put_row(struct bench *b, struct entry_batch *batch, const struct row *row)
{
    struct person_facts facts = person_facts_none();
    struct person_id pid = person_of(row);
    struct entry_key key = entry_batch_key(&pid, row->which);
    uint8_t content[32] = {row->content};
    struct entry_batch_row put = {.person = pid,
                                  .said = {.key = &key, .content = content, .facts = &facts}};
    struct event event = event_of(row);

    facts.birth_year = 1900 + row->content;
    assert_true(entry_batch_put(batch, &put, &b->err));
    assert_true(entry_batch_event(batch, &event, &b->err));
}

#define SAYS(feed)                                                                                 \
    "SELECT person.pid, substr(entry.content, 1, 1), birth_year, sex, deceased, aside FROM entry"  \
    " JOIN person ON person.id = person JOIN import_run ON import_run.id = import_id"              \
    " WHERE replaced_by IS NULL AND feed = '" feed "'"

/* Nothing is in force of one feed that is not of the other. */
static void compare(struct bench *b)
{
    assert_int_equal(
        bench_number(b, "SELECT count(*) FROM (" SAYS("one") " EXCEPT " SAYS("many") ")"), 0);
    assert_int_equal(
        bench_number(b, "SELECT count(*) FROM (" SAYS("many") " EXCEPT " SAYS("one") ")"), 0);
    assert_int_equal(bench_number(b, "SELECT count(*) FROM (" SAYS("one") ")"),
                     bench_number(b, "SELECT count(*) FROM (" SAYS("many") ")"));
    assert_int_equal(bench_number(b, "SELECT count(*) FROM entry WHERE replaced_by < import_id"),
                     0);
}

static void draw_rows(struct bench *b, struct row rows[static ROWS])
{
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = (struct row){.person = (uint16_t)bench_draw(b, PERSONS),
                               .which = (uint8_t)bench_draw(b, 9),
                               .content = (uint8_t)bench_draw(b, 3)};
}

/* One extract under both names; returns the id of the one that was batched. */
static int64_t deliver_both(struct bench *b, const struct row *rows, uint8_t number_of)
{
    struct entry_batch_counts one = {0}, many = {0};
    struct entry_batch *batch = NULL;
    uint64_t removed;
    int64_t id;

    begin(b, "one", number_of);
    for (size_t i = 0; i < ROWS; i++)
        put_one(b, &rows[i], &one);
    removed = commit(b);
    id = begin(b, "many", number_of);
    assert_true(entry_batch_open(b->store, &batch, &b->err));
    for (size_t i = 0; i < ROWS; i++) {
        put_row(b, batch, &rows[i]);
        if (number_of % 2 && i % 1500 == 1499)
            assert_true(entry_batch_flush(batch, &many, &b->err));
    }
    assert_true(entry_batch_flush(batch, &many, &b->err));
    entry_batch_close(batch);
    assert_int_equal(commit(b), removed);
    assert_memory_equal(&one, &many, sizeof(one));
    return id;
}

static void test_many_rows_are_what_one_after_the_other_are(void **state)
{
    static struct row rows[ROWS];
    int64_t ids[EXTRACTS];
    struct bench b;

    (void)state;
    bench_up(&b);
    for (uint8_t i = 0; i < EXTRACTS; i++) {
        draw_rows(&b, rows);
        ids[i] = deliver_both(&b, rows, i);
        compare(&b);
    }
    for (uint8_t i = EXTRACTS; i-- > 0;) { /* ids[i] - 1 is the same extract of "one" */
        assert_true(import_run_undo(b.store, ids[i], &b.err));
        assert_true(import_run_undo(b.store, ids[i] - 1, &b.err));
        compare(&b);
    }
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM entry"), 0);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM person"),
                     bench_number(&b, "SELECT count(DISTINCT pid) FROM person"));
    bench_down(&b);
}

/* ---- persons --------------------------------------------------------------------------------- */

static void put_rows(struct bench *b, const char *feed, const struct row *rows, size_t n)
{
    struct entry_batch_counts counts;
    struct entry_batch *batch = NULL;

    begin(b, feed, rows[0].content);
    assert_true(entry_batch_open(b->store, &batch, &b->err));
    for (size_t i = 0; i < n; i++)
        put_row(b, batch, &rows[i]);
    assert_true(entry_batch_flush(batch, &counts, &b->err));
    entry_batch_close(batch);
    (void)commit(b);
}

static void test_persons_change_when_their_rows_do(void **state)
{
    static const struct row first[] = {{9, 1, 1}, {2, 1, 1}, {5, 1, 1}, {2, 2, 1}, {9, 1, 1}};
    static const struct row second[] = {{5, 1, 2}, {2, 1, 1}, {7, 1, 2}};
    struct bench b;

    (void)state;
    bench_up(&b);
    put_rows(&b, "f", first, 5);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM person WHERE changed = 1"), 3);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM entry"), 4);
    put_rows(&b, "f", second, 3);
    /* 2: a row is gone; 5: replaced; 7: new; 9: gone */
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM person WHERE changed = 2"), 4);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM entry WHERE replaced_by IS NULL"), 3);
    put_rows(&b, "g", first, 5);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM person WHERE changed = 3"), 3);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM person"), 4);
    bench_down(&b);
}

/* ---- facts and events ------------------------------------------------------------------------ */

static void test_facts_and_events_lie_in_the_row(void **state)
{
    struct person_facts facts = {.sex = PERSON_FEMALE,
                                 .birth_date = -5,
                                 .birth_year = 1969,
                                 .age_fixed = 44,
                                 .deceased = true,
                                 .death_date = 16000};
    struct event events[] = {
        {EVENT_PHENOTYPE, true, "hp", "0001250", 7, 100, 30, {EVENT_NUMBER, -5, "mmol/L"}},
        {EVENT_OTHER, false, EVENT_TRACE_SYSTEM, "lost", PERSON_NO_DATE, EVENT_NO_AGE, 0, {0}}};
    struct person_id pid = {{1}};
    struct entry_key key = entry_batch_key(&pid, 0);
    uint8_t content[32] = {1};
    struct entry_batch_row row = {
        .person = pid, .said = {.key = &key, .content = content, .facts = &facts}, .aside = true};
    struct entry_batch_counts counts;
    struct entry_batch *batch = NULL;
    sqlite3_stmt *stmt = NULL;
    struct event_pack pack;
    bool found = false;
    size_t at = 0;
    struct bench b;

    (void)state;
    bench_up(&b);
    begin(&b, "f", 1);
    assert_true(entry_batch_open(b.store, &batch, &b.err));
    assert_true(entry_batch_put(batch, &row, &b.err));
    for (size_t i = 0; i < 2; i++)
        assert_true(entry_batch_event(batch, &events[i], &b.err));
    assert_true(entry_batch_flush(batch, &counts, &b.err));
    entry_batch_close(batch);
    (void)commit(&b);
    assert_int_equal(counts.events, 1);
    assert_int_equal(bench_number(&b, "SELECT sex = 1 AND birth_date = -5 AND birth_year = 1969 AND"
                                      " age_fixed = 44 AND deceased = 1 AND death_date = 16000 AND"
                                      " aside = 1 FROM entry"),
                     1);
    assert_true(sql_prepare(store_db(b.store), "SELECT events FROM entry", &stmt, &b.err));
    assert_true(sql_next(stmt, &found, &b.err) && found);
    assert_true(event_pack_next(sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0),
                                &at, &pack));
    assert_true(pack.kind == EVENT_PHENOTYPE && pack.excluded && pack.date == 7 &&
                pack.age_days == 100);
    assert_true(pack.lasts == 30 && pack.form == EVENT_NUMBER && pack.nano == -5 && pack.word > 0);
    assert_true(event_pack_next(sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0),
                                &at, &pack));
    assert_true(pack.kind == EVENT_OTHER && pack.date == PERSON_NO_DATE);
    assert_true(pack.form == EVENT_NO_VALUE && pack.lasts == 0);
    assert_int_equal(at, sqlite3_column_bytes(stmt, 0));
    sqlite3_finalize(stmt);
    bench_down(&b);
}

static void test_a_bad_event_is_refused(void **state)
{
    static const struct row row = {1, 1, 1};
    struct event event = event_of(&row);
    struct entry_batch *batch = NULL;
    struct bench b;

    (void)state;
    bench_up(&b);
    begin(&b, "f", 1);
    assert_true(entry_batch_open(b.store, &batch, &b.err));
    put_row(&b, batch, &row);
    event.code = "";
    assert_refused_for(entry_batch_event(batch, &event, &b.err), &b.err, ERR_INVALID,
                       "a code has 1 to");
    entry_batch_close(batch);
    import_run_rollback(b.store);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM entry"), 0);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_rows_are_what_one_after_the_other_are),
        cmocka_unit_test(test_persons_change_when_their_rows_do),
        cmocka_unit_test(test_facts_and_events_lie_in_the_row),
        cmocka_unit_test(test_a_bad_event_is_refused),
    };

    return cmocka_run_group_tests_name("entry_batch", tests, NULL, NULL);
}
