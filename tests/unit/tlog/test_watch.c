/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a witness cosigns a log that grew out of what it saw, for every pair of sizes; one that
 * is shorter or parted from it anywhere gets 409 or 422 and no line; a checkpoint of nobody, under
 * another key, or of a node that is not ours to witness gets no word. What was seen is on disk
 * before the cosignature is given out, whatever write fails; a damaged record gives no word.
 */
#include "proto/tlog/watch.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/file.h"
#include "proto/trust/roster_witness.h"
#include "tests/unit/refused.h"
#include "tests/unit/tlog/history.h"
#include "tests/unit/trust/people.h"

#define NOW_S 1800000000

/* Node "01" has a log; the coordinator is its witness. */
struct bench {
    struct people people;
    Rikstal__V1__RosterWitness entry;
    Rikstal__V1__RosterWitness *list[1];
    char *names[1];
    struct roster *roster;
    char folder[64];
    struct watch watch;
    struct teller teller;
    struct told told;
    struct watch_word word;
    struct err err;
};

static struct bench b;

static int up(void **state)
{
    (void)state;
    people_up(&b.people);
    rikstal__v1__roster_witness__init(&b.entry);
    b.names[0] = ROSTER_COORDINATOR;
    b.entry.node = "01";
    b.entry.witnesses = b.names;
    b.entry.n_witnesses = 1;
    b.list[0] = &b.entry;
    b.people.roster.witnesses = b.list;
    b.people.roster.n_witnesses = 1;
    b.people.roster.witness_quorum = 1;
    b.people.roster.coordinator_key = people_key(&b.people, b.people.node_next);
    b.roster = people_roster(&b.people);
    snprintf(b.folder, sizeof(b.folder), "/tmp/rikstal-watch-XXXXXX");
    assert_non_null(mkdtemp(b.folder));
    b.watch = (struct watch){b.roster, ROSTER_COORDINATOR, b.people.node_next, b.folder};
    b.teller = (struct teller){"test", "01", b.people.node[0], "", 0};
    return 0;
}

static void forget(void)
{
    DIR *folder = opendir(b.folder);
    struct dirent *entry;

    while (folder && (entry = readdir(folder)))
        unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
}

static int down(void **state)
{
    (void)state;
    forget();
    rmdir(b.folder);
    roster_free(b.roster);
    people_down(&b.people);
    return 0;
}

/* The word about n leaves that part from the first history at leaf `parts`. */
static uint32_t hear(size_t n, size_t parts, size_t old_size)
{
    struct history history;

    history_make(&history, n, parts, 'a', 'b');
    history_tell(&history, &b.teller, old_size, &b.told);
    assert_true(watch_hear(&b.watch, &b.told.message, NOW_S, &b.word, &b.err));
    return b.word.status;
}

static bool line_is_good(void)
{
    char name[CHECKPOINT_ORIGIN_BYTES];
    int64_t time_s;

    assert_true(watch_origin("test", ROSTER_COORDINATOR, secret_key_public(b.watch.key), name));
    return checkpoint_verify_cosignature(b.told.note, b.word.line, name,
                                         secret_key_public(b.watch.key)->b, &time_s, &b.err) &&
           time_s == NOW_S;
}

static void test_every_growth_is_cosigned(void **state)
{
    (void)state;
    for (size_t old = 0; old < 12; old++)
        for (size_t n = old; n < 12; n++) {
            forget();
            assert_int_equal(hear(old, old, 0), WATCH_FINE);
            assert_int_equal(hear(n, n, old), WATCH_FINE);
            assert_true(line_is_good());
            assert_int_equal(b.word.known_size, n);
        }
}

