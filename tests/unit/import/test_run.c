/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run's promises: what the reader offers is stored, all of it or nothing; the same again is
 * nothing to do; a reader that fails, dies, breaks the stream's rules or lies in its closing leaves
 * the store as it was, with a clear error; a dry run writes nothing; too many rejects undo it all.
 */
#include "tests/unit/import/bench.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/import/confine.h"
#include "node/import/identity.h"
#include "node/store/import_run.h"
#include "node/store/store.h"
#include "tests/unit/refused.h"

/* What the reader under test does: the first byte of its file decides. */
static bool act(struct run_job *job, struct err *err)
{
    const struct stream_unit unit = {.facts = {.sex = PERSON_FEMALE,
                                               .birth_date = PERSON_NO_DATE,
                                               .age_fixed = PERSON_NO_AGE,
                                               .death_date = PERSON_NO_DATE}};
    struct stream_closing closing = {.read = 1, .offered = 1};
    struct stream_reject reject = {.field = "person", .code = REJECT_PERSON_ID};
    char deed;

    if (read(job->inputs[0].fd, &deed, 1) != 1 || !stream_put_unit(job->out, &unit, err))
        return false;
    if (deed == 'f')
        return err_set(err, ERR_INVALID, "line 3: it fails");
    if (deed == 'a')
        abort();
    if (deed == 'x')
        _exit(1);
    if (deed == 's')
        (void)socket(AF_INET, SOCK_STREAM, 0);
    if (deed == 'l')
        closing = (struct stream_closing){.read = 2, .offered = 2};
    if (deed == 'r') {
        closing = (struct stream_closing){.read = 2, .offered = 1, .rejected = 1};
        if (!stream_put_reject(job->out, &reject, err))
            return false;
    }
    if (deed == 'n')
        return true; /* no closing */
    return stream_put_closing(job->out, &closing, err);
}

struct bench {
    char dir[64];
    struct run_options options;
    struct run_result result;
    struct err err;
};

static void bench_up(struct bench *b)
{
    char keys[96];

    *b = (struct bench){.dir = "/tmp/rikstal-test-run-XXXXXX"};
    assert_non_null(mkdtemp(b->dir));
    (void)snprintf(keys, sizeof(keys), "%s/keys", b->dir);
    assert_int_equal(mkdir(keys, 0700), 0);
    assert_true(identity_create(b->dir, &b->err));
    b->options = (struct run_options){.dir = b->dir, .quiet = true, .rejects_max = UINT64_MAX};
}

static void bench_down(struct bench *b)
{
    static const char *const names[] = {
        "keys/pid.key",           "keys",          "store.db", "store.db-wal",
        "store.db-shm",           "store.db.lock", "input",    "rejects/import-1.jsonl",
        "rejects/import-2.jsonl", "rejects"};
    char path[128];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", b->dir, names[i]);
        (void)remove(path);
    }
    (void)rmdir(b->dir);
}

static bool run_version(struct bench *b, const char *text, const char *version)
{
    const struct run_reader reader = {.kind = "test", .version = version, .read = act};
    struct run_inputs inputs;
    char path[128];
    char *paths[] = {path};
    FILE *file;
    bool ok;

    (void)snprintf(path, sizeof(path), "%s/input", b->dir);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_true(run_inputs_open(&inputs, paths, 1, NULL, &b->err));
    ok = run_import(&reader, &inputs, &b->options, &b->result, &b->err);
    run_inputs_close(&inputs);
    return ok;
}

static bool run_file(struct bench *b, const char *text)
{
    return run_version(b, text, "test 1");
}

static size_t imports(const struct bench *b)
{
    struct import_run runs[8];
    struct store *store = NULL;
    struct err err;
    char path[128];
    size_t n = 0;

    (void)snprintf(path, sizeof(path), "%s/store.db", b->dir);
    assert_true(store_open(path, &store, &err));
    assert_true(import_run_list(store, 0, runs, 8, &n, &err));
    store_close(store);
    return n;
}

