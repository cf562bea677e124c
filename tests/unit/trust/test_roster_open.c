/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of a roster's lists and texts: each is read at its limit, and refused one past it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/trust/roster.h"
#include "proto/trust/roster_witness.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

/* Of proto/trust/roster_open.c. */
#define ROSTER_ID_MAX 64
#define ROSTER_NAME_MAX 256

static struct people p;

static int up(void **state)
{
    (void)state;
    people_up(&p);
    return 0;
}

static int down(void **state)
{
    (void)state;
    people_down(&p);
    return 0;
}

/* The first n nodes, each with a key of its own. */
static void nodes_are(Rikstal__V1__RosterNode **list, size_t n)
{
    static Rikstal__V1__RosterNode node[ROSTER_NODES_MAX + 1];
    static uint8_t key[ROSTER_NODES_MAX + 1][KEY_BYTES];
    static char id[ROSTER_NODES_MAX + 1][8];

    for (size_t i = 0; i < n; i++) {
        rikstal__v1__roster_node__init(&node[i]);
        snprintf(id[i], sizeof(id[i]), "n%zu", i);
        memset(key[i], (int)i + 1, KEY_BYTES);
        node[i].node = id[i];
        node[i].key = (ProtobufCBinaryData){KEY_BYTES, key[i]};
        list[i] = &node[i];
    }
    p.roster.nodes = list;
    p.roster.n_nodes = n;
}

static void test_as_many_nodes_as_are_allowed_and_one_more(void **state)
{
    static Rikstal__V1__RosterNode *list[ROSTER_NODES_MAX + 1];

    (void)state;
    nodes_are(list, ROSTER_NODES_MAX);
    assert_true(people_opens(&p));
    nodes_are(list, ROSTER_NODES_MAX + 1);
    assert_refused_for(people_opens(&p), &p.err, ERR_INVALID, "more members than are allowed");
}

static void test_as_many_organisations_as_are_allowed_and_one_more(void **state)
{
    static Rikstal__V1__RosterOrganisation some[ROSTER_ANALYSTS_MAX];
    static Rikstal__V1__RosterOrganisation *list[ROSTER_ANALYSTS_MAX + 1];
    static char id[ROSTER_ANALYSTS_MAX][8];

    (void)state;
    list[0] = &p.organisation;
    for (size_t i = 1; i <= ROSTER_ANALYSTS_MAX; i++) {
        rikstal__v1__roster_organisation__init(&some[i - 1]);
        snprintf(id[i - 1], sizeof(id[i - 1]), "o%zu", i);
        some[i - 1].id = id[i - 1];
        list[i] = &some[i - 1];
    }
    p.roster.organisations = list;
    p.roster.n_organisations = ROSTER_ANALYSTS_MAX;
    assert_true(people_opens(&p));
    p.roster.n_organisations++;
    assert_refused_for(people_opens(&p), &p.err, ERR_INVALID, "more members than are allowed");
}

static void test_an_organisation_gives_so_many_roles_and_not_one_more(void **state)
{
    static char *roles[ROSTER_ROLES_MAX + 1];

    (void)state;
    for (size_t i = 0; i <= ROSTER_ROLES_MAX; i++)
        roles[i] = "analyst";
    p.organisation.roles = roles;
    p.organisation.n_roles = ROSTER_ROLES_MAX;
    assert_true(people_opens(&p));
    p.organisation.n_roles++;
    assert_refused_for(people_opens(&p), &p.err, ERR_INVALID, "organisation 1");
}

static void test_ids_and_names_hold_at_the_limit_and_one_past(void **state)
{
    char id[ROSTER_ID_MAX + 2] = "", name[ROSTER_NAME_MAX + 2] = "";

    (void)state;
    memset(id, 'i', ROSTER_ID_MAX);
    memset(name, 'n', ROSTER_NAME_MAX);
    p.nodes[1].node = id;
    p.nodes[1].name = name;
    assert_true(people_opens(&p));
    name[ROSTER_NAME_MAX] = 'n';
    assert_refused_for(people_opens(&p), &p.err, ERR_INVALID, "node 2");
    name[ROSTER_NAME_MAX] = 0;
    id[ROSTER_ID_MAX] = 'i';
    assert_refused_for(people_opens(&p), &p.err, ERR_INVALID, "node 2");
}

static void test_a_node_has_so_many_witnesses_and_not_one_more(void **state)
{
    static Rikstal__V1__RosterNode *list[ROSTER_NODES_MAX + 1];
    static char *names[ROSTER_WITNESSES_MAX + 1];
    Rikstal__V1__RosterWitness entry, *entries[1] = {&entry};

    (void)state;
    nodes_are(list, ROSTER_WITNESSES_MAX + 2);
    rikstal__v1__roster_witness__init(&entry);
    entry.node = list[0]->node;
    for (size_t i = 0; i <= ROSTER_WITNESSES_MAX; i++)
        names[i] = list[i + 1]->node;
    entry.witnesses = names;
    entry.n_witnesses = ROSTER_WITNESSES_MAX;
    p.roster.witnesses = entries;
    p.roster.n_witnesses = 1;
    p.roster.witness_quorum = ROSTER_WITNESSES_MAX;
    assert_true(people_opens(&p));
    entry.n_witnesses++;
    assert_refused_for(people_opens(&p), &p.err, ERR_INVALID, "17 witnesses");
}

#define OPEN_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPEN_TEST(test_as_many_nodes_as_are_allowed_and_one_more),
        OPEN_TEST(test_as_many_organisations_as_are_allowed_and_one_more),
        OPEN_TEST(test_an_organisation_gives_so_many_roles_and_not_one_more),
        OPEN_TEST(test_ids_and_names_hold_at_the_limit_and_one_past),
        OPEN_TEST(test_a_node_has_so_many_witnesses_and_not_one_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
