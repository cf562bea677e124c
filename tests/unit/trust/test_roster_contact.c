/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of a region's contact: an address that needs no quoting anywhere, or none; signed
 * with the roster, and a roster without any holds as before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/trust/roster.h"
#include "proto/trust/roster_contact.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

/* Of proto/trust/roster_contact.c. */
#define LOCAL_MAX 64
#define LABEL_MAX 63

static void test_an_address_is_plain_or_none(void **state)
{
    static const char *const good[] = {"a@b.se", "gms.biobank+trial@skane.example.se",
                                       "x_1-2@1-a.b2"};
    static const char *const bad[] = {"",
                                      "a",
                                      "@b.se",
                                      "a@",
                                      "a@b",
                                      "a@b.",
                                      "a@.se",
                                      "a@b..se",
                                      "a@-b.se",
                                      "a@b-.se",
                                      ".a@b.se",
                                      "a.@b.se",
                                      "a..b@c.se",
                                      "a b@c.se",
                                      "a@b.se\r\nBcc: c@d.se",
                                      "a@b.se\n",
                                      "a@b.se,c@d.se",
                                      "a@b.se?cc=c@d.se",
                                      "a@b@c.se",
                                      "\"a b\"@c.se",
                                      "<a@b.se>",
                                      "a@[127.0.0.1]",
                                      "a%40b@c.se",
                                      "a&b@c.se",
                                      "r\xc3\xa4ksm\xc3\xb6rg\xc3\xa5s@b.se",
                                      "a@\xc3\xb6.se"};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(roster_contact_is_valid(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(roster_contact_is_valid(bad[i]));
}

/* An address of so many bytes: before the "@", in each label of its host, and in all. */
static void fill(char *address, size_t local, size_t label, size_t length)
{
    memset(address, 'a', length);
    address[length] = 0;
    address[local] = '@';
    for (size_t at = local + 1 + label; at < length; at += label + 1)
        address[at] = '.';
}

static void test_it_is_as_long_as_an_address_may_be_and_not_one_longer(void **state)
{
    char address[ROSTER_CONTACT_MAX + 2];

    (void)state;
    fill(address, LOCAL_MAX, 61, ROSTER_CONTACT_MAX);
    assert_true(roster_contact_is_valid(address));
    fill(address, LOCAL_MAX, 61, ROSTER_CONTACT_MAX + 1);
    assert_false(roster_contact_is_valid(address));
    fill(address, LOCAL_MAX + 1, 61, 200);
    assert_false(roster_contact_is_valid(address));
    fill(address, 10, LABEL_MAX, 200);
    assert_true(roster_contact_is_valid(address));
    fill(address, 10, LABEL_MAX + 1, 200);
    assert_false(roster_contact_is_valid(address));
}

static void test_a_roster_says_where_a_region_is_reached(void **state)
{
    struct roster *roster;
    struct people p;
    char good[] = "gms@skane.example.se", bad[] = "gms@skane.example.se\nBcc: c@d.se";

    (void)state;
    people_up(&p);
    assert_true(people_opens(&p)); /* none has one */
    p.nodes[0].contact = good;
    roster = people_roster(&p);
    assert_string_equal(roster_message(roster)->nodes[0]->contact, good);
    assert_string_equal(roster_message(roster)->nodes[1]->contact, "");
    roster_free(roster);
    p.nodes[1].contact = bad;
    assert_refused_for(people_opens(&p), &p.err, ERR_INVALID, "is no mail address");
    people_down(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_address_is_plain_or_none),
        cmocka_unit_test(test_it_is_as_long_as_an_address_may_be_and_not_one_longer),
        cmocka_unit_test(test_a_roster_says_where_a_region_is_reached),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
