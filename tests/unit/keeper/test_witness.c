/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a checkpoint that its witness cosigned lets the node answer for five minutes and 500
 * leaves; a log that grew is proved and cosigned again; one that went back is refused by its
 * witness (409) or does not hold (422), and locks; the checkpoint on disk tells it without a
 * witness; nobody else's word counts, nor one that was given for an earlier checkpoint. The
 * coordinator's word counts under its name and key. A witness that is killed has never cosigned two
 * histories: what it saw is on disk first. A node whose roster is older than its witness's is not
 * cosigned (403), does not lock, and is cosigned once it has the newer one. An answer that the node
 * has signed, and whose release its log does not hold, locks it; nobody else's answer does.
 */
#include "node/keeper/witness.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/audit/audit.h"
#include "node/audit/leaf.h"
#include "node/keeper/home.h"
#include "proto/base/arena.h"
#include "proto/base/file.h"
#include "proto/base/sql.h"
#include "proto/tlog/watch.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster_witness.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

/* Node "01" has the log, node "12" is its witness, in one process. */
struct bench {
    struct people people;
    struct roster *roster;
    struct home home[2];
    struct sqlite3 *db;
    struct audit *audit;
    struct witness *witness;
    Rikstal__V1__Frame *sent; /* the last frame of either */
    struct err err;
};

static struct witness_of of(struct bench *b, int node)
{
    return (struct witness_of){&b->home[node], b->roster, b->people.node[node], b->audit};
}

static bool catch (void *context, Rikstal__V1__Frame *frame, struct err *err)
{
    struct bench *b = context;
    ProtobufCMessage *copy;
    uint8_t *data;
    size_t size;

    if (!message_pack(&frame->base, b->people.arena, &data, &size, err) ||
        !message_unpack(&rikstal__v1__frame__descriptor, data, size, b->people.arena, &copy, err))
        return false;
    b->sent = (Rikstal__V1__Frame *)copy;
    return true;
}

static struct witness_out out(struct bench *b)
{
    b->sent = NULL;
    return (struct witness_out){catch, b, b->people.arena};
}

static void grow(struct bench *b, unsigned n, char with)
{
    uint64_t index;

    assert_true(sql_begin(b->db, &b->err));
    for (unsigned i = 0; i < n; i++)
        assert_true(audit_append(b->audit, &with, 1, &index, &b->err));
    assert_true(sql_commit(b->db, &b->err));
}

/* Another ledger.db, with this many leaves; the checkpoint stays where it is. */
static void replace_log(struct bench *b, unsigned n, char with)
{
    char path[HOME_PATH_BYTES];

    if (b->audit) {
        audit_close(b->audit);
        sql_close(b->db);
    }
    assert_true(home_path(&b->home[0], "ledger.db", path, &b->err));
    unlink(path);
    assert_true(sql_open(path, SQL_LEDGER, &b->db, &b->err));
    assert_true(audit_open(b->db, &b->audit, &b->err));
    grow(b, n, with);
}

static void open_witness(struct bench *b)
{
    struct witness_of mine = of(b, 0);

    witness_close(b->witness);
    assert_true(witness_open(&mine, &b->witness, &b->err));
}

static void up(struct bench *b)
{
    static char *names[] = {(char *)"12"};
    static Rikstal__V1__RosterWitness entry;
    static Rikstal__V1__RosterWitness *list[] = {&entry};

    *b = (struct bench){0};
    people_up(&b->people);
    rikstal__v1__roster_witness__init(&entry);
    entry.node = (char *)"01";
    entry.n_witnesses = 1;
    entry.witnesses = names;
    b->people.roster.n_witnesses = 1;
    b->people.roster.witnesses = list;
    b->people.roster.witness_quorum = 1;
    b->roster = people_roster(&b->people);
    for (int i = 0; i < 2; i++) {
        snprintf(b->home[i].dir, sizeof(b->home[i].dir), "/tmp/rikstal-witness-XXXXXX");
        assert_non_null(mkdtemp(b->home[i].dir));
        snprintf(b->home[i].node, sizeof(b->home[i].node), "%s", i ? "12" : "01");
        snprintf(b->home[i].network, sizeof(b->home[i].network), "%s", b->people.roster.network);
    }
    replace_log(b, 10, 'a');
    open_witness(b);
}

