/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of deliveries: after any sequence of imports and undos, what is in force is what a naive
 * model says. A feed says what its newest extract in force says; files without a feed add and
 * replace; an undone import is as if it had never been; and nothing of undone imports remains.
 * Declarations follow their imports. Files of one sample end each other unless they add up.
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

#include "node/store/calls.h"
#include "node/store/delivery.h"
#include "node/store/entry.h"
#include "node/store/entry_batch.h"
#include "node/store/import_run.h"
#include "node/store/peer.h"
#include "node/store/store.h"
#include "node/store/variant.h"
#include "tests/unit/store/bench.h"

#define KEYS 6
#define IMPORTS 24
#define FEEDS 3 /* the first is none */
#define BATCHED 2
#define SEQUENCES 120

static const char *const feeds[FEEDS] = {NULL, "journal", "register"};

struct model_import {
    int64_t id;
    int feed;
    uint8_t says[KEYS]; /* 0: nothing of this key; else its content */
    bool undone;
};

/* What was imported, for the naive model. */
struct model {
    struct bench bench;
    struct model_import imports[IMPORTS];
    size_t n;
};

/* ---- imports --------------------------------------------------------------------------------- */

static void say(struct bench *b, const struct model_import *import, uint8_t key)
{
    struct event event = {.kind = EVENT_DIAGNOSIS,
                          .system = "icd10",
                          .code = "C501",
                          .date = PERSON_NO_DATE,
                          .age_days = EVENT_NO_AGE};
    struct person_id pid = {{key}};
    struct entry_key name = {{key}};
    uint8_t content[32] = {import->says[key], (uint8_t)import->feed};
    enum entry_outcome outcome;
    int64_t entry;

    assert_true(entry_put(b->store, &pid, &(struct entry_said){.key = &name, .content = content},
                          &outcome, &entry, &b->err));
    if (outcome != ENTRY_UNCHANGED)
        assert_true(entry_event(b->store, entry, &event, &b->err));
}

static void put_row(struct bench *b, struct entry_batch *batch, uint8_t key, uint8_t says,
                    uint8_t feed)
{
    struct event event = {.kind = EVENT_DIAGNOSIS,
                          .system = "icd10",
                          .code = "C501",
                          .date = PERSON_NO_DATE,
                          .age_days = EVENT_NO_AGE};
    struct person_id pid = {{key}};
    struct entry_key name = entry_batch_key(&pid, key);
    uint8_t content[32] = {says, feed};
    struct entry_batch_row row = {.person = pid, .said = {.key = &name, .content = content}};

    assert_true(entry_batch_put(batch, &row, &b->err));
    assert_true(entry_batch_event(batch, &event, &b->err));
}

/*
 * The same as say() for each key, as rows that come in any order, some of them twice and with
 * another content before; the last word of a key counts. Rows are sometimes written in between.
 */
static void say_rows(struct bench *b, const struct model_import *import)
{
    uint8_t first = (uint8_t)bench_draw(b, KEYS);
    struct entry_batch_counts counts;
    struct entry_batch *batch = NULL;

    assert_true(entry_batch_open(b->store, &batch, &b->err));
    for (uint8_t i = 0; i < KEYS; i++) {
        uint8_t key = (uint8_t)((first + KEYS - i) % KEYS);

        if (!import->says[key])
            continue;
        for (uint32_t n = bench_draw(b, 3); n > 0; n--)
            put_row(b, batch, key, (uint8_t)(1 + bench_draw(b, 2)), (uint8_t)import->feed);
        if (bench_draw(b, 4) == 0)
            assert_true(entry_batch_flush(batch, &counts, &b->err));
        put_row(b, batch, key, import->says[key], (uint8_t)import->feed);
    }
    assert_true(entry_batch_flush(batch, &counts, &b->err));
    entry_batch_close(batch);
}

static struct import_source source_of(const struct model_import *import, size_t number)
{
    struct import_source source = {
        .kind = "persons", .options = "", .name = "p.csv", .feed = feeds[import->feed]};

    memcpy(source.content, import->says, KEYS);
    source.content[31] = (uint8_t)number;
    return source;
}

