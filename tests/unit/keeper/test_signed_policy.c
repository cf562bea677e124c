/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a policy is read with what was signed of it; without a file of signatures nobody has
 * signed; a file of signatures that is none matters to whom signatures are needed for, and is told;
 * a file that is no policy is an error.
 */
#include "node/keeper/signed_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/keeper/officers.h"
#include "tests/unit/refused.h"

static struct world w;
static struct officers o;
static struct home home;
static struct roster *roster;
static char policy_path[96], signatures_path[96];

static int up(void **state)
{
    (void)state;
    world_up(&w);
    officers_up(&o, &w);
    roster = people_roster(&w.people);
    snprintf(policy_path, sizeof(policy_path), "%s/policy.json", w.dir);
    snprintf(signatures_path, sizeof(signatures_path), "%s/policy.sig", w.dir);
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

/* Does it hold? w.err says why not. */
static bool holds(void)
{
    struct signed_policy read;
    bool held;

    if (!signed_policy_read(policy_path, signatures_path, &read, &w.err))
        fail_msg("%s", w.err.text);
    held = signed_policy_holds(&read, &home, roster, &w.err);
    signed_policy_clear(&read);
    assert_null(read.policy);
    return held;
}

static void test_it_holds_when_all_have_signed(void **state)
{
    const char *text = officers_policy(&o, 7, "2026", true);

    (void)state;
    officers_put(&o, text, NULL);
    assert_refused(holds(), &w.err, ERR_DENIED);
    assert_non_null(strstr(w.err.text, "version 7: not signed by"));
    officers_put(&o, text, officers_lines(&o, text));
    assert_true(holds());
    officers_put(&o, arena_printf(w.people.arena, "%s ", text), NULL);
    assert_refused(holds(), &w.err, ERR_DENIED); /* one blank more */
    assert_non_null(strstr(w.err.text, "changed after it was signed"));
}

static void test_what_is_no_file_of_signatures_is_told_to_whom_it_matters(void **state)
{
    const char *text = officers_policy(&o, 7, "2026", true);

    (void)state;
    officers_put(&o, text, "nothing of the kind\n");
    assert_refused(holds(), &w.err, ERR_DENIED);
    assert_non_null(strstr(w.err.text, "policy.sig: line 1"));
    w.people.roster.policy_key.len = 0;
    w.people.nodes[1].policy_key.len = 0;
    roster_free(roster);
    roster = people_roster(&w.people);
    assert_true(holds());
}

static void test_a_file_that_is_no_policy_is_an_error(void **state)
{
    struct signed_policy read;

    (void)state;
    officers_put(&o, "{}", "");
    assert_refused(signed_policy_read(policy_path, signatures_path, &read, &w.err), &w.err,
                   ERR_INVALID);
    assert_refused(signed_policy_read("/nonexistent", signatures_path, &read, &w.err), &w.err,
                   ERR_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_it_holds_when_all_have_signed),
        TEST(test_what_is_no_file_of_signatures_is_told_to_whom_it_matters),
        TEST(test_a_file_that_is_no_policy_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
