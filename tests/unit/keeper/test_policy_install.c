/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a policy is installed whole or not at all, at every failure of the disk; what lies in
 * the folder meanwhile is always a policy with its signatures; nothing is installed that the node
 * would not take up; every file that was named must be good for something; signatures of others on
 * the policy that is there are kept.
 */
#include "node/keeper/policy_install.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/keeper/journal.h"
#include "node/keeper/signed_policy.h"
#include "proto/base/file.h"
#include "tests/unit/keeper/officers.h"
#include "tests/unit/refused.h"

static struct world w;
static struct officers o;
static struct home home;
static struct roster *roster;

static const char *in(const char *name)
{
    return arena_printf(w.people.arena, "%s/%s", w.dir, name);
}

static int up(void **state)
{
    const char *text;

    (void)state;
    world_up(&w);
    officers_up(&o, &w);
    roster = people_roster(&w.people);
    text = officers_policy(&o, 1, "2026", true);
    officers_put(&o, text, officers_lines(&o, text));
    return home_read(w.dir, &home, &w.err) ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    roster_free(roster);
    officers_down(&o);
    world_down(&w);
    return 0;
}

/* What lies in the folder, if it is signed; 0 when it is not. */
static uint64_t version_there(void)
{
    struct signed_policy read;
    uint64_t version = 0;

    if (!signed_policy_read(in("policy.json"), in("policy.sig"), &read, &w.err))
        return 0;
    if (signed_policy_holds(&read, &home, roster, &w.err))
        version = policy_version(read.policy);
    signed_policy_clear(&read);
    return version;
}

/* Install this text with these signatures, NULL for no file of that. */
static bool installs(const char *text, const char *one, const char *other)
{
    const char *paths[] = {in("one.sig"), in("other.sig")};
    const char *lines[] = {one, other};
    struct policy_delivery delivery = {.policy = in("new.json"), .signatures = paths};

    world_write(&w, "new.json", text, strlen(text));
    for (size_t i = 0; i < 2 && lines[i]; i++) {
        world_write(&w, i ? "other.sig" : "one.sig", lines[i], strlen(lines[i]));
        delivery.n_signatures++;
    }
    return policy_install(&home, roster, &delivery, &w.err);
}

static const char *by(const struct secret_key *key, const char *text)
{
    return officers_line(&o, key, text, "12");
}

static void test_with_both_signatures_in_one_file_or_two(void **state)
{
    const char *next = officers_policy(&o, 2, "2026", true);

    (void)state;
    assert_true(installs(next, by(o.national, next), by(o.officer, next)));
    assert_int_equal(version_there(), 2);
    next = officers_policy(&o, 3, "2026", true);
    assert_true(installs(next, officers_lines(&o, next), NULL));
    assert_int_equal(version_there(), 3);
}

static void test_what_would_not_be_taken_up_is_not_installed(void **state)
{
    const char *next = officers_policy(&o, 2, "2026", true);

    (void)state;
    assert_refused(installs(next, NULL, NULL), &w.err, ERR_DENIED);
    assert_non_null(strstr(w.err.text, "not signed by the national"));
    assert_refused(installs(next, by(o.national, next), NULL), &w.err, ERR_DENIED);
    assert_non_null(strstr(w.err.text, "not signed by the policy key of node 12"));
    assert_refused(installs(next, by(o.national, next), by(o.stranger, next)), &w.err, ERR_DENIED);
    assert_refused(installs(next, by(o.national, next), officers_line(&o, o.officer, next, "01")),
                   &w.err, ERR_DENIED);
    assert_non_null(strstr(w.err.text, "for node 01, this is node 12"));
    assert_refused(
        installs(arena_printf(w.people.arena, "%s ", next), officers_lines(&o, next), NULL), &w.err,
        ERR_DENIED);
    assert_non_null(strstr(w.err.text, "changed after it was signed"));
    assert_refused(installs("{}", officers_lines(&o, next), NULL), &w.err, ERR_INVALID);
    assert_refused(installs(next, officers_lines(&o, next), "nothing of the kind"), &w.err,
                   ERR_INVALID);
    assert_refused(installs(next, officers_lines(&o, next),
                            by(o.officer, officers_policy(&o, 1, "2026", true))),
                   &w.err, ERR_DENIED);
    assert_non_null(strstr(w.err.text, "has no signature on this file"));
    assert_int_equal(version_there(), 1);
}

static void test_files_that_are_not_there_are_named(void **state)
{
    const char *nothing = in("nothing.sig");
    struct policy_delivery delivery = {in("policy.json"), &nothing, 1};

    (void)state;
    assert_refused(policy_install(&home, roster, &delivery, &w.err), &w.err, ERR_INVALID);
    assert_non_null(strstr(w.err.text, "nothing.sig"));
    delivery = (struct policy_delivery){in("nothing.json"), NULL, 0};
    assert_refused(policy_install(&home, roster, &delivery, &w.err), &w.err, ERR_INVALID);
    assert_non_null(strstr(w.err.text, "nothing.json"));
}

static void test_what_the_ledger_would_refuse_is_not_installed(void **state)
{
    const char *older = officers_policy(&o, 1, "2026", false),
               *next = officers_policy(&o, 2, "2026", true);

    (void)state;
    world_start(&w); /* version 1 is in force */
    world_stop(&w);
    assert_refused(installs(older, officers_lines(&o, older), NULL), &w.err, ERR_DENIED);
    assert_non_null(strstr(w.err.text, "does not follow"));
    assert_true(installs(next, officers_lines(&o, next), NULL));
    next = officers_policy(&o, 3, "2025", true);
    assert_true(installs(next, officers_lines(&o, next), NULL) == false);
    assert_non_null(strstr(w.err.text, "window 2025 is older"));
    assert_int_equal(version_there(), 2);
}

static void test_one_more_signature_is_added_to_those_that_are_there(void **state)
{
    const char *text = officers_policy(&o, 1, "2026", true);

    (void)state;
    assert_true(installs(text, by(o.stranger, text), NULL));
    assert_int_equal(version_there(), 1);
    w.people.nodes[1].policy_key = people_key(&w.people, o.stranger);
    roster_free(roster);
    roster = people_roster(&w.people);
    assert_int_equal(version_there(), 1); /* the next officer has signed ahead */
}

static void test_whole_or_not_at_all_at_every_failure_of_the_disk(void **state)
{
    int faults = 0;

    (void)state;
    for (bool done = false; !done; faults++) {
        const char *text = officers_policy(&o, 2, "2026", true);
        struct policy_delivery delivery = {in("new.json"), NULL, 1};
        const char *path = in("one.sig"), *lines = officers_lines(&o, text);
        uint64_t version;

        world_write(&w, "new.json", text, strlen(text));
        world_write(&w, "one.sig", lines, strlen(lines));
        delivery.signatures = &path;
        file_fault(faults, EIO);
        done = policy_install(&home, roster, &delivery, &w.err);
        file_fault(-1, 0);
        version = version_there();
        assert_true(done ? version == 2 : version == 1 || version == 2);
        text = officers_policy(&o, 1, "2026", true);
        officers_put(&o, text, officers_lines(&o, text));
    }
    assert_in_range(faults, 7, 100); /* four of each of two files at least */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_with_both_signatures_in_one_file_or_two),
        TEST(test_what_would_not_be_taken_up_is_not_installed),
        TEST(test_files_that_are_not_there_are_named),
        TEST(test_what_the_ledger_would_refuse_is_not_installed),
        TEST(test_one_more_signature_is_added_to_those_that_are_there),
        TEST(test_whole_or_not_at_all_at_every_failure_of_the_disk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