/* Removes a folder of files. */
static void remove_folder(const struct home *home, const char *name)
{
    char path[HOME_PATH_BYTES];
    struct dirent *entry;
    struct err err;
    DIR *folder;

    assert_true(home_path(home, name, path, &err));
    folder = opendir(path);
    while (folder && (entry = readdir(folder)))
        unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
    rmdir(path);
}

static void down(struct bench *b)
{
    witness_close(b->witness);
    audit_close(b->audit);
    sql_close(b->db);
    remove_folder(&b->home[1], "witness");
    for (int i = 0; i < 2; i++)
        remove_folder(&b->home[i], "");
    roster_free(b->roster);
    people_down(&b->people);
}

static void tick(struct bench *b, int64_t now_ms)
{
    struct witness_of mine = of(b, 0);
    struct witness_out to = out(b);

    assert_true(witness_tick(b->witness, &mine, now_ms, &to, &b->err));
}

/* The witness's word about the frame that was sent last. */
static const Rikstal__V1__Cosignature *ask_witness(struct bench *b)
{
    const Rikstal__V1__Checkpoint *checkpoint = b->sent->checkpoint;
    struct witness_of theirs = of(b, 1);
    struct witness_out to = out(b);

    assert_true(witness_hear_checkpoint(&theirs, checkpoint, 1800000000, &to, &b->err));
    return b->sent->cosignature;
}

static bool tell(struct bench *b, const Rikstal__V1__Cosignature *word, int64_t now_ms)
{
    struct witness_of mine = of(b, 0);
    struct witness_out to = out(b);

    return witness_hear_cosignature(b->witness, &mine, word, now_ms, &to, &b->err);
}

static bool allows(struct bench *b, int64_t now_ms)
{
    struct witness_of mine = of(b, 0);

    return witness_allows(b->witness, &mine, now_ms, &b->err);
}

static void confirm(struct bench *b, int64_t now_ms)
{
    const Rikstal__V1__Cosignature *word;

    tick(b, now_ms);
    word = ask_witness(b);
    assert_int_equal(word->status, 200);
    assert_true(tell(b, word, now_ms));
}

static void test_a_cosigned_checkpoint_lets_it_answer_for_a_while(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    assert_refused(allows(&b, 0), &b.err, ERR_UNAVAILABLE);
    confirm(&b, 1000);
    assert_true(allows(&b, 1000));
    assert_true(allows(&b, 1000 + WITNESS_AGE_MAX_MS));
    assert_refused(allows(&b, 1001 + WITNESS_AGE_MAX_MS), &b.err, ERR_UNAVAILABLE);
    grow(&b, WITNESS_BEHIND_MAX, 'a');
    assert_true(allows(&b, 1000));
    grow(&b, 1, 'a');
    assert_refused(allows(&b, 1000), &b.err, ERR_UNAVAILABLE);
    confirm(&b, 2000); /* with a proof that it grew */
    assert_true(allows(&b, 2000));
    down(&b);
}

static void test_a_log_that_went_back_is_refused_and_locks(void **state)
{
    const Rikstal__V1__Cosignature *word;
    char path[HOME_PATH_BYTES];
    struct bench b;

    (void)state;
    up(&b);
    confirm(&b, 1000);
    replace_log(&b, 4, 'a');
    assert_true(home_path(&b.home[0], "checkpoint", path, &b.err));
    unlink(path); /* the whole folder went back */
    open_witness(&b);
    tick(&b, 2000);
    word = ask_witness(&b);
    assert_int_equal(word->status, 409);
    assert_int_equal(word->known_size, 10);
    assert_true(tell(&b, word, 2000));
    assert_refused(allows(&b, 2000), &b.err, ERR_UNAVAILABLE);
    assert_non_null(strstr(b.err.text, "went back"));
    tick(&b, 99999); /* and it makes no more of them */
    assert_null(b.sent);
    down(&b);
}

