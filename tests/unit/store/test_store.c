/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store promises: an import is all or nothing and known again by content; what is
 * delivered again replaces, and undoing brings back what was replaced; one process at a time; no
 * newer schema; long alleles that collide get the next name; running out of memory at any point of
 * an import leaves the store as it was.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <unistd.h>

#include "node/store/assay.h"
#include "node/store/calls.h"
#include "node/store/entry.h"
#include "node/store/import_run.h"
#include "node/store/note.h"
#include "node/store/store.h"
#include "tests/unit/refused.h"
#include "tests/unit/store/bench.h"

static struct import_source source_of(uint8_t content)
{
    return (struct import_source){
        .kind = "test", .options = "", .name = "made up", .content = {content}};
}

static bool put(struct bench *b, uint8_t person, uint8_t content, enum entry_outcome *outcome,
                int64_t *entry)
{
    struct person_id pid = {{person}};
    struct entry_key key = {{person}};
    uint8_t bytes[32] = {content};
    struct person_facts facts = person_facts_none();
    struct entry_said said = {.key = &key, .content = bytes, .facts = &facts};

    facts.sex = PERSON_FEMALE;
    return entry_put(b->store, &pid, &said, outcome, entry, &b->err);
}

/* An import of one person with one event and one call; false leaves nothing behind. */
static bool import_one(struct bench *b, uint8_t person, uint8_t content, int64_t *id)
{
    struct import_source source = source_of(content);
    struct import_counts counts = {.read = 1, .stored = 1};
    struct event event = {.kind = EVENT_PHENOTYPE,
                          .system = "hp",
                          .code = "HP:0001250",
                          .date = PERSON_NO_DATE,
                          .age_days = EVENT_NO_AGE};
    struct callset callset = {.assembly = VARIANT_GRCH38, .judges_sites = true};
    struct variant variant = {VARIANT_GRCH38, 1, 1000 + content, "GATTACAGATTACA", "G"};
    enum entry_outcome outcome;
    struct calls *calls = NULL;
    int64_t entry, callset_id;
    uint64_t vid;
    bool ok;

    if (!import_run_begin(b->store, &source, id, &b->err))
        return false;
    ok = put(b, person, content, &outcome, &entry) &&
         entry_event(b->store, entry, &event, &b->err) &&
         callset_put(b->store, &callset, &callset_id, &b->err) &&
         callset_add_sample(b->store, callset_id, entry, 0, &b->err) &&
         calls_vid(b->store, &variant, &vid, &b->err) &&
         calls_open(b->store, callset_id, &calls, &b->err);
    ok = ok && calls_site(calls, vid, &b->err) && calls_add(calls, 0, CALL_HET, &b->err) &&
         note_put(b->store, vid, &(struct note){.gene = "G", .consequences = 1}, &b->err);
    if (calls && ok)
        ok = calls_close(calls, &b->err);
    else
        calls_abandon(calls);
    if (ok)
        return import_run_commit(b->store, &counts, &b->err);
    import_run_rollback(b->store);
    return false;
}

static void test_an_import_is_known_again_until_it_is_undone(void **state)
{
    struct import_source source = source_of(7);
    struct import_source other = source;
    struct bench b;
    int64_t id, known;

    (void)state;
    bench_up(&b);
    assert_true(import_run_known(b.store, &source, &known, &b.err));
    assert_int_equal(known, 0);
    assert_true(import_one(&b, 1, 7, &id));
    assert_true(import_run_known(b.store, &source, &known, &b.err));
    assert_int_equal(known, id);
    other.options = "assay=wgs";
    assert_true(import_run_known(b.store, &other, &known, &b.err));
    assert_int_equal(known, 0);
    assert_true(import_run_undo(b.store, id, &b.err));
    assert_true(import_run_known(b.store, &source, &known, &b.err));
    assert_int_equal(known, 0);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM entry"), 0);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM calls"), 0);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM event"), 0);
    assert_refused(import_run_undo(b.store, id, &b.err), &b.err, ERR_INVALID);
    bench_down(&b);
}

static void test_a_rolled_back_import_leaves_nothing(void **state)
{
    struct import_source source = source_of(1);
    enum entry_outcome outcome;
    struct bench b;
    int64_t id, entry;

    (void)state;
    bench_up(&b);
    assert_true(import_run_begin(b.store, &source, &id, &b.err));
    assert_true(put(&b, 1, 1, &outcome, &entry));
    import_run_rollback(b.store);
    import_run_rollback(b.store);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM person"), 0);
    assert_int_equal(bench_number(&b, "SELECT epoch FROM state"), 0);
    assert_true(import_one(&b, 1, 1, &id));
    bench_down(&b);
}