static void test_what_is_offered_is_stored_and_known_again(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(run_file(&b, "good"));
    assert_int_equal(b.result.stored, 1);
    assert_false(b.result.known);
    assert_int_equal(imports(&b), 1);
    assert_true(run_file(&b, "good"));
    assert_true(b.result.known);
    assert_int_equal(b.result.import_id, 1);
    assert_int_equal(imports(&b), 1);
    assert_true(run_file(&b, "gone")); /* the same entry with another content */
    assert_int_equal(b.result.stored, 1);
    assert_int_equal(imports(&b), 2);
    bench_down(&b);
}

/* What a reader of before made of a file is not what this one makes of it. */
static void test_a_file_of_an_older_reader_is_read_again(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(run_version(&b, "good", "test 1"));
    assert_true(run_version(&b, "good", "test 2"));
    assert_false(b.result.known);
    assert_int_equal(b.result.read, 1);
    assert_int_equal(imports(&b), 2);
    assert_true(run_version(&b, "good", "test 2"));
    assert_true(b.result.known); /* nothing to do */
    assert_int_equal(b.result.import_id, 2);
    assert_int_equal(imports(&b), 2);
    bench_down(&b);
}

static void check_fails(char deed, enum err_code code, const char *why)
{
    struct bench b;

    bench_up(&b);
    assert_refused(run_file(&b, (char[]){deed, 0}), &b.err, code);
    if (!strstr(b.err.text, why))
        fail_msg("'%c': \"%s\" does not say \"%s\"", deed, b.err.text, why);
    assert_int_equal(imports(&b), 0);
    assert_true(run_file(&b, "good")); /* and the store is in order */
    bench_down(&b);
}

static void test_a_reader_that_goes_wrong_leaves_nothing(void **state)
{
    (void)state;
    check_fails('f', ERR_INVALID, "line 3: it fails");
    check_fails('x', ERR_INVALID, "gave up on this file (status 1)");
    check_fails('a', ERR_INVALID, "signal 6");
    check_fails('n', ERR_UNAVAILABLE, "broke off");
    check_fails('l', ERR_INTERNAL, "closing arithmetic");
    check_fails('s', ERR_INTERNAL, "what it may not");
}

static void test_a_dry_run_writes_nothing(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.options.dry_run = true;
    assert_true(run_file(&b, "good"));
    assert_int_equal(b.result.stored, 1);
    assert_int_equal(imports(&b), 0);
    bench_down(&b);
}

static void test_rejects_are_reported_and_limited(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    b.options.rejects_max = 0;
    assert_refused(run_file(&b, "r"), &b.err, ERR_INVALID);
    assert_non_null(strstr(b.err.text, "--max-rejects"));
    assert_int_equal(imports(&b), 0);
    b.options.rejects_by_share = true;
    b.options.rejects_max = 499999; /* just under the half that it is */
    assert_refused(run_file(&b, "r"), &b.err, ERR_INVALID);
    b.options.rejects_max = 500000;
    assert_true(run_file(&b, "r"));
    assert_int_equal(b.result.rejected, 1);
    assert_int_equal(access(b.result.report, F_OK), 0);
    bench_down(&b);
}

static void test_a_store_in_use_is_an_error_and_no_child_is_left(void **state)
{
    struct store *store = NULL;
    struct bench b;
    char path[128];

    (void)state;
    bench_up(&b);
    (void)snprintf(path, sizeof(path), "%s/store.db", b.dir);
    assert_true(store_open(path, &store, &b.err));
    assert_refused(run_file(&b, "good"), &b.err, ERR_UNAVAILABLE);
    store_close(store);
    assert_true(run_file(&b, "good"));
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_offered_is_stored_and_known_again),
        cmocka_unit_test(test_a_file_of_an_older_reader_is_read_again),
        cmocka_unit_test(test_a_reader_that_goes_wrong_leaves_nothing),
        cmocka_unit_test(test_a_dry_run_writes_nothing),
        cmocka_unit_test(test_rejects_are_reported_and_limited),
        cmocka_unit_test(test_a_store_in_use_is_an_error_and_no_child_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