static void test_another_history_of_the_same_length_or_longer_does_not_hold(void **state)
{
    const Rikstal__V1__Cosignature *word;
    char path[HOME_PATH_BYTES];
    struct bench b;

    (void)state;
    for (unsigned n = 10; n <= 30; n += 20) {
        up(&b);
        confirm(&b, 1000);
        replace_log(&b, n, 'b');
        assert_true(home_path(&b.home[0], "checkpoint", path, &b.err));
        unlink(path);
        open_witness(&b);
        tick(&b, 2000);
        word = ask_witness(&b);
        if (n > 10) { /* it does not know from where to prove, is told, and tries */
            assert_int_equal(word->status, 409);
            assert_true(tell(&b, word, 2000));
            assert_true(allows(&b, 2000) == false);
            word = ask_witness(&b);
        }
        assert_int_equal(word->status, 422);
        assert_true(tell(&b, word, 2000));
        assert_refused(allows(&b, 2000), &b.err, ERR_UNAVAILABLE);
        assert_non_null(strstr(b.err.text, "went back"));
        down(&b);
    }
}

static void test_a_witness_that_missed_some_gets_its_proof(void **state)
{
    const Rikstal__V1__Cosignature *word;
    struct bench b;

    (void)state;
    up(&b);
    confirm(&b, 1000);
    open_witness(&b); /* a new process, which knows of no quorum */
    grow(&b, 7, 'a');
    tick(&b, 2000);
    word = ask_witness(&b);
    assert_int_equal(word->status, 409);
    assert_true(tell(&b, word, 2000));
    word = ask_witness(&b); /* what was sent upon that */
    assert_int_equal(word->status, 200);
    assert_true(tell(&b, word, 2000));
    assert_true(allows(&b, 2000));
    down(&b);
}

static struct roster *swap_roster(struct bench *b, struct roster *with)
{
    struct roster *was = b->roster;

    b->roster = with;
    return was;
}

static void test_an_older_roster_than_the_witness_has_stops_it_until_it_has_the_newer(void **state)
{
    const Rikstal__V1__Cosignature *word;
    struct roster *newer, *older;
    struct bench b;

    (void)state;
    up(&b);
    confirm(&b, 1000);
    b.people.roster.version++;
    newer = people_roster(&b.people);
    tick(&b, 1000 + WITNESS_EVERY_MS);
    older = swap_roster(&b, newer); /* that of the witness */
    word = ask_witness(&b);
    assert_int_equal(word->status, WATCH_OLD_ROSTER);
    (void)swap_roster(&b, older); /* that of the node, held back */
    for (int i = 0; i < 2; i++)   /* said again, it is no more */
        assert_true(tell(&b, word, 2000 + WITNESS_EVERY_MS));
    assert_true(allows(&b, 1000 + WITNESS_AGE_MAX_MS));
    assert_refused(allows(&b, 1001 + WITNESS_AGE_MAX_MS), &b.err, ERR_UNAVAILABLE);
    (void)swap_roster(&b, newer); /* it arrives */
    witness_hurry(b.witness);
    confirm(&b, 2000 + WITNESS_AGE_MAX_MS);
    assert_true(allows(&b, 2000 + WITNESS_AGE_MAX_MS));
    roster_free(older);
    down(&b);
}

static void test_the_checkpoint_on_disk_tells_of_a_restored_ledger(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    confirm(&b, 1000);
    open_witness(&b);
    tick(&b, 1000);
    assert_non_null(b.sent); /* the same log: not locked */
    replace_log(&b, 9, 'a');
    open_witness(&b);
    assert_refused(allows(&b, 1000), &b.err, ERR_UNAVAILABLE);
    assert_non_null(strstr(b.err.text, "runbook"));
    replace_log(&b, 12, 'b');
    open_witness(&b);
    assert_refused(allows(&b, 1000), &b.err, ERR_UNAVAILABLE);
    assert_non_null(strstr(b.err.text, "went back"));
    down(&b);
}

static void test_nobody_elses_word_counts(void **state)
{
    Rikstal__V1__Cosignature bent;
    const Rikstal__V1__Cosignature *word;
    uint8_t *middle;
    struct bench b;

    (void)state;
    up(&b);
    tick(&b, 1000);
    word = ask_witness(&b);
    bent = *word;
    bent.witness = (char *)"01";
    assert_refused(tell(&b, &bent, 1000), &b.err, ERR_DENIED);
    bent = *word;
    middle = &bent.line.data[bent.line.len / 2];
    *middle = *middle == 'A' ? 'B' : 'A'; /* still base64 */
    assert_refused(tell(&b, &bent, 1000), &b.err, ERR_DENIED);
    assert_refused(allows(&b, 1000), &b.err, ERR_UNAVAILABLE);
    down(&b);
}

