/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of calendar: a release is called by its month, quarter or week, and its time is
 * theirs; a question may name an open release of its purpose, and is told which; one with a letter
 * more replaces from the moment that it opens; where there is no calendar no release is named; a
 * name that is listed twice, a time that makes no sense and one more than a limit are no roster.
 */
#include "proto/trust/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/date.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

#define DAY_S 86400
#define NOW PEOPLE_NOW

static struct people p;
static Rikstal__V1__RosterRelease release[CALENDAR_RELEASES_MAX + 1],
    *list[CALENDAR_RELEASES_MAX + 1];
static char names[CALENDAR_RELEASES_MAX + 1][CALENDAR_NAME_BYTES];

/* As many months as a roster holds, and one more; the first three are bent by the tests. */
static int up(void **state)
{
    (void)state;
    people_up(&p);
    for (size_t i = 0; i <= CALENDAR_RELEASES_MAX; i++) {
        snprintf(names[i], sizeof(names[i]), "%04zu-%02zu", 2027 + i / 12, 1 + i % 12);
        rikstal__v1__roster_release__init(&release[i]);
        release[i].name = names[i];
        release[i].opens = NOW + (int64_t)i * 30 * DAY_S;
        release[i].closes = release[i].opens + (int64_t)37 * DAY_S;
        list[i] = &release[i];
    }
    p.roster.releases = list;
    p.roster.n_releases = 3;
    return 0;
}

static int down(void **state)
{
    (void)state;
    people_down(&p);
    return 0;
}

