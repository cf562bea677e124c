/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of freshness: a node answers for 24 hours after it had word that its roster is the
 * newest and not a moment longer; neither a clock that was set back nor a restart makes the word
 * younger, and no clock locks the node once there is word again; a file that is odd, of another
 * roster or not there is no word; an analyst's signature overrules the coordinator's word
 * until a newer roster takes the analyst away; a pull is due every ten minutes, at once when
 * hurried, and never twice within a pause.
 */
#include "node/keeper/freshness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/keeper/home.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/trust/roster.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

#define DAY_S INT64_C(86400)
#define DAY_MS (DAY_S * 1000)

static struct people p;
static struct home home;
static struct roster *roster; /* version 7, issued at PEOPLE_NOW */
static struct freshness f;
static struct key_id analyst; /* of the one in the roster */
static int64_t mono_ms, wall_s;

static void at(int64_t mono, int64_t wall)
{
    mono_ms = mono;
    wall_s = wall;
    clock_set(mono, wall);
}

static void later(int64_t seconds)
{
    at(mono_ms + seconds * 1000, wall_s + seconds);
}

static const char *path(void)
{
    static char out[sizeof(home.dir) + 16];

    snprintf(out, sizeof(out), "%s/roster.seen", home.dir);
    return out;
}

static int up(void **state)
{
    (void)state;
    people_up(&p);
    memset(&home, 0, sizeof(home));
    strncpy(home.dir, "/tmp/rikstal-freshness-XXXXXX", sizeof(home.dir) - 1);
    roster = people_roster(&p);
    public_key_id(secret_key_public(p.analyst), &analyst);
    at(5000000, PEOPLE_NOW);
    return mkdtemp(home.dir) && freshness_open(&home, roster, &f, &p.err) ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    clock_release();
    file_fault(-1, 0);
    unlink(path());
    rmdir(home.dir);
    roster_free(roster);
    people_down(&p);
    return 0;
}

static bool allowed(void)
{
    return freshness_allows(&f, &p.err);
}

static void word(void)
{
    assert_true(freshness_word(&f, &home, 7, &p.err));
}

/* Another machine's monotonic clock: it starts somewhere else. */
static void restart(void)
{
    at(mono_ms + 777777, wall_s);
    assert_true(freshness_open(&home, roster, &f, &p.err));
}

static void other_roster(uint64_t version, int64_t issued)
{
    p.roster.version = version;
    p.roster.issued = issued;
    roster_free(roster);
    roster = people_roster(&p);
}

static void put(const char *text)
{
    assert_true(file_write(path(), text, strlen(text), 0644, &p.err));
}

static void test_a_word_holds_for_a_day_and_not_a_moment_longer(void **state)
{
    (void)state;
    word();
    at(mono_ms + DAY_MS, wall_s + DAY_S);
    assert_true(allowed());
    at(mono_ms + 1, wall_s);
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
    word();
    assert_true(allowed());
}

static void test_pulls_without_an_answer_make_no_word_younger(void **state)
{
    (void)state;
    word();
    for (int i = 0; i < 144; i++) {
        later(600);
        freshness_pulled(&f, &home);
        assert_true(allowed());
    }
    later(1);
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
}

static void test_a_restart_makes_no_word_younger(void **state)
{
    (void)state;
    word();
    for (int i = 0; i < 4; i++) {
        later(DAY_S / 4);
        restart();
        assert_true(allowed());
    }
    later(1);
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
    restart();
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
}

static void test_a_clock_that_is_set_back_keeps_nothing_open(void **state)
{
    (void)state;
    word();
    at(mono_ms + DAY_MS, wall_s - 1000 * DAY_S);
    assert_true(allowed());
    at(mono_ms + 1, wall_s);
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
    word(); /* and with that clock there is word again */
    assert_true(allowed());
    restart();
    assert_true(allowed());
}

