/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The intake's promises: without a store everything is counted and nothing written; an entry that
 * is unchanged takes its samples' calls with it; the closing must agree with what came; an assay
 * that nobody declared is an error.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/import/intake.h"
#include "node/store/import_run.h"
#include "node/store/store.h"
#include "tests/unit/refused.h"

struct bench {
    char path[64];
    struct store *store;
    struct rejects *rejects;
    struct run_inputs inputs;
    struct intake *intake;
    struct run_result result;
    struct err err;
};

static void bench_up(struct bench *b)
{
    int fd;

    *b = (struct bench){.path = "/tmp/rikstal-test-intake-XXXXXX"};
    fd = mkstemp(b->path);
    assert_true(fd >= 0);
    (void)close(fd);
    (void)unlink(b->path);
    assert_true(store_open(b->path, &b->store, &b->err));
}

static void bench_down(struct bench *b)
{
    static const char *const endings[] = {"", "-wal", "-shm", ".lock"};
    char path[96];

    store_close(b->store);
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(path, sizeof(path), "%s%s", b->path, endings[i]);
        (void)unlink(path);
    }
}

static void begin(struct bench *b, bool dry, const char *assay, uint8_t content)
{
    struct intake_settings settings = {.store = dry ? NULL : b->store,
                                       .inputs = &b->inputs,
                                       .assay = assay,
                                       .sites_are_units = true,
                                       .content = {content}};
    struct import_source source = {
        .kind = "test", .options = "", .name = "x", .content = {content}};
    int64_t id;

    assert_true(rejects_open(NULL, &b->rejects, &b->err));
    settings.rejects = b->rejects;
    if (!dry)
        assert_true(import_run_begin(b->store, &source, &id, &b->err));
    assert_true(intake_open(&settings, &b->intake, &b->err));
}

static void end(struct bench *b)
{
    intake_close(b->intake);
    rejects_close(b->rejects);
    b->intake = NULL;
}

static void take(struct bench *b, const struct stream_item *item)
{
    if (!intake_take(b->intake, item, &b->err))
        fail_msg("%s", b->err.text);
}

/* Two samples of two entries, whose keys begin with these bytes, and a site that both carry. */
static void take_file(struct bench *b, uint8_t key0, uint8_t key1)
{
    struct stream_item item = {.kind = STREAM_UNIT, .unit = {.facts = person_facts_none()}};
    uint8_t calls[2 * STREAM_CALL_MAX];
    size_t size = stream_call_write(calls, -1, 0, CALL_HET);

    size += stream_call_write(calls + size, 0, 1, CALL_HOM);
    item.unit.key.b[0] = item.unit.person.b[0] = key0;
    take(b, &item);
    item.unit.key.b[0] = item.unit.person.b[0] = key1;
    take(b, &item);
    take(b, &(struct stream_item){.kind = STREAM_CALLSET,
                                  .callset = {.assembly = 1, .judges_sites = true}});
    take(b, &(struct stream_item){.kind = STREAM_SAMPLE,
                                  .sample = {.unit = 0, .type = SAMPLE_GERMLINE}});
    take(b, &(struct stream_item){.kind = STREAM_SAMPLE,
                                  .sample = {.unit = 1, .type = SAMPLE_GERMLINE}});
    take(b, &(struct stream_item){.kind = STREAM_SITE,
                                  .site = {.chromosome = 1,
                                           .position = 7,
                                           .ref = "A",
                                           .alt = "C",
                                           .af_nano = 5,
                                           .calls = calls,
                                           .calls_size = size,
                                           .n_calls = 2}});
}

static bool finish(struct bench *b, struct stream_closing closing)
{
    return intake_finish(b->intake, &closing, &b->result, &b->err);
}

static void commit(struct bench *b)
{
    struct import_counts counts = {
        .read = 1, .stored = b->result.stored, .unchanged = b->result.unchanged};

    assert_true(import_run_commit(b->store, &counts, &b->err));
}