static void deliver(struct model *m)
{
    struct bench *b = &m->bench;
    struct model_import *import = &m->imports[m->n];
    struct import_source source;
    struct import_counts counts = {0};

    *import = (struct model_import){.feed = (int)bench_draw(b, FEEDS)};
    for (size_t k = 0; k < KEYS; k++)
        import->says[k] = (uint8_t)(bench_draw(b, 3) ? 1 + bench_draw(b, 2) : 0);
    source = source_of(import, m->n++);
    assert_true(import_run_begin(b->store, &source, &import->id, &b->err));
    if (import->feed == BATCHED && bench_draw(b, 4))
        say_rows(b, import);
    else /* of the batched feed too: so said the programs before batches */
        for (uint8_t k = 0; k < KEYS; k++)
            if (import->says[k])
                say(b, import, k);
    assert_true(import_run_end_unsaid(b->store, &counts.removed, &b->err));
    assert_true(import_run_commit(b->store, &counts, &b->err));
}

static void undo(struct model *m)
{
    struct bench *b = &m->bench;
    struct model_import *import = &m->imports[bench_draw(b, (uint32_t)m->n)];

    if (import_run_undo(b->store, import->id, &b->err) == import->undone)
        fail_msg("undo of import %lld: %s", (long long)import->id, b->err.text);
    import->undone = true;
}

/* ---- the model ------------------------------------------------------------------------------- */

/* What is in force of a feed and a key: the content, or 0. */
static uint8_t in_force(const struct model *m, int feed, size_t key)
{
    for (size_t i = m->n; i-- > 0;) {
        const struct model_import *import = &m->imports[i];

        if (import->undone || import->feed != feed)
            continue;
        if (feed || import->says[key])
            return import->says[key];
    }
    return 0;
}

static void compare(struct model *m, unsigned sequence)
{
    struct bench *b = &m->bench;
    for (int feed = 0; feed < FEEDS; feed++)
        for (size_t key = 0; key < KEYS; key++) {
            char sql[256];
            uint8_t want = in_force(m, feed, key);

            snprintf(sql, sizeof(sql),
                     "SELECT coalesce(group_concat(hex(substr(content, 1, 1))), 0) FROM entry JOIN"
                     " person ON person.id = person WHERE replaced_by IS NULL AND"
                     " hex(substr(pid, 1, 1)) = '%02zX' AND hex(substr(content, 2, 1)) = '%02X'",
                     key, (unsigned)feed);
            if (bench_number(b, sql) != want)
                fail_msg("sequence %u, import %zu: feed %d, key %zu: %lld and not %u", sequence,
                         m->n, feed, key, (long long)bench_number(b, sql), want);
        }
    assert_int_equal(bench_number(b, "SELECT count(*) FROM entry WHERE (events IS NULL) <>"
                                     " EXISTS (SELECT 1 FROM event WHERE event.entry = entry.id)"),
                     0);
    assert_int_equal(bench_number(b, "SELECT count(*) FROM event WHERE entry NOT IN"
                                     " (SELECT id FROM entry)"),
                     0);
}

static void test_what_is_in_force_is_what_the_model_says(void **state)
{
    struct model m = {.n = 0};
    struct bench *b = &m.bench;

    (void)state;
    bench_up(b);
    for (unsigned sequence = 0; sequence < SEQUENCES; sequence++) {
        for (size_t i = 0; i < IMPORTS; i++) {
            deliver(&m);
            while (bench_draw(b, 3) == 0)
                undo(&m);
            compare(&m, sequence);
        }
        for (size_t i = 0; i < m.n; i++)
            if (!m.imports[i].undone)
                assert_true(import_run_undo(b->store, m.imports[i].id, &b->err));
        assert_int_equal(bench_number(b, "SELECT count(*) FROM entry"), 0);
        assert_int_equal(bench_number(b, "SELECT count(*) FROM event"), 0);
        assert_int_equal(bench_number(b, "SELECT count(*) FROM restated"), 0);
        m.n = 0;
    }
    bench_down(b);
}

/* ---- known again ----------------------------------------------------------------------------- */

