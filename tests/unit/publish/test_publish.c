/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What publishing promises: a few new persons rewrite the open segment and nothing else; a person
 * who is replaced, undone or withdrawn is dead or written anew at once; nothing new means nothing
 * written; a fault at any file operation, and a kill in the middle, leave the old snapshot whole;
 * one changed bit in a segment or manifest is found at opening.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/snapshot/bits.h"
#include "proto/base/file.h"
#include "tests/unit/refused.h"
#include "tests/unit/snapshot/synthetic.h"

#define FULL SEGMENT_PERSONS_MAX

/* Persons first..first+n-1 with one call each, as one file. */
static void add_persons(struct synthetic *region, uint32_t first, uint32_t n, uint32_t version)
{
    struct callset callset = {.assembly = VARIANT_GRCH38};
    struct calls *calls;
    int64_t id;

    synthetic_begin(region, 1000000 * version + first);
    assert_true(callset_put(region->store, &callset, &id, &region->err));
    for (uint32_t i = 0; i < n; i++)
        assert_true(callset_add_sample(region->store, id,
                                       synthetic_entry(region, first + i, "vcf", version), 0,
                                       &region->err));
    assert_true(calls_open(region->store, id, &calls, &region->err));
    for (uint32_t i = 0; i < n; i++) {
        assert_true(calls_site(calls, synthetic_vid(3 * (first + i) + version), &region->err));
        assert_true(calls_add(calls, i, CALL_HET, &region->err));
    }
    assert_true(calls_close(calls, &region->err));
    synthetic_commit(region, n);
}

/* A person with n samples of tumours, each of a file and a day of its own, 100 and on. */
static void add_tumours(struct synthetic *region, uint32_t person, uint32_t n)
{
    struct callset callset = {.assembly = VARIANT_GRCH38};
    struct calls *calls;
    int64_t id;

    for (uint32_t i = 0; i < n; i++) {
        char kind[16];
        struct sample_row sample = {.type = SAMPLE_TUMOUR, .taken = 100 + (int32_t)i};

        (void)snprintf(kind, sizeof(kind), "vcf %u", i);
        synthetic_begin(region, 1000 * person + i);
        assert_true(callset_put(region->store, &callset, &id, &region->err));
        assert_true(callset_add(region->store, id, synthetic_entry(region, person, kind, 0),
                                &sample, &region->err));
        assert_true(calls_open(region->store, id, &calls, &region->err));
        assert_true(calls_site(calls, synthetic_vid(i), &region->err));
        assert_true(calls_add(calls, 0, CALL_CARRIER, &region->err));
        assert_true(calls_close(calls, &region->err));
        synthetic_commit(region, 1);
    }
}

static bool is_undated(struct snapshot *snapshot, uint32_t person)
{
    uint64_t words[SEGMENT_WORDS_MAX] = {0};
    uint32_t ordinal;
    size_t segment;

    assert_true(synthetic_find(snapshot, person, &segment, &ordinal));
    segment_undated(segment_tumour(snapshot_segment(snapshot, segment)), words);
    return bits_has(words, ordinal);
}

static void test_days_of_so_many_samples_are_known_and_of_one_more_none(void **state)
{
    struct synthetic region;
    struct snapshot *snapshot;
    uint32_t many, more;
    size_t segment;

    (void)state;
    synthetic_up(&region);
    add_tumours(&region, 1, SEGMENT_TAKEN_MAX);
    add_tumours(&region, 2, SEGMENT_TAKEN_MAX + 1);
    (void)synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    assert_true(synthetic_find(snapshot, 1, &segment, &many));
    assert_true(synthetic_find(snapshot, 2, &segment, &more));
    for (size_t nth = 0; nth < SEGMENT_TAKEN_MAX; nth++) {
        struct segment *of_day = segment_of_day(snapshot_segment(snapshot, segment), nth);

        assert_non_null(of_day);
        assert_int_equal(segment_taken(of_day)[many], 100 + nth);
        assert_int_equal(segment_taken(of_day)[more], PERSON_NO_DATE);
    }
    assert_false(is_undated(snapshot, 1));
    assert_true(is_undated(snapshot, 2));
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static bool carries(struct synthetic *region, struct snapshot *snapshot, uint32_t person,
                    uint32_t version)
{
    uint64_t vid = synthetic_vid(3 * person + version);
    uint32_t ordinal;
    size_t segment;
    struct site site;
    bool found;
    uint64_t words[SEGMENT_WORDS_MAX] = {0};

    if (!synthetic_find(snapshot, person, &segment, &ordinal))
        return false;
    assert_true(
        segment_site(snapshot_segment(snapshot, segment), vid, &found, &site, &region->err));
    if (found)
        site_or(snapshot_segment(snapshot, segment), &site, SITE_CARRIERS, words);
    return bits_has(words, ordinal);
}

struct names {
    char at[64][80];
    size_t n;
};

static struct names list_files(const struct synthetic *region, const char *end)
{
    struct names names = {.n = 0};
    DIR *folder = opendir(region->snapshot_path);
    const struct dirent *entry;

    while (folder && (entry = readdir(folder)))
        if (strstr(entry->d_name, end))
            snprintf(names.at[names.n++], sizeof(names.at[0]), "%.79s", entry->d_name);
    if (folder)
        closedir(folder);
    return names;
}

static bool has_name(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->at[i], name) == 0)
            return true;
    return false;
}