static void test_no_other_history_is_cosigned(void **state)
{
    (void)state;
    for (size_t old = 1; old < 16; old++) {
        forget();
        assert_int_equal(hear(old, old, 0), WATCH_FINE); /* what is refused changes nothing of it */
        for (size_t n = 1; n < 20; n++)
            for (size_t parts = 0; parts < old && parts < n; parts++) {
                uint32_t status = hear(n, parts, old);

                assert_int_equal(status, n < old ? WATCH_CONFLICT : WATCH_BAD_PROOF);
                assert_int_equal(b.word.known_size, old);
                assert_string_equal(b.word.line, "");
            }
    }
}

static void test_a_shorter_log_and_a_proof_from_elsewhere_conflict(void **state)
{
    (void)state;
    assert_int_equal(hear(9, 9, 0), WATCH_FINE);
    for (size_t n = 0; n < 9; n++)
        assert_int_equal(hear(n, n, 0), WATCH_CONFLICT);
    for (size_t from = 0; from < 12; from++)
        if (from != 9)
            assert_int_equal(hear(12, 12, from), WATCH_CONFLICT);
    assert_int_equal(b.word.known_size, 9);
    assert_int_equal(hear(12, 12, 9), WATCH_FINE);
}

static void test_a_bent_proof_does_not_hold(void **state)
{
    struct history history;

    (void)state;
    assert_int_equal(hear(5, 5, 0), WATCH_FINE);
    history_make(&history, 12, 12, 'a', 'a');
    history_tell(&history, &b.teller, 5, &b.told);
    for (size_t i = 0; i < b.told.proof.n; i++) {
        b.told.proof.hash[i][7] ^= 1;
        assert_true(watch_hear(&b.watch, &b.told.message, NOW_S, &b.word, &b.err));
        assert_int_equal(b.word.status, WATCH_BAD_PROOF);
        b.told.proof.hash[i][7] ^= 1;
        b.told.hash[i].len--;
        assert_true(watch_hear(&b.watch, &b.told.message, NOW_S, &b.word, &b.err));
        assert_int_equal(b.word.status, WATCH_BAD_PROOF);
        b.told.hash[i].len++;
    }
    b.told.message.n_proof = MERKLE_PROOF_MAX + 1;
    assert_true(watch_hear(&b.watch, &b.told.message, NOW_S, &b.word, &b.err));
    assert_int_equal(b.word.status, WATCH_BAD_PROOF);
}

static bool no_word(const struct teller *teller)
{
    struct history history;

    history_make(&history, 3, 3, 'a', 'a');
    history_tell(&history, teller, 0, &b.told);
    return !watch_hear(&b.watch, &b.told.message, NOW_S, &b.word, &b.err) && !*b.word.line;
}

static void test_nobody_elses_checkpoint_gets_a_word(void **state)
{
    struct teller teller = b.teller;

    (void)state;
    assert_true(no_word(&(struct teller){"test", "12", b.people.node[1], "", 0})); /* not ours */
    assert_true(no_word(&(struct teller){"test", "99", b.people.node[0], "", 0}));
    assert_true(
        no_word(&(struct teller){"test", "01", b.people.node[1], "", 0})); /* another's key */
    assert_true(no_word(&(struct teller){"other", "01", b.people.node[0], "", 0}));
    assert_true(no_word(
        &(struct teller){"test", ROSTER_COORDINATOR, b.people.node_next, "", 0})); /* no log */
    b.watch.name = "12";
    assert_true(no_word(&teller)); /* not its witness */
    b.watch.name = ROSTER_COORDINATOR;
    assert_false(no_word(&teller));
    b.told.message.note.len = 0;
    assert_refused(watch_hear(&b.watch, &b.told.message, NOW_S, &b.word, &b.err), &b.err,
                   ERR_INVALID);
}