static void test_a_clock_that_went_back_between_two_runs_is_no_word(void **state)
{
    (void)state;
    word();
    later(-FRESHNESS_SKEW_S);
    restart();
    assert_true(allowed());
    word();
    later(-FRESHNESS_SKEW_S - 1);
    restart();
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
    word();
    assert_true(allowed());
}

static void test_a_clock_that_is_set_forward_locks_no_longer_than_to_the_next_word(void **state)
{
    int64_t right;

    (void)state;
    word();
    right = wall_s;
    at(mono_ms, INT64_MAX);
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE); /* it may as well have slept for so long */
    word();
    assert_true(allowed());
    at(mono_ms, right); /* set right again */
    assert_true(allowed());
    restart();
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
    word();
    assert_true(allowed());
    restart();
    assert_true(allowed());
}

static void test_a_machine_that_slept_is_as_old_as_the_wall_says(void **state)
{
    (void)state;
    word();
    at(mono_ms + 1000, wall_s + DAY_S + 1);
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
}

static void test_without_a_file_a_roster_is_as_old_as_its_issue(void **state)
{
    (void)state;
    unlink(path());
    at(mono_ms, PEOPLE_NOW + DAY_S);
    restart();
    assert_true(allowed());
    later(1);
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
    unlink(path());
    restart();
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
    other_roster(8, wall_s); /* a newer one, by file */
    restart();
    assert_true(allowed());
}

static void test_an_older_roster_in_its_place_is_no_word(void **state)
{
    (void)state;
    word();
    other_roster(6, PEOPLE_NOW);
    restart();
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
}

static void test_a_file_that_is_not_as_it_was_written_is_no_word(void **state)
{
    static const char *const odd[] = {"",
                                      "rikstal-roster-seen-v1\n",
                                      "rikstal-roster-seen-v1 7\n",
                                      "rikstal-roster-seen-v1 7 0\n",
                                      "rikstal-roster-seen-v1 7 0 1800000000",
                                      "rikstal-roster-seen-v1 7 0 1800000000\n\n",
                                      "rikstal-roster-seen-v1 7 -1 1800000000\n",
                                      "rikstal-roster-seen-v1  7 0 1800000000\n",
                                      "rikstal-roster-seen-v1 7 00 1800000000\n",
                                      "rikstal-roster-seen-v2 7 0 1800000000\n",
                                      "rikstal-roster-seen-v1 7 0 99999999999999999999\n",
                                      "rikstal-roster-seen-v1 7 9223372036854775807 1800000000\n",
                                      "rikstal-roster-seen-v1 7 0 -9223372036854775808\n"};

    (void)state;
    put("rikstal-roster-seen-v1 7 0 1800000000\n");
    restart();
    assert_true(allowed());
    for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
        put(odd[i]);
        restart();
        assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
    }
}

static void test_an_analysts_signature_overrules_the_word(void **state)
{
    (void)state;
    word();
    freshness_claim(&f, 9, &analyst);
    freshness_claim(&f, 8, &analyst);
    later(DAY_S);
    assert_refused(freshness_word(&f, &home, 7, &p.err), &p.err, ERR_DENIED);
    assert_refused(freshness_word(&f, &home, 8, &p.err), &p.err, ERR_DENIED);
    assert_true(allowed()); /* the word from before holds its day */
    later(1);
    assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
    assert_true(freshness_word(&f, &home, 9, &p.err));
    assert_true(allowed());
}

/* Version 8 comes in the place of 7; is the coordinator's word for it good? */
static bool succeeded(void)
{
    struct roster *next;
    bool good;

    p.roster.version = 8;
    next = people_roster(&p);
    freshness_replace_roster(&f, roster, next);
    good = freshness_word(&f, &home, 8, &p.err);
    roster_free(roster);
    roster = next;
    return good;
}

static void take_away(const struct key_id *id)
{
    static ProtobufCBinaryData revoked[1];

    revoked[0] = (ProtobufCBinaryData){KEY_ID_BYTES, (uint8_t *)(uintptr_t)id->b};
    p.roster.revoked_keys = revoked;
    p.roster.n_revoked_keys = 1;
}