static void test_names(void **state)
{
    static const char *const good[] = {"2026-11",  "2026-01",  "2026-12b", "2026-Q1",
                                       "2026-Q4z", "2026-W01", "2026-W53", "2026-W47c"};
    static const char *const bad[] = {"",         "2026",      "2026-00", "2026-13", "2026-11a",
                                      "2026-1",   "2026-11bb", "2026-Q0", "2026-Q5", "2026-W00",
                                      "2026-W54", "2026-w47",  "26-11",   "2026/11", "2026-11B",
                                      "1969-12",  "2026-W4",   "../../x", "2026-11 "};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(calendar_name_valid(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (calendar_name_valid(bad[i]))
            fail_msg("%s is taken for a release", bad[i]);
}

static void period_is(const char *name, const char *first, const char *next)
{
    int64_t begins, ends;
    int32_t day;

    calendar_period(name, &begins, &ends);
    assert_true(date_parse(first, &day));
    assert_int_equal(begins, (int64_t)day * DAY_S);
    assert_true(date_parse(next, &day));
    assert_int_equal(ends, (int64_t)day * DAY_S);
}

static void test_the_time_of_a_name(void **state)
{
    (void)state;
    period_is("2026-11", "2026-11-01", "2026-12-01");
    period_is("2026-12b", "2026-12-01", "2027-01-01");
    period_is("2028-02", "2028-02-01", "2028-03-01");
    period_is("2026-Q4", "2026-10-01", "2027-01-01");
    period_is("2026-W47", "2026-11-16", "2026-11-23");
    period_is("2026-W01", "2025-12-29", "2026-01-05"); /* the week with 4 January */
    period_is("2027-W01", "2027-01-04", "2027-01-11");
    period_is("2026-W53", "2026-12-28", "2027-01-04");
}

static void test_states_and_the_newest(void **state)
{
    struct roster *roster = people_roster(&p);
    const Rikstal__V1__RosterRelease *first = calendar_find(roster, names[0]);

    (void)state;
    assert_int_equal(calendar_state(roster, first, NOW - 1), CALENDAR_COMING);
    assert_int_equal(calendar_state(roster, first, NOW), CALENDAR_OPEN);
    assert_int_equal(calendar_state(roster, first, first->closes - 1), CALENDAR_OPEN);
    assert_int_equal(calendar_state(roster, first, first->closes), CALENDAR_CLOSED);
    assert_null(calendar_find(roster, "2027"));
    assert_null(calendar_newest(roster, "research", NOW - 1));
    assert_string_equal(calendar_newest(roster, "research", NOW)->name, names[0]);
    assert_string_equal(calendar_newest(roster, "research", NOW + 31 * DAY_S)->name, names[1]);
    assert_string_equal(calendar_state_word(CALENDAR_REPLACED), "replaced");
    roster_free(roster);
}

static void test_a_letter_more_replaces_when_it_opens(void **state)
{
    struct roster *roster;

    (void)state;
    release[1].name = "2027-01b";
    release[1].opens = NOW + DAY_S;
    release[1].closes = NOW + 20 * DAY_S;
    roster = people_roster(&p);
    assert_int_equal(calendar_state(roster, calendar_find(roster, "2027-01"), NOW), CALENDAR_OPEN);
    assert_int_equal(calendar_state(roster, calendar_find(roster, "2027-01"), NOW + DAY_S),
                     CALENDAR_REPLACED);
    assert_string_equal(calendar_newest(roster, "research", NOW + DAY_S)->name, "2027-01b");
    assert_refused(calendar_allows(roster, "2027-01", "research", NOW + DAY_S, &p.err), &p.err,
                   ERR_DENIED);
    assert_non_null(strstr(p.err.text, "is replaced; ask about release 2027-01b"));
    /* what replaced it does not bring it back when it has closed */
    assert_int_equal(calendar_state(roster, calendar_find(roster, "2027-01"), NOW + 21 * DAY_S),
                     CALENDAR_REPLACED);
    roster_free(roster);
}

static void test_a_release_of_one_purpose(void **state)
{
    struct roster *roster;

    (void)state;
    release[1].name = "2027-W03";
    release[1].purpose = "preparedness";
    release[1].opens = NOW;
    release[1].closes = NOW + 7 * DAY_S;
    roster = people_roster(&p);
    assert_string_equal(calendar_newest(roster, "preparedness", NOW)->name, "2027-W03");
    assert_string_equal(calendar_newest(roster, "research", NOW)->name, "2027-01");
    assert_true(calendar_allows(roster, "2027-W03", "preparedness", NOW, &p.err));
    assert_true(calendar_allows(roster, "2027-01", "preparedness", NOW, &p.err));
    assert_refused(calendar_allows(roster, "2027-W03", "research", NOW, &p.err), &p.err,
                   ERR_DENIED);
    assert_non_null(
        strstr(p.err.text, "for purpose preparedness alone; ask about release 2027-01"));
    roster_free(roster);
}

static void test_what_a_question_may_name(void **state)
{
    struct roster *roster = people_roster(&p);

    (void)state;
    assert_true(calendar_allows(roster, names[0], "research", NOW, &p.err));
    assert_refused(calendar_allows(roster, "", "research", NOW, &p.err), &p.err, ERR_DENIED);
    assert_non_null(strstr(p.err.text, "asked about a release; ask about release 2027-01"));
    assert_refused(calendar_allows(roster, "2030-01", "research", NOW, &p.err), &p.err, ERR_DENIED);
    assert_refused(calendar_allows(roster, names[1], "research", NOW, &p.err), &p.err, ERR_DENIED);
    assert_non_null(strstr(p.err.text, "2027-02 is coming"));
    assert_refused(calendar_allows(roster, names[0], "research", NOW - 1, &p.err), &p.err,
                   ERR_DENIED);
    assert_non_null(strstr(p.err.text, "no release is open"));
    roster_free(roster);
    p.roster.n_releases = 0;
    roster = people_roster(&p);
    assert_true(calendar_allows(roster, "", "research", NOW, &p.err));
    assert_refused(calendar_allows(roster, names[0], "research", NOW, &p.err), &p.err, ERR_DENIED);
    assert_null(calendar_newest(roster, "research", NOW));
    roster_free(roster);
}

static void test_what_is_no_calendar(void **state)
{
    (void)state;
    assert_true(people_opens(&p));
    release[1].name = names[0];
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    assert_non_null(strstr(p.err.text, "2027-01 twice"));
    release[1].name = "november";
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    release[1].name = names[1];
    release[1].closes = release[1].opens;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    release[1].closes = release[1].opens + CALENDAR_LIFE_MAX_S;
    assert_true(people_opens(&p));
    release[1].closes++;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    release[1].opens = INT64_MIN;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
}

static void test_a_roster_holds_so_many_and_no_more(void **state)
{
    (void)state;
    p.roster.n_releases = CALENDAR_RELEASES_MAX;
    assert_true(people_opens(&p));
    p.roster.n_releases++;
    assert_refused(people_opens(&p), &p.err, ERR_INVALID);
    assert_non_null(strstr(p.err.text, "257 releases; 256 are allowed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_the_time_of_a_name),
        cmocka_unit_test_setup_teardown(test_states_and_the_newest, up, down),
        cmocka_unit_test_setup_teardown(test_a_letter_more_replaces_when_it_opens, up, down),
        cmocka_unit_test_setup_teardown(test_a_release_of_one_purpose, up, down),
        cmocka_unit_test_setup_teardown(test_what_a_question_may_name, up, down),
        cmocka_unit_test_setup_teardown(test_what_is_no_calendar, up, down),
        cmocka_unit_test_setup_teardown(test_a_roster_holds_so_many_and_no_more, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