static int64_t known(struct bench *b, const struct import_source *source)
{
    int64_t id;

    assert_true(import_run_known(b->store, source, &id, &b->err));
    return id;
}

static int64_t deliver_one(struct bench *b, struct import_source *source, uint8_t content)
{
    struct model_import import = {.says = {content}};
    struct import_counts counts = {0};
    int64_t id;

    source->content[0] = content;
    assert_true(import_run_begin(b->store, source, &id, &b->err));
    say(b, &import, 0);
    assert_true(import_run_end_unsaid(b->store, &counts.removed, &b->err));
    assert_true(import_run_commit(b->store, &counts, &b->err));
    return id;
}

static void test_only_the_newest_extract_of_a_feed_is_known(void **state)
{
    struct import_source source = {.kind = "persons", .options = "", .name = "a", .feed = "f"};
    struct import_source other = source;
    struct bench b;
    int64_t first, second;

    (void)state;
    bench_up(&b);
    first = deliver_one(&b, &source, 1);
    assert_int_equal(known(&b, &source), first);
    other.feed = "g";
    other.content[0] = 1;
    assert_int_equal(known(&b, &other), 0);
    second = deliver_one(&b, &source, 2);
    assert_int_equal(known(&b, &source), second);
    source.content[0] = 1;
    assert_int_equal(known(&b, &source), 0);
    assert_true(import_run_undo(b.store, second, &b.err));
    assert_int_equal(known(&b, &source), first);
    bench_down(&b);
}

/* Restated by a later file and then replaced: neither of the two says what is in force. */
static void test_a_file_that_said_again_what_was_replaced_is_not_known(void **state)
{
    struct import_source source = {.kind = "consent", .options = "", .name = "a"};
    struct import_source again = {.kind = "consent", .options = "x", .name = "b"};
    struct import_source later = {.kind = "consent", .options = "y", .name = "c"};
    struct bench b;

    (void)state;
    bench_up(&b);
    deliver_one(&b, &source, 1);
    assert_int_not_equal(deliver_one(&b, &again, 1), 0);
    assert_int_not_equal(known(&b, &again), 0);
    deliver_one(&b, &later, 2);
    assert_int_equal(known(&b, &again), 0);
    assert_int_equal(known(&b, &source), 0);
    bench_down(&b);
}

/* ---- declarations ---------------------------------------------------------------------------- */

static int64_t declare(struct bench *b, const char *feed, const char *system, int32_t since)
{
    struct import_source source = {.kind = "persons", .options = "", .name = "a", .feed = feed};
    struct deliveries deliveries = {.n = 1, .at = {{EVENT_DIAGNOSIS, "", since}}};
    struct import_counts counts = {0};
    int64_t id;

    snprintf(deliveries.at[0].system, sizeof(deliveries.at[0].system), "%s", system);
    if (!*system)
        deliveries.at[0].kind = EVENT_NO_KIND;
    source.deliveries = &deliveries;
    assert_true(import_run_begin(b->store, &source, &id, &b->err));
    assert_true(import_run_commit(b->store, &counts, &b->err));
    return id;
}

static void test_a_declaration_is_the_newest_of_its_feed_and_goes_with_it(void **state)
{
    struct deliveries got;
    struct bench b;
    int64_t second;

    (void)state;
    bench_up(&b);
    declare(&b, "f", "icd10", 100);
    second = declare(&b, "f", "atc", 200);
    assert_true(deliveries_of_feed(b.store, "persons", "f", &got, &b.err));
    assert_int_equal(got.n, 1);
    assert_string_equal(got.at[0].system, "atc");
    declare(&b, "g", "atc", 50);
    declare(&b, "h", "", PERSON_NO_DATE);
    assert_true(deliveries_in_force(b.store, &got, &b.err));
    assert_int_equal(got.n, 1);
    assert_int_equal(got.at[0].since, 50);
    assert_true(import_run_undo(b.store, second, &b.err));
    assert_true(deliveries_in_force(b.store, &got, &b.err));
    assert_int_equal(got.n, 2);
    assert_true(deliveries_of_feed(b.store, "persons", "h", &got, &b.err));
    assert_int_equal(got.n, 1);
    assert_int_equal(got.at[0].kind, EVENT_NO_KIND);
    assert_true(deliveries_of_feed(b.store, "persons", "none", &got, &b.err));
    assert_int_equal(got.n, 0);
    bench_down(&b);
}