/* The whole folder went back, and somebody sends again what its witness once said about it. */
static void test_an_old_word_about_the_same_size_is_none(void **state)
{
    const Rikstal__V1__Cosignature *word;
    char path[HOME_PATH_BYTES];
    struct bench b;

    (void)state;
    up(&b);
    tick(&b, 1000);
    word = ask_witness(&b);
    assert_true(tell(&b, word, 1000));
    assert_true(allows(&b, 1000));
    confirm(&b, 70000); /* a minute later, of the same size: another word */
    replace_log(&b, 10, 'a');
    assert_true(home_path(&b.home[0], "checkpoint", path, &b.err));
    unlink(path);
    open_witness(&b);
    tick(&b, 80000);
    assert_refused(tell(&b, word, 80000), &b.err, ERR_DENIED);
    assert_refused(allows(&b, 80000), &b.err, ERR_UNAVAILABLE);
    down(&b);
}

/* The word of the coordinator, signed with this key, about the frame that was sent last. */
static bool tell_of_coordinator(struct bench *b, const char *name, const struct secret_key *key)
{
    struct watch_word word = {.status = WATCH_FINE};
    Rikstal__V1__Cosignature message;
    char origin[CHECKPOINT_ORIGIN_BYTES], note[CHECKPOINT_BYTES_MAX] = "";
    Rikstal__V1__Frame *sent = b->sent;
    const Rikstal__V1__Checkpoint *checkpoint = sent->checkpoint;
    bool taken;

    memcpy(note, checkpoint->note.data, checkpoint->note.len);
    assert_true(watch_origin(b->people.roster.network, name, secret_key_public(key), origin));
    assert_true(
        checkpoint_cosign(note, origin, secret_key_ed25519(key), 1800000000, word.line, &b->err));
    watch_message(ROSTER_COORDINATOR, checkpoint, &word, &message);
    taken = tell(b, &message, 1000);
    b->sent = sent;
    return taken;
}

static void test_the_coordinators_word_counts_under_its_name_and_key(void **state)
{
    static char *names[] = {(char *)ROSTER_COORDINATOR};
    struct bench b;

    (void)state;
    up(&b);
    b.people.roster.witnesses[0]->witnesses = names;
    b.people.roster.coordinator_key = people_key(&b.people, b.people.node_next);
    roster_free(b.roster);
    b.roster = people_roster(&b.people);
    tick(&b, 1000);
    assert_false(tell_of_coordinator(&b, "12", b.people.node[1])); /* another's, in its name */
    assert_false(tell_of_coordinator(&b, ROSTER_COORDINATOR, b.people.node[1]));
    assert_false(tell_of_coordinator(&b, "01", b.people.node_next));
    assert_refused(allows(&b, 1000), &b.err, ERR_UNAVAILABLE);
    assert_true(tell_of_coordinator(&b, ROSTER_COORDINATOR, b.people.node_next));
    assert_true(allows(&b, 1000));
    down(&b);
}

static void test_a_quorum_is_as_many_as_the_roster_says(void **state)
{
    static char *names[] = {(char *)"12", (char *)ROSTER_COORDINATOR};
    const Rikstal__V1__Cosignature *word;
    Rikstal__V1__Frame *checkpoint;
    struct bench b;

    (void)state;
    up(&b);
    b.people.roster.witnesses[0]->witnesses = names;
    b.people.roster.witnesses[0]->n_witnesses = 2;
    b.people.roster.witness_quorum = 2;
    b.people.roster.coordinator_key = people_key(&b.people, b.people.node_next);
    roster_free(b.roster);
    b.roster = people_roster(&b.people);
    tick(&b, 1000);
    checkpoint = b.sent;
    word = ask_witness(&b);
    assert_true(tell(&b, word, 1000));
    assert_true(tell(&b, word, 1000)); /* one is one, however often it says so */
    assert_refused(allows(&b, 1000), &b.err, ERR_UNAVAILABLE);
    b.sent = checkpoint;
    assert_true(tell_of_coordinator(&b, ROSTER_COORDINATOR, b.people.node_next));
    assert_true(allows(&b, 1000));
    down(&b);
}

