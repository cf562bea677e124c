/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a roster whose lists of witnesses do not hold together (an unknown or doubled name, the
 * node itself, a quorum that two disjoint halves could both have, a node with the coordinator's
 * name, a key of the coordinator that is another's) is refused; a witness's key is its present one,
 * and none once it is revoked.
 */
#include "proto/trust/roster_witness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/trust/roster.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

/* "01" is witnessed by "12" and by the coordinator, whose key is the spare one of the people. */
struct bench {
    struct people people;
    Rikstal__V1__RosterWitness entry[2];
    Rikstal__V1__RosterWitness *list[2];
    char *names[ROSTER_WITNESSES_MAX + 1];
    struct roster *roster;
};

static struct bench b;

static int up(void **state)
{
    (void)state;
    people_up(&b.people);
    for (int i = 0; i < 2; i++) {
        rikstal__v1__roster_witness__init(&b.entry[i]);
        b.list[i] = &b.entry[i];
    }
    b.names[0] = "12";
    b.names[1] = ROSTER_COORDINATOR;
    b.entry[0].node = "01";
    b.entry[0].witnesses = b.names;
    b.entry[0].n_witnesses = 2;
    b.people.roster.witnesses = b.list;
    b.people.roster.n_witnesses = 1;
    b.people.roster.witness_quorum = 2;
    b.people.roster.coordinator_key = people_key(&b.people, b.people.node_next);
    b.roster = NULL;
    return 0;
}

static int down(void **state)
{
    (void)state;
    roster_free(b.roster);
    people_down(&b.people);
    return 0;
}

static bool opens(void)
{
    uint8_t *data;
    size_t size;

    roster_free(b.roster);
    b.roster = NULL;
    people_sign(&b.people, 2, &data, &size);
    return roster_open((struct bytes_view){data, size}, &b.people.roots, "test", 0, &b.roster,
                       &b.people.err);
}

static void test_a_list_that_holds_together_is_read(void **state)
{
    const Rikstal__V1__RosterWitness *list;

    (void)state;
    assert_true(opens());
    list = roster_witness_list(b.roster, "01");
    assert_non_null(list);
    assert_true(roster_witness_is(list, "12") && roster_witness_is(list, ROSTER_COORDINATOR));
    assert_false(roster_witness_is(list, "01"));
    assert_null(roster_witness_list(b.roster, "12"));
    assert_false(roster_witness_is(NULL, "12"));
}

static void test_a_quorum_is_more_than_half_and_not_more_than_all(void **state)
{
    (void)state;
    for (uint32_t quorum = 0; quorum < 4; quorum++) {
        b.people.roster.witness_quorum = quorum;
        assert_int_equal(opens(), quorum == 2);
    }
}

static void test_a_witness_is_known_another_and_named_once(void **state)
{
    static char *const wrong[] = {"01", "02", ""};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        b.names[0] = wrong[i];
        assert_refused(opens(), &b.people.err, ERR_INVALID);
    }
    b.names[0] = ROSTER_COORDINATOR;
    assert_refused(opens(), &b.people.err, ERR_INVALID); /* twice */
    b.names[0] = "12";
    b.people.roster.coordinator_key = (ProtobufCBinaryData){0};
    assert_refused(opens(), &b.people.err, ERR_INVALID); /* there is no such witness */
    b.entry[0].n_witnesses = 0;
    assert_refused(opens(), &b.people.err, ERR_INVALID);
}

static void test_a_list_is_of_a_node_and_the_only_one(void **state)
{
    (void)state;
    b.people.roster.n_witnesses = 2;
    b.entry[1] = b.entry[0];
    assert_refused(opens(), &b.people.err, ERR_INVALID);
    b.entry[1].node = "12";
    assert_refused(opens(), &b.people.err, ERR_INVALID); /* it would witness itself */
    b.entry[1].node = "99";
    assert_refused(opens(), &b.people.err, ERR_INVALID);
    b.entry[1].node = ROSTER_COORDINATOR;
    assert_refused(opens(), &b.people.err, ERR_INVALID);
}

static void test_the_coordinators_name_and_key_are_its_own(void **state)
{
    uint8_t bytes[KEY_BYTES + 1] = {1};

    (void)state;
    b.people.roster.coordinator_key = b.people.nodes[0].key;
    assert_refused(opens(), &b.people.err, ERR_INVALID);
    for (size_t n = KEY_BYTES - 1; n <= KEY_BYTES + 1; n += 2) {
        b.people.roster.coordinator_key = (ProtobufCBinaryData){n, bytes};
        assert_refused(opens(), &b.people.err, ERR_INVALID);
    }
    b.people.roster.coordinator_key = people_key(&b.people, b.people.node_next);
    assert_true(opens());
    b.people.nodes[1].node = ROSTER_COORDINATOR;
    b.people.roster.n_witnesses = 0;
    assert_refused(opens(), &b.people.err, ERR_INVALID);
}

static void test_a_key_is_the_present_one_until_it_is_revoked(void **state)
{
    static ProtobufCBinaryData revoked[1];
    struct public_key key;
    struct key_id id;

    (void)state;
    assert_true(opens());
    assert_true(roster_witness_key(b.roster, "12", &key));
    assert_true(public_key_same(&key, secret_key_public(b.people.node[1])));
    assert_true(roster_witness_key(b.roster, ROSTER_COORDINATOR, &key));
    assert_true(public_key_same(&key, secret_key_public(b.people.node_next)));
    assert_false(roster_witness_key(b.roster, "99", &key));
    public_key_id(secret_key_public(b.people.node_next), &id);
    revoked[0] = (ProtobufCBinaryData){KEY_ID_BYTES, id.b};
    b.people.roster.revoked_keys = revoked;
    b.people.roster.n_revoked_keys = 1;
    assert_true(opens());
    assert_false(roster_witness_key(b.roster, ROSTER_COORDINATOR, &key));
    assert_true(roster_witness_key(b.roster, "12", &key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_list_that_holds_together_is_read, up, down),
        cmocka_unit_test_setup_teardown(test_a_quorum_is_more_than_half_and_not_more_than_all, up,
                                        down),
        cmocka_unit_test_setup_teardown(test_a_witness_is_known_another_and_named_once, up, down),
        cmocka_unit_test_setup_teardown(test_a_list_is_of_a_node_and_the_only_one, up, down),
        cmocka_unit_test_setup_teardown(test_the_coordinators_name_and_key_are_its_own, up, down),
        cmocka_unit_test_setup_teardown(test_a_key_is_the_present_one_until_it_is_revoked, up,
                                        down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