static void test_a_list_of_declarations_ends_at_its_limit(void **state)
{
    struct deliveries list = {0};
    struct delivery one = {EVENT_DIAGNOSIS, "", PERSON_NO_DATE};

    (void)state;
    for (int i = 0; i < DELIVERIES_MAX; i++) {
        snprintf(one.system, sizeof(one.system), "s%03d", DELIVERIES_MAX - i);
        assert_true(deliveries_add(&list, &one));
    }
    assert_true(deliveries_add(&list, &one));
    assert_int_equal(list.n, DELIVERIES_MAX);
    for (size_t i = 1; i < list.n; i++)
        assert_true(strcmp(list.at[i - 1].system, list.at[i].system) < 0);
    snprintf(one.system, sizeof(one.system), "one-more");
    assert_false(deliveries_add(&list, &one));
}

/* ---- files of one sample --------------------------------------------------------------------- */

/* One sample in a file of this name, with a call on a chromosome (0: none). */
static int64_t sequence(struct bench *b, uint8_t file, uint8_t chromosome, uint64_t *ended)
{
    struct import_source source = {
        .kind = "vcf", .options = "", .name = "v", .content = {file, chromosome}};
    struct callset callset = {.assembly = VARIANT_GRCH38, .judges_sites = true};
    struct variant variant = {VARIANT_GRCH38, chromosome, 1000, "A", "G"};
    struct import_counts counts = {0};
    struct person_id pid = {{1}};
    struct entry_key key = {{file}}, peer = {{9}};
    uint8_t content[32] = {file, chromosome};
    enum entry_outcome outcome;
    struct calls *calls;
    int64_t id, entry, of, callset_id;
    uint64_t vid;

    assert_true(import_run_begin(b->store, &source, &id, &b->err));
    assert_true(entry_put(b->store, &pid, &(struct entry_said){.key = &key, .content = content},
                          &outcome, &entry, &b->err));
    assert_true(entry_peer(b->store, entry, &peer, &b->err));
    assert_true(callset_put(b->store, &callset, &callset_id, &b->err));
    assert_true(callset_add_sample(b->store, callset_id, entry, 0, &b->err));
    if (chromosome) {
        assert_true(calls_vid(b->store, &variant, &vid, &b->err));
        assert_true(calls_open(b->store, callset_id, &calls, &b->err));
        assert_true(calls_site(calls, vid, &b->err) && calls_add(calls, 0, CALL_HET, &b->err));
        assert_true(calls_close(calls, &b->err));
    }
    assert_true(peer_end(b->store, ended, &of, &b->err));
    assert_true(import_run_commit(b->store, &counts, &b->err));
    return id;
}

static void test_a_re_analysis_ends_the_older_file_and_a_chromosome_more_does_not(void **state)
{
    struct bench b;
    uint64_t ended;
    int64_t again;

    (void)state;
    bench_up(&b);
    sequence(&b, 1, 1, &ended);
    assert_int_equal(ended, 0);
    sequence(&b, 2, 2, &ended);
    assert_int_equal(ended, 0);
    again = sequence(&b, 3, 1, &ended);
    assert_int_equal(ended, 1);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM entry WHERE replaced_by IS NULL"), 2);
    assert_true(import_run_undo(b.store, again, &b.err));
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM entry WHERE replaced_by IS NULL"), 2);
    sequence(&b, 4, 0, &ended); /* a file without a variant says that there is none */
    assert_int_equal(ended, 2);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_in_force_is_what_the_model_says),
        cmocka_unit_test(test_only_the_newest_extract_of_a_feed_is_known),
        cmocka_unit_test(test_a_file_that_said_again_what_was_replaced_is_not_known),
        cmocka_unit_test(test_a_declaration_is_the_newest_of_its_feed_and_goes_with_it),
        cmocka_unit_test(test_a_list_of_declarations_ends_at_its_limit),
        cmocka_unit_test(test_a_re_analysis_ends_the_older_file_and_a_chromosome_more_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
