/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of roster_permit: a permit is of one organisation, which finds it by its id, while
 * another finds nothing; it holds from its first second to before its end; an id that is listed
 * twice, an organisation that is not, a time that makes no sense and one more than a limit are no
 * roster.
 */
#include "proto/trust/roster_permit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

static struct people p;
static Rikstal__V1__RosterPermit permit[ROSTER_PERMITS_MAX + 1], *list[ROSTER_PERMITS_MAX + 1];
static char ids[ROSTER_PERMITS_MAX + 1][16];

static int up(void **state)
{
    (void)state;
    people_up(&p);
    for (size_t i = 0; i <= ROSTER_PERMITS_MAX; i++) {
        snprintf(ids[i], sizeof(ids[i]), "2026-%zu", i);
        rikstal__v1__roster_permit__init(&permit[i]);
        permit[i].id = ids[i];
        permit[i].organisation = "gms";
        permit[i].valid_from = PEOPLE_NOW;
        permit[i].valid_to = PEOPLE_NOW + 86400;
        list[i] = &permit[i];
    }
    p.roster.permits = list;
    p.roster.n_permits = 2;
    return 0;
}

static int down(void **state)
{
    (void)state;
    people_down(&p);
    return 0;
}

static void test_its_organisation_finds_it_and_no_other(void **state)
{
    struct roster *roster = people_roster(&p);

    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(roster_permit(roster, "gms", ids[i])->id, ids[i]);
    assert_null(roster_permit(roster, "north", ids[0]));
    assert_null(roster_permit(roster, "gms", "2026"));
    assert_null(roster_permit(roster, "gms", ids[2]));
    roster_free(roster);
}

static void test_it_holds_from_its_first_second_to_before_its_end(void **state)
{
    (void)state;
    assert_true(roster_permit_holds(&permit[0], PEOPLE_NOW, &p.err));
    assert_true(roster_permit_holds(&permit[0], PEOPLE_NOW + 86399, &p.err));
    assert_refused(roster_permit_holds(&permit[0], PEOPLE_NOW - 1, &p.err), &p.err, ERR_DENIED);
    assert_non_null(strstr(p.err.text, "2026-0 holds from 2027-01-15T08:00:00Z"));
    assert_refused(roster_permit_holds(&permit[0], PEOPLE_NOW + 86400, &p.err), &p.err, ERR_DENIED);
    assert_non_null(strstr(p.err.text, "2026-0 ended at 2027-01-16T08:00:00Z"));
}

static void test_an_id_is_listed_once(void **state)
{
    (void)state;
    p.roster.n_permits = 3;
    assert_true(people_opens(&p));
    permit[2].id = ids[0];
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
}

static void test_its_organisation_is_listed(void **state)
{
    (void)state;
    permit[1].organisation = "north";
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    permit[1].organisation = "";
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
}

static void test_an_id_has_a_length_and_is_fit_to_print(void **state)
{
    static char *bad[] = {"", "2026\n1", "2026\x1f-1", "2026\x7f"};
    char text[ROSTER_PERMIT_ID_MAX + 2];

    (void)state;
    memset(text, 'x', sizeof(text));
    permit[0].id = text;
    text[ROSTER_PERMIT_ID_MAX + 1] = 0;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    text[ROSTER_PERMIT_ID_MAX] = 0;
    assert_true(people_opens(&p));
    permit[0].id = "Dnr 2026-00123 å";
    assert_true(people_opens(&p));
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        permit[0].id = bad[i];
        assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    }
}

static void test_its_time_is_one(void **state)
{
    (void)state;
    permit[0].valid_from = 0;
    permit[0].valid_to = 1;
    assert_true(people_opens(&p));
    permit[0].valid_to = 0;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    permit[0].valid_from = -1;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    permit[0].valid_from = 0;
    permit[0].valid_to = ROSTER_PERMIT_TIME_MAX;
    assert_true(people_opens(&p));
    permit[0].valid_to++;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
}

static void test_its_cap_is_held_at_its_limits(void **state)
{
    (void)state;
    permit[0].nrho = ROSTER_PERMIT_NRHO_MAX;
    assert_true(people_opens(&p));
    permit[0].nrho++;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    permit[0].nrho = -1;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
}

static void test_a_roster_holds_so_many_and_no_more(void **state)
{
    (void)state;
    p.roster.n_permits = ROSTER_PERMITS_MAX;
    assert_true(people_opens(&p));
    p.roster.n_permits++;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
}

#define PERMIT_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PERMIT_TEST(test_its_organisation_finds_it_and_no_other),
        PERMIT_TEST(test_it_holds_from_its_first_second_to_before_its_end),
        PERMIT_TEST(test_an_id_is_listed_once),
        PERMIT_TEST(test_its_organisation_is_listed),
        PERMIT_TEST(test_an_id_has_a_length_and_is_fit_to_print),
        PERMIT_TEST(test_its_time_is_one),
        PERMIT_TEST(test_its_cap_is_held_at_its_limits),
        PERMIT_TEST(test_a_roster_holds_so_many_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