static int64_t content_in_force(struct bench *b)
{
    return bench_number(b, "SELECT import_id FROM entry WHERE replaced_by IS NULL");
}

static void test_what_is_delivered_again_replaces_and_undo_brings_back(void **state)
{
    struct import_source first_source = source_of(1);
    struct bench b;
    int64_t first, second, third, known;

    (void)state;
    bench_up(&b);
    assert_true(import_one(&b, 5, 1, &first));
    assert_true(import_one(&b, 5, 2, &second));
    assert_true(import_one(&b, 5, 3, &third));
    assert_int_equal(content_in_force(&b), third);
    assert_true(import_run_known(b.store, &first_source, &known, &b.err));
    assert_int_equal(known, 0); /* its content is no longer in force, so its file says something */
    assert_true(import_run_undo(b.store, second, &b.err));
    assert_int_equal(content_in_force(&b), third);
    assert_true(import_run_undo(b.store, third, &b.err));
    assert_int_equal(content_in_force(&b), first);
    assert_true(import_run_known(b.store, &first_source, &known, &b.err));
    assert_int_equal(known, first);
    bench_down(&b);
}

static void test_the_same_content_is_unchanged(void **state)
{
    struct import_source source = source_of(9);
    struct import_counts counts = {.read = 1, .unchanged = 1};
    enum entry_outcome outcome;
    struct bench b;
    int64_t id, entry;

    (void)state;
    bench_up(&b);
    assert_true(import_one(&b, 5, 1, &id));
    assert_true(import_run_begin(b.store, &source, &id, &b.err));
    assert_true(put(&b, 5, 1, &outcome, &entry));
    assert_int_equal(outcome, ENTRY_UNCHANGED);
    assert_true(import_run_commit(b.store, &counts, &b.err));
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM entry"), 1);
    assert_int_equal(bench_number(&b, "SELECT changed FROM person"), 1);
    bench_down(&b);
}

static void test_a_withdrawn_person_stays_withdrawn(void **state)
{
    struct person_id pid = {{5}}, stranger = {{6}};
    struct bench b;
    int64_t id;
    bool known;

    (void)state;
    bench_up(&b);
    assert_true(import_one(&b, 5, 1, &id));
    assert_true(entry_withdraw_person(b.store, &pid, &known, &b.err));
    assert_true(known);
    assert_true(import_one(&b, 5, 2, &id));
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM person WHERE withdrawn"), 1);
    assert_true(entry_withdraw_person(b.store, &stranger, &known, &b.err));
    assert_false(known);
    assert_true(import_one(&b, 6, 3, &id));
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM person WHERE withdrawn"), 2);
    bench_down(&b);
}

static void test_one_process_at_a_time(void **state)
{
    struct store *second;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_refused(store_open_in(b.folder, &second, &b.err), &b.err, ERR_UNAVAILABLE);
    bench_down(&b);
}

/* The longest folder whose store.db is a path has no store, which is told; one byte more is no
 * path. */
static void test_a_folder_whose_name_is_too_long_is_refused(void **state)
{
    char folder[PATH_MAX + 1];
    struct store *store;
    struct err err;
    size_t most = PATH_MAX - sizeof("/store.db");

    (void)state;
    memset(folder, 'f', sizeof(folder));
    folder[0] = '/';
    folder[most] = 0;
    if (store_open_in(folder, &store, &err) || strstr(err.text, "the folder's name is too long"))
        fail_msg("a folder's name of %zu bytes: %s", most, err.text);
    folder[most] = 'f';
    folder[most + 1] = 0;
    assert_refused(store_open_in(folder, &store, &err), &err, ERR_INVALID);
    assert_string_equal(err.text, "the folder's name is too long");
}

static void test_a_newer_or_foreign_database_is_refused(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    sqlite3_exec(store_db(b.store), "PRAGMA user_version = 999", NULL, NULL, NULL);
    store_close(b.store);
    b.store = NULL;
    assert_refused(store_open_in(b.folder, &b.store, &b.err), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "newer"));
    bench_down(&b);

    bench_up(&b);
    sqlite3_exec(store_db(b.store), "PRAGMA application_id = 77", NULL, NULL, NULL);
    store_close(b.store);
    b.store = NULL;
    assert_refused(store_open_in(b.folder, &b.store, &b.err), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "another program, not the store"));
    bench_down(&b);
}

/* Puts another spelling under the names that the variant would get. */
static void take_name(struct bench *b, const struct variant *variant, unsigned tag)
{
    char sql[160];
    uint64_t vid;

    assert_true(variant_pack(variant, tag, &vid, &b->err));
    sqlite3_snprintf(sizeof(sql), sql, "INSERT INTO allele VALUES (%lld, 'X', 'Y')",
                     (long long)vid);
    assert_int_equal(sqlite3_exec(store_db(b->store), sql, NULL, NULL, NULL), SQLITE_OK);
}