static void test_new_persons_rewrite_the_open_segment_only(void **state)
{
    struct synthetic region;
    struct publish_result result;
    struct names before, after;
    struct snapshot *snapshot;
    size_t kept = 0;

    (void)state;
    synthetic_up(&region);
    add_persons(&region, 0, FULL + 100, 0);
    result = synthetic_publish(&region);
    assert_int_equal(result.segments_written, 2);
    assert_int_equal(result.persons, FULL + 100);
    before = list_files(&region, ".segment");
    add_persons(&region, FULL + 100, 3, 0);
    result = synthetic_publish(&region);
    assert_int_equal(result.segments_written, 1);
    assert_int_equal(result.segments_kept, 1);
    assert_int_equal(result.persons_new, 103);
    assert_int_equal(result.persons_dead, 0);
    after = list_files(&region, ".segment");
    for (size_t i = 0; i < after.n; i++)
        kept += has_name(&before, after.at[i]);
    assert_int_equal(kept, 2); /* the full one, and the one before of the snapshot before */
    assert_int_equal(after.n, 3);
    snapshot = synthetic_open(&region);
    for (uint32_t person = 0; person < FULL + 103; person += 501)
        assert_true(carries(&region, snapshot, person, 0));
    assert_true(carries(&region, snapshot, FULL + 102, 0));
    snapshot_close(snapshot);
    result = synthetic_publish(&region);
    assert_false(result.changed);
    assert_int_equal(result.persons, FULL + 103);
    synthetic_down(&region);
}