static void test_a_dry_run_counts_and_writes_nothing(void **state)
{
    struct import_run runs[1];
    struct bench b;
    size_t n;

    (void)state;
    bench_up(&b);
    begin(&b, true, NULL, 1);
    take_file(&b, 1, 2);
    assert_true(finish(&b, (struct stream_closing){.read = 1, .offered = 1}));
    assert_int_equal(b.result.stored, 1);
    assert_int_equal(b.result.samples, 2);
    assert_int_equal(b.result.calls, 2);
    end(&b);
    assert_true(import_run_list(b.store, 0, runs, 1, &n, &b.err));
    assert_int_equal(n, 0);
    bench_down(&b);
}

static void test_an_unchanged_entry_takes_its_calls_with_it(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    begin(&b, false, NULL, 1);
    take_file(&b, 1, 2);
    assert_true(finish(&b, (struct stream_closing){.read = 1, .offered = 1}));
    assert_int_equal(b.result.calls, 2);
    assert_int_equal(b.result.entries, 2);
    commit(&b);
    end(&b);
    begin(&b, false, NULL, 1); /* the same content: nothing of it is new */
    take_file(&b, 1, 2);
    assert_true(finish(&b, (struct stream_closing){.read = 1, .offered = 1}));
    assert_int_equal(b.result.unchanged, 1);
    assert_int_equal(b.result.calls, 0);
    commit(&b);
    end(&b);
    begin(&b, false, NULL, 1); /* one entry of it is new */
    take_file(&b, 1, 3);
    assert_true(finish(&b, (struct stream_closing){.read = 1, .offered = 1}));
    assert_int_equal(b.result.stored, 1);
    assert_int_equal(b.result.samples, 1);
    assert_int_equal(b.result.calls, 1);
    commit(&b);
    end(&b);
    bench_down(&b);
}

static void test_the_closing_must_agree_with_what_came(void **state)
{
    static const struct stream_closing wrong[] = {
        {.read = 2, .offered = 2},
        {.read = 2, .offered = 1, .rejected = 1},
        {.read = 0, .offered = 0},
    };
    struct bench b;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        bench_up(&b);
        begin(&b, true, NULL, 1);
        take_file(&b, 1, 2);
        assert_false(finish(&b, wrong[i]));
        assert_int_equal(b.err.code, ERR_INTERNAL);
        end(&b);
        bench_down(&b);
    }
}

static void test_an_undeclared_assay_is_an_error_and_a_declared_one_is_kept(void **state)
{
    const struct stream_item callset = {.kind = STREAM_CALLSET, .callset = {.assembly = 1}};
    const struct stream_item interval = {.kind = STREAM_INTERVAL,
                                         .interval = {.chromosome = 1, .start = 5, .end = 9}};
    struct bench b;

    (void)state;
    bench_up(&b);
    begin(&b, false, "panel", 1);
    assert_refused(intake_take(b.intake, &callset, &b.err), &b.err, ERR_INVALID);
    import_run_rollback(b.store);
    end(&b);
    begin(&b, false, "panel", 1);
    take(&b, &interval);
    take(&b, &callset);
    assert_true(finish(&b, (struct stream_closing){0}));
    assert_true(import_run_commit(b.store, &(struct import_counts){0}, &b.err));
    end(&b);
    begin(&b, false, "panel", 2);
    take(&b, &callset);
    import_run_rollback(b.store);
    end(&b);
    bench_down(&b);
}

static void test_a_reject_of_no_input_is_an_error(void **state)
{
    const struct stream_item reject = {.kind = STREAM_REJECT,
                                       .reject = {.input = 5, .field = "ALT"}};
    struct bench b;

    (void)state;
    bench_up(&b);
    begin(&b, true, NULL, 1);
    assert_refused(intake_take(b.intake, &reject, &b.err), &b.err, ERR_INTERNAL);
    end(&b);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_dry_run_counts_and_writes_nothing),
        cmocka_unit_test(test_an_unchanged_entry_takes_its_calls_with_it),
        cmocka_unit_test(test_the_closing_must_agree_with_what_came),
        cmocka_unit_test(test_an_undeclared_assay_is_an_error_and_a_declared_one_is_kept),
        cmocka_unit_test(test_a_reject_of_no_input_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