static void test_a_collision_takes_the_next_name_and_the_fourth_is_refused(void **state)
{
    struct variant variant = {VARIANT_GRCH38, 1, 1000, "GATTACAGATTACA", "G"};
    struct import_source source = source_of(1);
    struct bench b;
    int64_t id;
    uint64_t vid, again;

    (void)state;
    bench_up(&b);
    assert_true(import_run_begin(b.store, &source, &id, &b.err));
    for (unsigned tag = 1; tag < VARIANT_TAGS; tag++) {
        assert_true(calls_vid(b.store, &variant, &vid, &b.err));
        assert_true(calls_vid(b.store, &variant, &again, &b.err));
        assert_int_equal(vid, again);
        assert_int_equal(vid_tag(vid), tag);
        sqlite3_exec(store_db(b.store), "DELETE FROM allele WHERE ref != 'X'", NULL, NULL, NULL);
        take_name(&b, &variant, tag);
    }
    assert_refused(calls_vid(b.store, &variant, &vid, &b.err), &b.err, ERR_INVALID);
    import_run_rollback(b.store);
    bench_down(&b);
}

static void test_intervals_of_an_assay_are_merged_and_told_apart(void **state)
{
    struct assay_interval intervals[] = {{2, 50, 60}, {1, 10, 20}, {1, 15, 30}, {1, 31, 40}};
    struct assay_interval merged[] = {{1, 10, 40}, {2, 50, 60}};
    struct assay assay = {"panel", VARIANT_GRCH38, false, intervals, 4, 0};
    struct import_source source = source_of(1);
    struct bench b;
    int64_t id, one, same, other, found;

    (void)state;
    bench_up(&b);
    assert_true(import_run_begin(b.store, &source, &id, &b.err));
    assert_true(assay_put(b.store, &assay, &one, &b.err));
    assay.intervals = merged;
    assay.n_intervals = 2;
    assert_true(assay_put(b.store, &assay, &same, &b.err));
    assert_int_equal(one, same);
    merged[1].end = 61;
    assert_true(assay_put(b.store, &assay, &other, &b.err));
    assert_int_not_equal(one, other);
    assert_true(assay_find(b.store, "panel", VARIANT_GRCH38, &found, &b.err));
    assert_int_equal(found, other);
    assay.apart = 1;
    assert_true(assay_put(b.store, &assay, &same, &b.err));
    assert_int_not_equal(same, other);
    merged[1].start = 62;
    assert_refused(assay_put(b.store, &assay, &other, &b.err), &b.err, ERR_INVALID);
    import_run_rollback(b.store);
    bench_down(&b);
}

/*** allocations of SQLite that fail ***/

static sqlite3_mem_methods real;
static int fail_after = -1;

static void *counting_malloc(int size)
{
    if (fail_after == 0)
        return NULL;
    if (fail_after > 0)
        fail_after--;
    return real.xMalloc(size);
}

static void test_out_of_memory_leaves_the_store_as_it_was(void **state)
{
    bool done = false;
    int n;

    (void)state;
    for (n = 0; !done; n += 1 + n / 64) {
        struct bench b;
        int64_t id;

        bench_up(&b);
        fail_after = n;
        done = import_one(&b, 1, 1, &id);
        fail_after = -1;
        import_run_rollback(b.store);
        assert_int_equal(bench_number(&b, "SELECT count(*) FROM person"), done);
        assert_int_equal(bench_number(&b, "SELECT count(*) FROM import_run"), done);
        bench_down(&b);
    }
    assert_true(n > 10);
}

static void test_an_assay_s_name_at_the_limit_and_one_past(void **state)
{
    char name[ASSAY_NAME_BYTES_MAX + 2] = "";
    struct assay assay = {.name = name, .assembly = VARIANT_GRCH38, .whole_genome = true};
    struct import_source source = source_of(1);
    int64_t id, put_id, found;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(import_run_begin(b.store, &source, &id, &b.err));
    memset(name, 'n', ASSAY_NAME_BYTES_MAX);
    assert_true(assay_put(b.store, &assay, &put_id, &b.err));
    assert_true(assay_find(b.store, name, VARIANT_GRCH38, &found, &b.err));
    assert_int_equal(found, put_id);
    name[ASSAY_NAME_BYTES_MAX] = 'n';
    assert_refused_for(assay_put(b.store, &assay, &put_id, &b.err), &b.err, ERR_INVALID, "name");
    import_run_rollback(b.store);
    bench_down(&b);
}

