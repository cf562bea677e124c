/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: where the roster names keys, the node answers by a policy that all of them have signed
 * and by no other; what is not signed, older, or changed leaves the old one in force, with a leaf;
 * a keeper that starts with none declines everything and takes up one that comes; a roster that
 * takes a signature away ends the policy at once, and one that names it gives it back; where the
 * roster names nobody, an unsigned policy is in force.
 */
#include "node/keeper/policy_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/officers.h"
#include "tests/unit/refused.h"

static struct world w;
static struct officers o;

static int up(void **state)
{
    (void)state;
    world_up(&w);
    officers_up(&o, &w);
    return 0;
}

static int down(void **state)
{
    (void)state;
    officers_down(&o);
    world_down(&w);
    return 0;
}

static const char *code(void)
{
    return world_ask_text(&w, "age >= 18")->code;
}

static const char *open_policy(uint64_t version)
{
    return officers_policy(&o, version, "2026", true);
}

static const char *closed_policy(uint64_t version)
{
    return officers_policy(&o, version, "2026", false);
}

static void put_signed(const char *text)
{
    officers_put(&o, text, officers_lines(&o, text));
}

static void test_signed_by_all_it_is_in_force_and_unsigned_the_old_one_stays(void **state)
{
    const char *next = closed_policy(2);
    uint64_t leaves;

    (void)state;
    put_signed(open_policy(1));
    world_start(&w);
    assert_string_equal(code(), "");
    officers_put(&o, next, NULL); /* changed, and the signatures are on the old one */
    assert_string_equal(code(), "");
    officers_put(&o, next, officers_line(&o, o.national, next, "12"));
    assert_string_equal(code(), "");
    officers_put(&o, next, officers_line(&o, o.officer, next, "12"));
    assert_string_equal(code(), "");
    officers_put(&o, next,
                 arena_printf(w.people.arena, "%s%s", officers_line(&o, o.national, next, "12"),
                              officers_line(&o, o.stranger, next, "12")));
    assert_string_equal(code(), "");
    officers_put(&o, next,
                 arena_printf(w.people.arena, "%s%s", officers_line(&o, o.national, next, "12"),
                              officers_line(&o, o.officer, next, "01")));
    assert_string_equal(code(), "");
    officers_put(&o, next, "no signature");
    assert_string_equal(code(), "");
    world_stop(&w);
    leaves = world_books(&w).leaves;
    assert_true(leaves >= 6 + 2); /* six refusals, the policy, the answer */
    world_start(&w);
    assert_string_equal(code(), "no_policy"); /* nothing else is signed here */
    put_signed(next);
    assert_string_equal(code(), "policy");
}

static void test_an_older_policy_is_refused_however_well_it_is_signed(void **state)
{
    struct keeper *keeper;

    (void)state;
    put_signed(closed_policy(3));
    world_start(&w);
    assert_string_equal(code(), "policy");
    put_signed(open_policy(2));
    assert_string_equal(code(), "policy");
    put_signed(open_policy(3));
    assert_string_equal(code(), "policy");
    put_signed(officers_policy(&o, 4, "2025", true));
    assert_string_equal(code(), "policy");
    world_stop(&w);
    assert_refused(keeper_open(w.dir, &keeper, &w.err), &w.err, ERR_DENIED);
    put_signed(open_policy(4));
    world_start(&w);
    assert_string_equal(code(), "");
}

static void test_a_start_without_signatures_declines_and_waits(void **state)
{
    struct world_books journal;

    (void)state;
    world_start(&w); /* world_up's policy, which nobody has signed */
    assert_string_equal(code(), "no_policy");
    officers_put(&o, open_policy(1), officers_line(&o, o.national, open_policy(1), "12"));
    assert_string_equal(code(), "no_policy");
    world_stop(&w);
    journal = world_books(&w);
    assert_int_equal(journal.charges, 0);
    world_start(&w);
    put_signed(open_policy(1));
    assert_string_equal(code(), "");
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 1);
}