static void test_a_claim_ends_when_its_claimant_is_revoked(void **state)
{
    (void)state;
    freshness_claim(&f, UINT64_MAX, &analyst);
    take_away(&analyst);
    assert_true(succeeded());
}

static void test_a_claim_ends_when_its_claimant_is_listed_no_more(void **state)
{
    (void)state;
    freshness_claim(&f, UINT64_MAX, &analyst);
    p.roster.n_analysts = 0;
    assert_true(succeeded());
}

static void test_a_claim_holds_while_its_claimant_may_ask(void **state)
{
    struct key_id certified = {{7}};

    (void)state;
    freshness_claim(&f, 9, &analyst);
    assert_refused(succeeded(), &p.err, ERR_DENIED);
    assert_true(freshness_word(&f, &home, 9, &p.err));
    freshness_claim(&f, 10, &certified); /* in no roster, before or after */
    assert_refused(succeeded(), &p.err, ERR_DENIED);
    take_away(&certified);
    assert_true(succeeded());
}

static void test_a_pull_is_due_every_ten_minutes_and_never_twice_within_a_pause(void **state)
{
    (void)state;
    assert_int_equal(freshness_wait_ms(&f, mono_ms), 0);
    freshness_pulled(&f, &home);
    assert_int_equal(freshness_wait_ms(&f, mono_ms), FRESHNESS_EVERY_MS);
    later(1);
    freshness_hurry(&f);
    assert_int_equal(freshness_wait_ms(&f, mono_ms), FRESHNESS_PAUSE_MS - 1000);
    later(599);
    freshness_claim(&f, 8, &analyst);
    assert_int_equal(freshness_wait_ms(&f, mono_ms), 0);
    freshness_pulled(&f, &home);
    later(599);
    assert_int_equal(freshness_wait_ms(&f, mono_ms), 1000);
    later(1);
    assert_int_equal(freshness_wait_ms(&f, mono_ms), 0);
}

static void test_a_word_that_cannot_be_written_holds_until_a_restart(void **state)
{
    (void)state;
    word();
    later(DAY_S + 1);
    for (int n = 0; n < 5; n++) {
        file_fault(n, 28);
        word();
        file_fault(-1, 0);
        assert_true(allowed());
        later(DAY_S + 1);
        assert_refused(allowed(), &p.err, ERR_UNAVAILABLE);
    }
}

#define FRESHNESS_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESHNESS_TEST(test_a_word_holds_for_a_day_and_not_a_moment_longer),
        FRESHNESS_TEST(test_pulls_without_an_answer_make_no_word_younger),
        FRESHNESS_TEST(test_a_restart_makes_no_word_younger),
        FRESHNESS_TEST(test_a_clock_that_is_set_back_keeps_nothing_open),
        FRESHNESS_TEST(test_a_clock_that_went_back_between_two_runs_is_no_word),
        FRESHNESS_TEST(test_a_clock_that_is_set_forward_locks_no_longer_than_to_the_next_word),
        FRESHNESS_TEST(test_a_machine_that_slept_is_as_old_as_the_wall_says),
        FRESHNESS_TEST(test_without_a_file_a_roster_is_as_old_as_its_issue),
        FRESHNESS_TEST(test_an_older_roster_in_its_place_is_no_word),
        FRESHNESS_TEST(test_a_file_that_is_not_as_it_was_written_is_no_word),
        FRESHNESS_TEST(test_an_analysts_signature_overrules_the_word),
        FRESHNESS_TEST(test_a_claim_ends_when_its_claimant_is_revoked),
        FRESHNESS_TEST(test_a_claim_ends_when_its_claimant_is_listed_no_more),
        FRESHNESS_TEST(test_a_claim_holds_while_its_claimant_may_ask),
        FRESHNESS_TEST(test_a_pull_is_due_every_ten_minutes_and_never_twice_within_a_pause),
        FRESHNESS_TEST(test_a_word_that_cannot_be_written_holds_until_a_restart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
