/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of roster_policy: the roster says whose signatures a node's policy needs; a key
 * there is whole, the national one is nobody else's, and no member signs policies with the key that
 * it answers or asks with.
 */
#include "proto/trust/roster_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

static struct people p;
static struct secret_key *national, *officer;

static int up(void **state)
{
    (void)state;
    people_up(&p);
    if (!secret_key_new(&national, &p.err) || !secret_key_new(&officer, &p.err))
        return -1;
    p.roster.policy_key = people_key(&p, national);
    p.nodes[1].policy_key = people_key(&p, officer);
    return 0;
}

static int down(void **state)
{
    (void)state;
    secret_key_free(national);
    secret_key_free(officer);
    people_down(&p);
    return 0;
}

static void test_each_node_has_its_officer_and_all_have_the_national_key(void **state)
{
    struct roster *roster = people_roster(&p);
    struct roster_policy_keys keys;

    (void)state;
    roster_policy_keys(roster, "12", &keys);
    assert_true(keys.has_national && keys.has_officer);
    assert_true(public_key_same(&keys.national, secret_key_public(national)));
    assert_true(public_key_same(&keys.officer, secret_key_public(officer)));
    roster_policy_keys(roster, "01", &keys);
    assert_true(keys.has_national && !keys.has_officer);
    roster_policy_keys(roster, "25", &keys);
    assert_true(keys.has_national && !keys.has_officer);
    roster_free(roster);
}

static void test_a_roster_may_name_either_key_or_none(void **state)
{
    (void)state;
    p.roster.policy_key.len = 0;
    assert_true(people_opens(&p));
    p.nodes[1].policy_key.len = 0;
    assert_true(people_opens(&p));
    p.roster.policy_key.len = KEY_BYTES;
    assert_true(people_opens(&p));
}

static void test_a_key_that_is_none_is_refused(void **state)
{
    (void)state;
    p.roster.policy_key.len = KEY_BYTES - 1;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    p.roster.policy_key.len = KEY_BYTES;
    p.nodes[1].policy_key.len = KEY_BYTES - 1;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
}

static void test_one_officer_may_serve_several_regions(void **state)
{
    (void)state;
    p.nodes[0].policy_key = people_key(&p, officer);
    assert_true(people_opens(&p));
}

static void test_two_signatures_are_of_two_keys(void **state)
{
    (void)state;
    p.nodes[1].policy_key = people_key(&p, national);
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
}

static void test_no_member_signs_policies_with_its_own_key(void **state)
{
    const struct secret_key *members[] = {p.node[0],   p.node[1], p.analyst,
                                          p.node_next, p.root[0], p.root[1]};
    ProtobufCBinaryData key = people_key(&p, officer);

    (void)state;
    p.nodes[1].previous_key = people_key(&p, p.node_next);
    p.organisation.key = people_key(&p, p.root[0]);
    p.organisation.previous_key = people_key(&p, p.root[1]);
    assert_true(people_opens(&p));
    for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
        p.nodes[1].policy_key = people_key(&p, members[i]);
        assert_refused(people_opens(&p), &p.err, ERR_INVALID);
        p.nodes[1].policy_key = key;
        p.roster.policy_key = people_key(&p, members[i]);
        assert_refused(people_opens(&p), &p.err, ERR_INVALID);
        p.roster.policy_key = people_key(&p, national);
    }
    p.roster.coordinator_key = p.roster.policy_key;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_each_node_has_its_officer_and_all_have_the_national_key, up, down),
        cmocka_unit_test_setup_teardown(test_a_roster_may_name_either_key_or_none, up, down),
        cmocka_unit_test_setup_teardown(test_a_key_that_is_none_is_refused, up, down),
        cmocka_unit_test_setup_teardown(test_one_officer_may_serve_several_regions, up, down),
        cmocka_unit_test_setup_teardown(test_two_signatures_are_of_two_keys, up, down),
        cmocka_unit_test_setup_teardown(test_no_member_signs_policies_with_its_own_key, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