static void test_files_that_disappear_take_nothing_from_a_running_keeper(void **state)
{
    char path[96];

    (void)state;
    put_signed(open_policy(1));
    world_start(&w);
    assert_string_equal(code(), "");
    snprintf(path, sizeof(path), "%s/policy.sig", w.dir);
    assert_int_equal(unlink(path), 0);
    assert_string_equal(code(), "");
    snprintf(path, sizeof(path), "%s/policy.json", w.dir);
    assert_int_equal(unlink(path), 0);
    assert_string_equal(code(), "");
    world_stop(&w);
    world_start(&w); /* the default is written, and not signed */
    assert_string_equal(code(), "no_policy");
}

static void revoke_key(const struct secret_key *key)
{
    static ProtobufCBinaryData revoked;
    struct key_id *id = arena_alloc(w.people.arena, sizeof(*id));

    assert_non_null(id);
    public_key_id(secret_key_public(key), id);
    revoked = (ProtobufCBinaryData){KEY_ID_BYTES, id->b};
    w.people.roster.revoked_keys = &revoked;
    w.people.roster.n_revoked_keys = 1;
}

static void test_a_revoked_key_ends_its_policy_at_once(void **state)
{
    (void)state;
    put_signed(open_policy(1));
    world_start(&w);
    assert_string_equal(code(), "");
    revoke_key(o.officer);
    officers_roster(&o);
    assert_string_equal(code(), "no_policy");
    world_stop(&w);
    world_start(&w);
    assert_string_equal(code(), "no_policy");
    w.people.nodes[1].policy_key = people_key(&w.people, o.stranger);
    officers_roster(&o);
    assert_string_equal(code(), "no_policy");
    officers_put(&o, open_policy(1),
                 arena_printf(w.people.arena, "%s%s", officers_lines(&o, open_policy(1)),
                              officers_line(&o, o.stranger, open_policy(1), "12")));
    assert_string_equal(code(), "");
}

static void test_a_key_is_changed_without_a_break_when_both_have_signed(void **state)
{
    const char *text = open_policy(1);

    (void)state;
    put_signed(text);
    world_start(&w);
    officers_put(&o, text,
                 arena_printf(w.people.arena, "%s%s", officers_lines(&o, text),
                              officers_line(&o, o.stranger, text, "12")));
    assert_string_equal(code(), "");
    w.people.nodes[1].policy_key = people_key(&w.people, o.stranger);
    revoke_key(o.officer);
    officers_roster(&o);
    assert_string_equal(code(), "");
    put_signed(closed_policy(2)); /* by the national key and the one of before */
    assert_string_equal(code(), "");
}

static void test_where_the_roster_names_nobody_nobody_must_sign(void **state)
{
    (void)state;
    w.people.roster.policy_key.len = 0;
    w.people.nodes[1].policy_key.len = 0;
    officers_roster(&o);
    world_start(&w);
    assert_string_equal(code(), "");
    officers_put(&o, closed_policy(2), "nonsense");
    assert_string_equal(code(), "policy");
    officers_put(&o, open_policy(3), NULL);
    assert_string_equal(code(), "");
    w.people.roster.policy_key = people_key(&w.people, o.national);
    officers_roster(&o);
    assert_string_equal(code(), "no_policy"); /* named from now on */
    officers_put(&o, open_policy(3), officers_line(&o, o.national, open_policy(3), "12"));
    assert_string_equal(code(), ""); /* the national key alone */
    w.people.roster.policy_key.len = 0;
    officers_roster(&o);
    officers_put(&o, closed_policy(4), NULL);
    assert_string_equal(code(), "policy"); /* and nobody again */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_signed_by_all_it_is_in_force_and_unsigned_the_old_one_stays),
        TEST(test_an_older_policy_is_refused_however_well_it_is_signed),
        TEST(test_a_start_without_signatures_declines_and_waits),
        TEST(test_files_that_disappear_take_nothing_from_a_running_keeper),
        TEST(test_a_revoked_key_ends_its_policy_at_once),
        TEST(test_a_key_is_changed_without_a_break_when_both_have_signed),
        TEST(test_where_the_roster_names_nobody_nobody_must_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