static void test_what_was_seen_is_on_disk_before_the_cosignature(void **state)
{
    struct history longer;
    bool gave = false;

    (void)state;
    assert_int_equal(hear(4, 4, 0), WATCH_FINE);
    for (int n = 0; !gave; n++) {
        history_make(&longer, 8, 8, 'a', 'a');
        history_tell(&longer, &b.teller, 4, &b.told);
        file_fault(n, 28);
        gave = watch_hear(&b.watch, &b.told.message, NOW_S, &b.word, &b.err);
        file_fault(-1, 0);
        assert_int_equal(*b.word.line != 0, gave);
        assert_true(n < 20);
    }
    assert_int_equal(hear(4, 4, 0), WATCH_CONFLICT); /* it is kept */
    assert_int_equal(b.word.known_size, 8);
}

static void test_a_damaged_record_gives_no_word(void **state)
{
    char path[CHECKPOINT_ORIGIN_BYTES + 128], origin[CHECKPOINT_ORIGIN_BYTES];
    static const char *const damage[] = {"", "4", "4 ", "4 abcd", "x"};

    (void)state;
    assert_true(watch_origin("test", "01", secret_key_public(b.people.node[0]), origin));
    for (char *c = origin; *c; c++)
        *c = *c == '/' ? '_' : *c;
    snprintf(path, sizeof(path), "%s/%s", b.folder, origin);
    assert_int_equal(hear(4, 4, 0), WATCH_FINE);
    assert_true(file_exists(path));
    for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
        assert_true(file_write(path, damage[i], strlen(damage[i]), 0600, &b.err));
        assert_true(no_word(&b.teller));
    }
}

static void test_two_checkpoints_of_one_size_differ_by_their_nonce(void **state)
{
    char line[CHECKPOINT_COSIGNATURE_MAX];

    (void)state;
    b.teller.nonce = "00112233445566778899aabbccddeeff";
    assert_int_equal(hear(4, 4, 0), WATCH_FINE);
    memcpy(line, b.word.line, sizeof(line));
    b.teller.nonce = "10112233445566778899aabbccddeeff";
    assert_int_equal(hear(4, 4, 4), WATCH_FINE);
    assert_true(line_is_good());
    memcpy(b.word.line, line, sizeof(line));
    assert_refused(line_is_good(), &b.err,
                   ERR_DENIED); /* the earlier cosignature is none for this one */
}

/* The witness's roster is version 7. */
static void test_a_node_with_an_older_roster_is_not_cosigned_and_a_newer_one_is(void **state)
{
    (void)state;
    b.teller.roster = 6;
    assert_int_equal(hear(4, 4, 0), WATCH_OLD_ROSTER);
    assert_string_equal(b.word.line, "");
    assert_false(b.word.known_size > 0); /* nor noted */
    b.teller.roster = 7;
    assert_int_equal(hear(4, 4, 0), WATCH_FINE);
    b.teller.roster = 8;
    assert_int_equal(hear(5, 5, 4), WATCH_FINE);
    b.teller.roster = 6;
    assert_int_equal(hear(6, 6, 5), WATCH_OLD_ROSTER);
    assert_int_equal(b.word.known_size, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_growth_is_cosigned, up, down),
        cmocka_unit_test_setup_teardown(test_no_other_history_is_cosigned, up, down),
        cmocka_unit_test_setup_teardown(test_a_shorter_log_and_a_proof_from_elsewhere_conflict, up,
                                        down),
        cmocka_unit_test_setup_teardown(test_a_bent_proof_does_not_hold, up, down),
        cmocka_unit_test_setup_teardown(test_nobody_elses_checkpoint_gets_a_word, up, down),
        cmocka_unit_test_setup_teardown(test_what_was_seen_is_on_disk_before_the_cosignature, up,
                                        down),
        cmocka_unit_test_setup_teardown(test_a_damaged_record_gives_no_word, up, down),
        cmocka_unit_test_setup_teardown(
            test_a_node_with_an_older_roster_is_not_cosigned_and_a_newer_one_is, up, down),
        cmocka_unit_test_setup_teardown(test_two_checkpoints_of_one_size_differ_by_their_nonce, up,
                                        down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
