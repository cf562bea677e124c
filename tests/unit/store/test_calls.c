/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What appending calls promises: buffers never grow beyond their budget, whatever is beyond becomes
 * another part; calls that name nobody are refused; several callsets may be filled in turn; samples
 * in any order, and twice, are stored once and ascending.
 */
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
#include "node/store/callpack.h"
#include "node/store/calls.h"
#include "node/store/entry.h"
#include "node/store/fraction.h"
#include "node/store/import_run.h"
#include "node/store/store.h"
#include "tests/unit/refused.h"
#include "tests/unit/store/bench.h"

static void begin_import(struct bench *b)
{
    struct import_source source = {.kind = "test", .options = "", .name = "made up"};
    int64_t import;

    bench_up(b);
    assert_true(import_run_begin(b->store, &source, &import, &b->err));
}

static void end_import(struct bench *b)
{
    import_run_rollback(b->store);
    bench_down(b);
}

static int64_t add_callset(struct bench *b, uint32_t first, uint32_t n)
{
    struct callset callset = {.assembly = VARIANT_GRCH38, .judges_sites = true};
    int64_t id;

    assert_true(callset_put(b->store, &callset, &id, &b->err));
    for (uint32_t i = 0; i < n; i++) {
        struct person_id pid = {{0}};
        struct entry_key key = {{0}};
        uint8_t content[32] = {0};
        enum entry_outcome outcome;
        uint32_t number = first + i;
        int64_t entry;

        memcpy(pid.b, &number, sizeof(number));
        memcpy(key.b, &number, sizeof(number));
        assert_true(entry_put(b->store, &pid, &(struct entry_said){.key = &key, .content = content},
                              &outcome, &entry, &b->err));
        assert_true(callset_add_sample(b->store, id, entry, 0, &b->err));
    }
    return id;
}

static uint64_t vid_of(uint32_t position)
{
    struct variant variant = {VARIANT_GRCH38, 1, position, "A", "C"};
    struct err err;
    uint64_t vid;

    assert_true(variant_pack(&variant, 0, &vid, &err));
    return vid;
}

static void test_beyond_the_budget_there_are_more_parts(void **state)
{
    struct calls *calls;
    struct bench b;
    int64_t id;
    uint32_t sites = 0;

    (void)state;
    begin_import(&b);
    id = add_callset(&b, 0, CALLPACK_SAMPLES);
    assert_true(calls_open(b.store, id, &calls, &b.err));
    for (; sites < 140000; sites++) {
        assert_true(calls_site(calls, vid_of(1 + sites), &b.err));
        for (uint32_t i = 0; i < 300; i++) /* enough for a bitset of 512 bytes */
            assert_true(calls_add(calls, 13 * i, CALL_HET, &b.err));
    }
    assert_true(calls_close(calls, &b.err));
    assert_true(bench_number(&b, "SELECT count(*) FROM calls") > 1);
    assert_true(bench_number(&b, "SELECT max(length(data)) FROM calls") <= 64 << 20);
    assert_true(bench_number(&b, "SELECT sum(length(data)) FROM calls") > 512 * (int64_t)sites);
    end_import(&b);
}

static void test_an_assay_is_given_to_all_samples_of_its_callset_and_no_others(void **state)
{
    struct assay assay = {.name = "exome", .assembly = VARIANT_GRCH38};
    int64_t first, second, id;
    struct bench b;
    char sql[128];

    (void)state;
    begin_import(&b);
    first = add_callset(&b, 0, 3);
    second = add_callset(&b, 3, 2);
    assert_true(assay_put(b.store, &assay, &id, &b.err));
    assert_true(callset_set_assay(b.store, second, id, &b.err));
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM sample WHERE callset = %lld AND assay = %lld",
             (long long)second, (long long)id);
    assert_int_equal(bench_number(&b, sql), 2);
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM sample WHERE callset = %lld AND assay = %lld",
             (long long)first, (long long)id);
    assert_int_equal(bench_number(&b, sql), 0);
    end_import(&b);
}

static void test_calls_that_name_nobody_are_refused(void **state)
{
    struct calls *calls;
    struct bench b;

    (void)state;
    begin_import(&b);
    assert_true(calls_open(b.store, add_callset(&b, 0, 2), &calls, &b.err));
    assert_true(calls_site(calls, vid_of(5), &b.err));
    assert_true(calls_add(calls, 1, CALL_HET, &b.err));
    assert_refused(calls_add(calls, 2, CALL_HET, &b.err), &b.err, ERR_INVALID);
    assert_refused(calls_add(calls, 0, (enum call_code)CALL_CODES, &b.err), &b.err, ERR_INVALID);
    assert_true(calls_add(calls, 1, CALL_HET, &b.err));
    assert_refused(calls_add(calls, 1, CALL_HET, &b.err), &b.err,
                   ERR_INVALID); /* more calls than samples */
    calls_abandon(calls);
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM calls"), 0);
    end_import(&b);
}