static void test_a_frequency_at_the_limit_and_one_past(void **state)
{
    const int64_t af_nano_max = INT64_C(1000000000); /* AF_NANO_MAX: every allele */
    struct variant variant = {VARIANT_GRCH38, 1, 1000, "A", "G"};
    struct import_source source = source_of(1);
    struct bench b;
    uint64_t vid;
    int64_t id;

    (void)state;
    bench_up(&b);
    assert_true(import_run_begin(b.store, &source, &id, &b.err));
    assert_true(calls_vid(b.store, &variant, &vid, &b.err));
    assert_true(note_put_af(b.store, vid, 0, &b.err));
    assert_true(note_put_af(b.store, vid, af_nano_max, &b.err));
    assert_refused_for(note_put_af(b.store, vid, af_nano_max + 1, &b.err), &b.err, ERR_INVALID,
                       "0 to 1");
    assert_refused_for(note_put_af(b.store, vid, -1, &b.err), &b.err, ERR_INVALID, "0 to 1");
    import_run_rollback(b.store);
    bench_down(&b);
}

static void test_an_event_s_code_and_system_at_the_limit_and_one_past(void **state)
{
    char system[EVENT_SYSTEM_BYTES_MAX + 2] = "", code[EVENT_CODE_BYTES_MAX + 2] = "";
    char word[EVENT_WORD_BYTES_MAX + 2] = "";
    struct event event = {.kind = EVENT_DIAGNOSIS,
                          .system = system,
                          .code = code,
                          .date = PERSON_NO_DATE,
                          .age_days = EVENT_NO_AGE};
    struct import_source source = source_of(1);
    enum entry_outcome outcome;
    int64_t id, entry;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(import_run_begin(b.store, &source, &id, &b.err));
    assert_true(put(&b, 1, 1, &outcome, &entry));
    memset(system, 's', EVENT_SYSTEM_BYTES_MAX);
    memset(code, 'c', EVENT_CODE_BYTES_MAX);
    assert_true(entry_event(b.store, entry, &event, &b.err));
    system[EVENT_SYSTEM_BYTES_MAX] = 's';
    assert_refused_for(entry_event(b.store, entry, &event, &b.err), &b.err, ERR_INVALID, "system");
    system[EVENT_SYSTEM_BYTES_MAX] = 0;
    code[EVENT_CODE_BYTES_MAX] = 'c';
    assert_refused_for(entry_event(b.store, entry, &event, &b.err), &b.err, ERR_INVALID, "code");
    code[1] = 0;
    memset(word, 'w', EVENT_WORD_BYTES_MAX);
    event.value = (struct event_value){.form = EVENT_ANSWER, .word = word};
    assert_true(entry_event(b.store, entry, &event, &b.err));
    word[EVENT_WORD_BYTES_MAX] = 'w';
    assert_refused_for(entry_event(b.store, entry, &event, &b.err), &b.err, ERR_INVALID, "answer");
    event.value = (struct event_value){.form = EVENT_ANSWER, .word = ""};
    assert_refused_for(entry_event(b.store, entry, &event, &b.err), &b.err, ERR_INVALID, "answer");
    event.value = (struct event_value){.form = EVENT_NUMBER, .nano = -1, .word = ""};
    assert_true(entry_event(b.store, entry, &event, &b.err));
    import_run_rollback(b.store);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_import_is_known_again_until_it_is_undone),
        cmocka_unit_test(test_a_rolled_back_import_leaves_nothing),
        cmocka_unit_test(test_what_is_delivered_again_replaces_and_undo_brings_back),
        cmocka_unit_test(test_the_same_content_is_unchanged),
        cmocka_unit_test(test_a_withdrawn_person_stays_withdrawn),
        cmocka_unit_test(test_one_process_at_a_time),
        cmocka_unit_test(test_a_folder_whose_name_is_too_long_is_refused),
        cmocka_unit_test(test_a_newer_or_foreign_database_is_refused),
        cmocka_unit_test(test_a_collision_takes_the_next_name_and_the_fourth_is_refused),
        cmocka_unit_test(test_intervals_of_an_assay_are_merged_and_told_apart),
        cmocka_unit_test(test_out_of_memory_leaves_the_store_as_it_was),
        cmocka_unit_test(test_an_assay_s_name_at_the_limit_and_one_past),
        cmocka_unit_test(test_a_frequency_at_the_limit_and_one_past),
        cmocka_unit_test(test_an_event_s_code_and_system_at_the_limit_and_one_past),
    };
    sqlite3_mem_methods counting;

    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
    counting = real;
    counting.xMalloc = counting_malloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &counting);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
