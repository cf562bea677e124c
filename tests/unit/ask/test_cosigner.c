/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: the coordinator cosigns with the key that the roster names and with no other; a key
 * that is made or replaced while it runs is taken up; without one there is no word. Many threads
 * with two histories of one log: only one of the histories is ever cosigned.
 */
#include "coordinator/ask/cosigner.h"

#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/trust/roster_witness.h"
#include "tests/unit/refused.h"
#include "tests/unit/tlog/history.h"
#include "tests/unit/trust/people.h"

#define NOW_S 1800000000
#define THREADS 8
#define ROUNDS 25

struct bench {
    struct people people;
    Rikstal__V1__RosterWitness entry;
    Rikstal__V1__RosterWitness *list[1];
    char *names[2];
    struct roster *roster;
    char dir[64];
    char key[96];
    char folder[96];
    struct cosigner *cosigner;
    struct err err;
};

static struct bench b;

static void roster_make(const struct secret_key *coordinator)
{
    roster_free(b.roster);
    b.people.roster.coordinator_key = (ProtobufCBinaryData){0};
    b.entry.n_witnesses = coordinator ? 2 : 1;
    b.people.roster.witness_quorum = coordinator ? 2 : 1;
    if (coordinator)
        b.people.roster.coordinator_key = people_key(&b.people, coordinator);
    b.roster = people_roster(&b.people);
}

static int up(void **state)
{
    (void)state;
    b.roster = NULL;
    people_up(&b.people);
    rikstal__v1__roster_witness__init(&b.entry);
    b.names[0] = "12";
    b.names[1] = ROSTER_COORDINATOR;
    b.entry.node = "01";
    b.entry.witnesses = b.names;
    b.list[0] = &b.entry;
    b.people.roster.witnesses = b.list;
    b.people.roster.n_witnesses = 1;
    roster_make(b.people.node_next);
    snprintf(b.dir, sizeof(b.dir), "/tmp/rikstal-cosigner-XXXXXX");
    assert_non_null(mkdtemp(b.dir));
    snprintf(b.key, sizeof(b.key), "%s/witness.key", b.dir);
    snprintf(b.folder, sizeof(b.folder), "%s/witness", b.dir);
    b.cosigner = cosigner_new(b.key, b.folder);
    assert_non_null(b.cosigner);
    return 0;
}

static void folder_remove(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;

    while (folder && (entry = readdir(folder)))
        unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
    rmdir(path);
}

static int down(void **state)
{
    (void)state;
    cosigner_free(b.cosigner);
    folder_remove(b.folder);
    folder_remove(b.dir);
    roster_free(b.roster);
    people_down(&b.people);
    return 0;
}

static bool hear(size_t n, uint8_t leaves, struct watch_word *word, struct err *err)
{
    struct teller teller = {"test", "01", b.people.node[0], "", 0};
    struct history history;
    struct told told;

    history_make(&history, n, n, leaves, leaves);
    history_tell(&history, &teller, 0, &told);
    return cosigner_hear(b.cosigner, b.roster, &told.message, NOW_S, word, err);
}

static void test_it_cosigns_with_the_rosters_key_alone(void **state)
{
    struct watch_word word;

    (void)state;
    assert_refused(hear(3, 'a', &word, &b.err), &b.err, ERR_INVALID); /* no key file yet */
    assert_true(secret_key_write(b.people.node_next, b.key, &b.err));
    assert_true(hear(3, 'a', &word, &b.err)); /* and now one, while it runs */
    assert_int_equal(word.status, WATCH_FINE);
    assert_true(*word.line);
    roster_make(b.people.root[0]);
    assert_refused(hear(3, 'a', &word, &b.err), &b.err, ERR_DENIED); /* the roster has another */
    assert_non_null(strstr(b.err.text, "not the key"));
    unlink(b.key);
    assert_true(secret_key_write(b.people.root[0], b.key, &b.err));
    assert_true(hear(3, 'a', &word, &b.err));
    roster_make(NULL);
    assert_refused(hear(3, 'a', &word, &b.err), &b.err, ERR_DENIED);
}

static void test_a_path_that_is_too_long_is_no_cosigner(void **state)
{
    static char path[8192];

    (void)state;
    memset(path, 'x', sizeof(path) - 1);
    assert_null(cosigner_new(path, b.folder));
    assert_null(cosigner_new(b.key, path));
}

static void *ask(void *leaves)
{
    uintptr_t fine = 0;

    for (int i = 0; i < ROUNDS; i++) {
        struct watch_word word;
        struct err err;

        fine += hear(7, *(const uint8_t *)leaves, &word, &err) && word.status == WATCH_FINE;
    }
    return (void *)fine;
}

static void test_of_two_histories_only_one_is_cosigned(void **state)
{
    static const uint8_t leaves[2] = {'a', 'b'};
    uintptr_t fine[2] = {0};
    pthread_t thread[THREADS];
    void *got;

    (void)state;
    assert_true(secret_key_write(b.people.node_next, b.key, &b.err));
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, ask, (void *)(uintptr_t)&leaves[i % 2]),
                         0);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(thread[i], &got);
        fine[i % 2] += (uintptr_t)got;
    }
    assert_int_equal(fine[0] + fine[1], ROUNDS * THREADS / 2);
    assert_true(fine[0] == 0 || fine[1] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_it_cosigns_with_the_rosters_key_alone, up, down),
        cmocka_unit_test_setup_teardown(test_a_path_that_is_too_long_is_no_cosigner, up, down),
        cmocka_unit_test_setup_teardown(test_of_two_histories_only_one_is_cosigned, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