/* A real leaf of this type at the end of the log. */
static uint64_t append_leaf(struct bench *b, enum leaf_type type)
{
    struct leaf leaf = {.type = type, .time_s = PEOPLE_NOW};
    struct bytes data = {0};
    uint64_t index;

    leaf_write(&leaf, &data);
    assert_true(sql_begin(b->db, &b->err));
    assert_true(audit_append(b->audit, data.data, data.size, &index, &b->err));
    assert_true(sql_commit(b->db, &b->err));
    bytes_clear(&data);
    return index;
}

/* Does the node still answer when this answer, signed by that node, is brought to it? */
static bool stands(struct bench *b, int signer, Rikstal__V1__State is, uint64_t index,
                   bool expected)
{
    Rikstal__V1__Answer answer = RIKSTAL__V1__ANSWER__INIT;
    struct witness_of mine = of(b, 0);
    Rikstal__V1__Envelope *envelope;

    answer.state = is;
    answer.log_index = index;
    assert_true(envelope_sign_message(DOMAIN_ANSWER, &answer.base, b->people.node[signer],
                                      b->people.arena, &envelope, &b->err));
    assert_int_equal(witness_hear_answer(b->witness, &mine, envelope, b->people.arena, &b->err),
                     expected);
    return allows(b, 2000);
}

static void test_an_answer_of_ours_that_the_log_does_not_hold_locks(void **state)
{
    const Rikstal__V1__State value = RIKSTAL__V1__STATE__STATE_VALUE;
    uint64_t release, charge, denied;
    struct bench b;

    (void)state;
    for (int back = 0; back < 2; back++) { /* shorter than that, or grown since */
        up(&b);
        release = append_leaf(&b, LEAF_RELEASE);
        charge = append_leaf(&b, LEAF_CHARGE);
        denied = append_leaf(&b, LEAF_DENY);
        confirm(&b, 1000);
        assert_true(stands(&b, 0, value, charge, true));
        assert_true(stands(&b, 0, value, release, true)); /* answers of older versions */
        assert_true(stands(&b, 0, RIKSTAL__V1__STATE__STATE_DECLINED, 5000, true));
        assert_true(stands(&b, 1, value, 5000, false)); /* another's word */
        assert_false(stands(&b, 0, value, back ? denied : denied + 1, true));
        assert_non_null(strstr(b.err.text, "went back"));
        down(&b);
    }
}

static void test_what_was_seen_is_on_disk_before_the_cosignature(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    tick(&b, 1000);
    for (int n = 0; n < 3; n++) {
        Rikstal__V1__Frame *checkpoint = b.sent;
        struct witness_of theirs = of(&b, 1);
        struct witness_out to = out(&b);

        file_fault(n, 28);
        if (witness_hear_checkpoint(&theirs, checkpoint->checkpoint, 1800000000, &to, &b.err))
            assert_non_null(b.sent);
        else
            assert_null(b.sent); /* no word at all */
        file_fault(-1, 0);
        b.sent = checkpoint;
    }
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cosigned_checkpoint_lets_it_answer_for_a_while),
        cmocka_unit_test(test_a_log_that_went_back_is_refused_and_locks),
        cmocka_unit_test(test_another_history_of_the_same_length_or_longer_does_not_hold),
        cmocka_unit_test(test_a_witness_that_missed_some_gets_its_proof),
        cmocka_unit_test(test_an_older_roster_than_the_witness_has_stops_it_until_it_has_the_newer),
        cmocka_unit_test(test_the_checkpoint_on_disk_tells_of_a_restored_ledger),
        cmocka_unit_test(test_nobody_elses_word_counts),
        cmocka_unit_test(test_an_old_word_about_the_same_size_is_none),
        cmocka_unit_test(test_the_coordinators_word_counts_under_its_name_and_key),
        cmocka_unit_test(test_a_quorum_is_as_many_as_the_roster_says),
        cmocka_unit_test(test_an_answer_of_ours_that_the_log_does_not_hold_locks),
        cmocka_unit_test(test_what_was_seen_is_on_disk_before_the_cosignature),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