static void read_first(struct bench *b, int64_t callset, struct callpack_reader *reader,
                       uint8_t *copy)
{
    sqlite3_stmt *stmt;

    assert_int_equal(sqlite3_prepare_v2(store_db(b->store),
                                        "SELECT data FROM calls WHERE callset = ?1", -1, &stmt,
                                        NULL),
                     SQLITE_OK);
    sqlite3_bind_int64(stmt, 1, callset);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    memcpy(copy, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
    callpack_start(reader, copy, (size_t)sqlite3_column_bytes(stmt, 0), false);
    sqlite3_finalize(stmt);
}

static void test_callsets_are_filled_in_turn_and_samples_in_any_order(void **state)
{
    static const uint32_t order[] = {5, 1, 3, 1};
    struct callpack_reader reader;
    uint16_t samples[CALLPACK_SAMPLES];
    struct calls *calls[2];
    uint8_t copy[1024];
    int64_t ids[2];
    struct bench b;

    (void)state;
    begin_import(&b);
    for (uint32_t c = 0; c < 2; c++) {
        ids[c] = add_callset(&b, 100 * c, 6);
        assert_true(calls_open(b.store, ids[c], &calls[c], &b.err));
    }
    for (uint32_t site = 0; site < 10; site++) {
        struct calls *to = calls[site % 2];

        assert_true(calls_site(to, vid_of(100 + site), &b.err));
        for (size_t i = 0; i < 4; i++)
            assert_true(calls_add(to, order[i], CALL_HOM, &b.err));
    }
    assert_true(calls_close(calls[0], &b.err));
    assert_true(calls_close(calls[1], &b.err));
    assert_int_equal(bench_number(&b, "SELECT count(*) FROM calls"), 2);
    read_first(&b, ids[1], &reader, copy);
    assert_true(callpack_next(&reader));
    assert_int_equal(reader.vid, vid_of(101) & CALLPACK_VID_MASK);
    assert_int_equal(callpack_samples(&reader, CALL_HOM, samples), 3);
    assert_int_equal(samples[0], 1);
    assert_int_equal(samples[1], 3);
    assert_int_equal(samples[2], 5);
    end_import(&b);
}

/* On MT always, elsewhere where it was asked for; a call of which no share was said has none. */
static void test_shares_of_reads_are_kept(void **state)
{
    struct variant on_mt = {VARIANT_GRCH38, CHROMOSOME_MT, 3243, "A", "G"};
    struct callpack_reader reader;
    uint8_t copy[1024];
    struct bench b;

    (void)state;
    begin_import(&b);
    for (uint32_t form = 0; form < 4; form++) {
        bool keep = form & 1, mt = form & 2;
        int64_t callset = add_callset(&b, 10 * form, 3);
        struct calls *calls;
        uint64_t vid = vid_of(7);

        assert_true(calls_open(b.store, callset, &calls, &b.err));
        calls_keep_fractions(calls, keep);
        if (mt)
            assert_true(variant_pack(&on_mt, 0, &vid, &b.err));
        assert_true(calls_site(calls, vid, &b.err));
        assert_true(calls_add(calls, 2, CALL_HET, &b.err));
        calls_fraction(calls, 77);
        assert_true(calls_add(calls, 1, CALL_HET, &b.err));
        assert_true(calls_close(calls, &b.err));
        read_first(&b, callset, &reader, copy);
        assert_true(callpack_next(&reader));
        assert_int_equal(reader.fractions != NULL, keep || mt);
        if (reader.fractions) {
            assert_int_equal(reader.fractions[0], FRACTION_UNKNOWN); /* sample 1 */
            assert_int_equal(reader.fractions[1], 77);
        }
        assert_false(callpack_next(&reader));
    }
    end_import(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beyond_the_budget_there_are_more_parts),
        cmocka_unit_test(test_an_assay_is_given_to_all_samples_of_its_callset_and_no_others),
        cmocka_unit_test(test_calls_that_name_nobody_are_refused),
        cmocka_unit_test(test_callsets_are_filled_in_turn_and_samples_in_any_order),
        cmocka_unit_test(test_shares_of_reads_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