static void test_a_person_who_changes_is_written_anew(void **state)
{
    struct synthetic region;
    struct publish_result result;
    struct snapshot *snapshot;

    (void)state;
    synthetic_up(&region);
    add_persons(&region, 0, FULL + 10, 0);
    synthetic_publish(&region);
    add_persons(&region, 7, 1, 1);
    result = synthetic_publish(&region);
    assert_int_equal(result.segments_kept, 1);
    assert_int_equal(result.persons_dead, 1);
    assert_int_equal(result.persons, FULL + 10);
    snapshot = synthetic_open(&region);
    assert_true(carries(&region, snapshot, 7, 1));
    assert_false(carries(&region, snapshot, 7, 0));
    assert_true(carries(&region, snapshot, 8, 0));
    assert_int_equal(snapshot_info(snapshot)->n_persons, FULL + 10);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static void test_undo_and_withdrawal_reach_the_next_snapshot(void **state)
{
    struct person_id third = synthetic_pid(3);
    struct synthetic region;
    struct snapshot *snapshot;
    size_t segment;
    uint32_t ordinal;
    bool known;

    (void)state;
    synthetic_up(&region);
    add_persons(&region, 0, 20, 0);
    add_persons(&region, 5, 1, 1); /* import 2 */
    add_persons(&region, 50, 2, 0);
    synthetic_publish(&region);
    assert_true(import_run_undo(region.store, 2, &region.err));
    assert_true(import_run_undo(region.store, 3, &region.err));
    assert_true(entry_withdraw_person(region.store, &third, &known, &region.err));
    assert_int_equal(synthetic_publish(&region).persons, 19);
    snapshot = synthetic_open(&region);
    assert_true(carries(&region, snapshot, 5, 0));
    assert_false(carries(&region, snapshot, 5, 1));
    assert_false(synthetic_find(snapshot, 3, &segment, &ordinal));
    assert_false(synthetic_find(snapshot, 50, &segment, &ordinal));
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static void test_an_empty_store_is_a_snapshot_of_nobody(void **state)
{
    struct synthetic region;
    struct snapshot *snapshot;

    (void)state;
    synthetic_up(&region);
    assert_refused(snapshot_open(region.snapshot_path, SNAPSHOT_HASH_ALL, &snapshot, &region.err),
                   &region.err, ERR_INVALID);
    assert_true(synthetic_publish(&region).changed);
    snapshot = synthetic_open(&region);
    assert_int_equal(snapshot_info(snapshot)->n_persons, 0);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static void expect_persons(struct synthetic *region, uint64_t n)
{
    struct snapshot *snapshot = synthetic_open(region);

    assert_int_equal(snapshot_info(snapshot)->n_persons, n);
    snapshot_close(snapshot);
}

/* Either the old snapshot or, when the fault came after `current` was replaced, the new one. */
static void test_a_fault_at_any_file_operation_leaves_a_whole_snapshot(void **state)
{
    struct synthetic region;
    bool done = false;
    int n;

    (void)state;
    synthetic_up(&region);
    add_persons(&region, 0, 10, 0);
    synthetic_publish(&region);
    add_persons(&region, 10, 5, 0);
    for (n = 0; !done; n++) {
        struct publish_options options = {.folder = region.snapshot_path, .date = 20000};
        struct publish_result result;
        struct snapshot *snapshot;

        file_fault(n, ENOSPC);
        done = publish(region.store, &options, &result, &region.err);
        file_fault(-1, 0);
        assert_int_equal(list_files(&region, "segment.").n, 0); /* no temporary file is left */
        snapshot = synthetic_open(&region);
        if (!done)
            assert_non_null(strstr(region.err.text, "No space left"));
        else
            assert_int_equal(snapshot_info(snapshot)->n_persons, 15);
        snapshot_close(snapshot);
    }
    assert_true(n > 10);
    synthetic_down(&region);
}

static void die(void *of, const char *stage, uint64_t done, uint64_t total)
{
    (void)of;
    (void)done;
    (void)total;
    if (strcmp(stage, "variants") == 0)
        raise(SIGKILL);
}

static void test_a_kill_in_the_middle_leaves_the_old_snapshot(void **state)
{
    struct synthetic region;
    int status;
    pid_t child;

    (void)state;
    synthetic_up(&region);
    add_persons(&region, 0, 10, 0);
    synthetic_publish(&region);
    add_persons(&region, 10, 5, 0);
    store_close(region.store);
    region.store = NULL;
    child = fork();
    if (child == 0) {
        struct publish_options options = {
            .folder = region.snapshot_path, .date = 20000, .progress = die};
        struct publish_result result;

        if (store_open(region.store_path, &region.store, &region.err) &&
            !publish(region.store, &options, &result, &region.err))
            _exit(1);
        _exit(2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_int_equal(list_files(&region, ".tmp").n, 1);
    expect_persons(&region, 10);
    assert_true(store_open(region.store_path, &region.store, &region.err));
    synthetic_publish(&region);
    assert_int_equal(list_files(&region, ".tmp").n, 0);
    expect_persons(&region, 15);
    synthetic_down(&region);
}

static void flip(const struct synthetic *region, const char *name, long at)
{
    char path[400];
    FILE *file;
    int byte;

    snprintf(path, sizeof(path), "%s/%s", region->snapshot_path, name);
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    byte = fgetc(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    fputc(byte ^ 4, file);
    assert_int_equal(fclose(file), 0);
}

static void test_one_changed_bit_is_found_at_opening(void **state)
{
    struct synthetic region;
    struct snapshot *snapshot;

    (void)state;
    synthetic_up(&region);
    add_persons(&region, 0, 10, 0);
    synthetic_publish(&region);
    for (int kind = 0; kind < 2; kind++) {
        struct names names = list_files(&region, kind ? ".manifest" : ".segment");

        for (long at = 1; at < 200; at += 61) {
            flip(&region, names.at[0], at);
            assert_refused_either(
                snapshot_open(region.snapshot_path, SNAPSHOT_HASH_ALL, &snapshot, &region.err),
                &region.err, ERR_INTERNAL, ERR_INVALID);
            flip(&region, names.at[0], at);
        }
    }
    expect_persons(&region, 10);
    flip(&region, "current", 3); /* the name of no manifest, or no name: by the digit that it was */
    assert_refused_either(
        snapshot_open(region.snapshot_path, SNAPSHOT_HASH_ALL, &snapshot, &region.err), &region.err,
        ERR_INTERNAL, ERR_INVALID);
    synthetic_down(&region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_persons_rewrite_the_open_segment_only),
        cmocka_unit_test(test_a_person_who_changes_is_written_anew),
        cmocka_unit_test(test_undo_and_withdrawal_reach_the_next_snapshot),
        cmocka_unit_test(test_an_empty_store_is_a_snapshot_of_nobody),
        cmocka_unit_test(test_a_fault_at_any_file_operation_leaves_a_whole_snapshot),
        cmocka_unit_test(test_a_kill_in_the_middle_leaves_the_old_snapshot),
        cmocka_unit_test(test_one_changed_bit_is_found_at_opening),
        cmocka_unit_test(test_days_of_so_many_samples_are_known_and_of_one_more_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
