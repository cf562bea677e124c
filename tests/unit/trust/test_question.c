/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of question_check: a right question passes at node and coordinator; a question that
 * is unsigned, altered, expired, early, for others, from a stale or a future roster, by an analyst
 * who speaks for another, or beyond a limit by one, is refused with the code that says what to do.
 * A permit is the asker's own in the roster and holds now; of another's nothing is told.
 */
#include "proto/trust/question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/trust/certificate.h"
#include "proto/trust/envelope.h"
#include "proto/trust/roster.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

static struct people p;
static struct roster *roster;
static Rikstal__V1__Question q;

static int up(void **state)
{
    (void)state;
    people_up(&p);
    roster = people_roster(&p);
    people_question(&p, &q);
    return 0;
}

static int down(void **state)
{
    (void)state;
    roster_free(roster);
    people_down(&p);
    return 0;
}

static enum err_code code_at(const char *self, int64_t now_s)
{
    struct question question;

    p.err.code = ERR_NONE;
    if (question_check(people_ask(&p, &q), (struct roster_view){roster, self, now_s}, p.arena,
                       &question, &p.err))
        assert_string_equal(question.analyst->id, "anna");
    return p.err.code;
}

static enum err_code code(void)
{
    return code_at("12", PEOPLE_NOW);
}

static void test_a_right_question_passes_at_node_and_coordinator(void **state)
{
    (void)state;
    assert_int_equal(code(), ERR_NONE);
    assert_int_equal(code_at(NULL, PEOPLE_NOW), ERR_NONE);
}

static void test_a_question_for_others_is_refused(void **state)
{
    static char *unsorted[] = {"12", "01"}, *twice[] = {"12", "12"};

    (void)state;
    assert_int_equal(code_at("13", PEOPLE_NOW), ERR_DENIED);
    q.audience = unsorted;
    assert_int_equal(code(), ERR_INVALID);
    q.audience = twice;
    assert_int_equal(code(), ERR_INVALID);
    q.n_audience = 0;
    assert_int_equal(code(), ERR_INVALID);
}

static void test_time_is_held_at_its_limits(void **state)
{
    (void)state;
    assert_int_equal(code_at("12", q.not_before - 120), ERR_NONE);
    assert_int_equal(code_at("12", q.not_before - 121), ERR_DENIED);
    assert_int_equal(code_at("12", q.expires + 120), ERR_NONE);
    assert_int_equal(code_at("12", q.expires + 121), ERR_DENIED);
    q.expires++;
    assert_int_equal(code(), ERR_INVALID); /* 601 seconds */
    q.expires = q.not_before - 1;
    assert_int_equal(code(), ERR_INVALID);
    q.not_before = INT64_MIN;
    q.expires = INT64_MAX;
    assert_int_equal(code(), ERR_INVALID);
}

static void test_an_expired_analyst_is_refused(void **state)
{
    (void)state;
    q.not_before = p.person.not_after;
    q.expires = q.not_before + 600;
    assert_int_equal(code_at("12", p.person.not_after), ERR_NONE);
    assert_int_equal(code_at("12", p.person.not_after + 1), ERR_DENIED);
}

static void test_the_roster_must_be_the_one_that_holds(void **state)
{
    (void)state;
    q.roster_version = 6;
    assert_int_equal(code(), ERR_DENIED);
    q.roster_version = 8;
    assert_int_equal(code(), ERR_UNAVAILABLE);
    q.roster_version = 7;
    q.network = "other";
    assert_int_equal(code(), ERR_DENIED);
}

static void test_nobody_speaks_for_another(void **state)
{
    (void)state;
    q.analyst = "bertil";
    assert_int_equal(code(), ERR_DENIED);
    q.analyst = "anna";
    q.organisation = "pharma";
    assert_int_equal(code(), ERR_DENIED);
    q.organisation = "gms";
    q.role = "public";
    assert_int_equal(code(), ERR_DENIED);
}

static void test_a_key_that_is_no_analysts_is_refused(void **state)
{
    Rikstal__V1__Envelope *envelope = NULL;
    struct question question;

    (void)state;
    assert_true(
        envelope_sign_message(DOMAIN_QUESTION, &q.base, p.node[0], p.arena, &envelope, &p.err));
    assert_refused(question_check(envelope, (struct roster_view){roster, "12", PEOPLE_NOW}, p.arena,
                                  &question, &p.err),
                   &p.err, ERR_DENIED);
}

static void test_a_blind_key_is_of_a_sum_and_hides_something(void **state)
{
    uint8_t key[33] = {9}; /* the base point */

    (void)state;
    q.blind_key = (ProtobufCBinaryData){32, key};
    assert_int_equal(code(), ERR_INVALID); /* of mode regions */
    q.mode = RIKSTAL__V1__MODE__MODE_SUM;
    assert_int_equal(code(), ERR_NONE);
    q.blind_key.len = 31;
    assert_int_equal(code(), ERR_INVALID);
    q.blind_key.len = 33;
    assert_int_equal(code(), ERR_INVALID);
    q.blind_key.len = 32;
    for (uint8_t small = 0; small < 2; small++) { /* points of small order */
        key[0] = small;
        assert_int_equal(code(), ERR_INVALID);
    }
    q.blind_key.len = 0;
    assert_int_equal(code(), ERR_NONE);
}

/* The roster with what it has become. */
static void sign_again(void)
{
    roster_free(roster);
    roster = people_roster(&p);
}

static void test_a_permit_of_the_organisation_passes_and_is_told(void **state)
{
    struct question question;

    (void)state;
    people_permit(&p, "2026-1", "gms", PEOPLE_NOW);
    sign_again();
    assert_true(question_check(people_ask(&p, &q), (struct roster_view){roster, "12", PEOPLE_NOW},
                               p.arena, &question, &p.err));
    assert_null(question.permit);
    q.permit = "2026-1";
    assert_true(question_check(people_ask(&p, &q), (struct roster_view){roster, "12", PEOPLE_NOW},
                               p.arena, &question, &p.err));
    assert_string_equal(question.permit->id, "2026-1");
    assert_int_equal(code_at(NULL, PEOPLE_NOW), ERR_NONE); /* at the coordinator */
}

static void test_a_permit_that_is_unknown_or_another_s_reads_the_same(void **state)
{
    char unknown[sizeof(p.err.text)];

    (void)state;
    people_permit(&p, "2026-1", "gms", PEOPLE_NOW);
    people_permit(&p, "2026-2", "north", PEOPLE_NOW);
    people_permit(&p, "2026-3", "north", PEOPLE_NOW - 1000000); /* ended */
    sign_again();
    q.permit = "nonsense";
    assert_int_equal(code(), ERR_DENIED);
    memcpy(unknown, p.err.text, sizeof(unknown));
    assert_non_null(strstr(unknown, "roster version 7"));
    for (char other = '2'; other < '5'; other++) {
        char id[] = {'2', '0', '2', '6', '-', other, 0};

        q.permit = id;
        assert_int_equal(code(), ERR_DENIED);
        assert_string_equal(p.err.text, unknown);
    }
}

static void test_a_permit_holds_from_its_first_second_to_before_its_end(void **state)
{
    Rikstal__V1__RosterPermit *permit = people_permit(&p, "2026-1", "gms", PEOPLE_NOW);

    (void)state;
    permit->valid_from = PEOPLE_NOW;
    permit->valid_to = PEOPLE_NOW + 100;
    sign_again();
    q.permit = "2026-1";
    assert_int_equal(code_at("12", PEOPLE_NOW - 1), ERR_DENIED);
    assert_int_equal(code_at("12", PEOPLE_NOW), ERR_NONE);
    assert_int_equal(code_at("12", PEOPLE_NOW + 99), ERR_NONE);
    assert_int_equal(code_at("12", PEOPLE_NOW + 100), ERR_DENIED);
    assert_non_null(strstr(p.err.text, "2026-1 ended"));
}

static void test_every_altered_byte_of_the_payload_is_refused(void **state)
{
    Rikstal__V1__Envelope *envelope = people_ask(&p, &q);
    struct question question;

    (void)state;
    for (size_t i = 0; i < envelope->payload.len; i++) {
        envelope->payload.data[i] ^= 1;
        assert_refused(question_check(envelope, (struct roster_view){roster, "12", PEOPLE_NOW},
                                      p.arena, &question, &p.err),
                       &p.err, ERR_DENIED);
        envelope->payload.data[i] ^= 1;
    }
    assert_true(question_check(envelope, (struct roster_view){roster, "12", PEOPLE_NOW}, p.arena,
                               &question, &p.err));
}

/* Whose key is in the roster needs no certificate, and none is read. */
static void test_a_certificate_s_bytes_at_the_limit_and_one_past(void **state)
{
    static uint8_t bytes[CERTIFICATE_BYTES_MAX + 1];

    (void)state;
    q.certificate.data = bytes;
    for (size_t more = 0; more < 2; more++) {
        q.certificate.len = CERTIFICATE_BYTES_MAX + more;
        assert_int_equal(code(), more ? ERR_INVALID : ERR_NONE);
    }
}

static void test_ranges_are_held_at_their_limits(void **state)
{
    static char text[QUESTION_STRING_MAX + 2];

    (void)state;
    memset(text, 'x', QUESTION_STRING_MAX);
    q.purpose = text;
    assert_int_equal(code(), ERR_NONE);
    text[QUESTION_STRING_MAX] = 'x';
    assert_int_equal(code(), ERR_INVALID);
    q.purpose = "research";
    q.permit = text;
    assert_int_equal(code(), ERR_INVALID);
    q.permit = "";
    q.version = 2;
    assert_int_equal(code(), ERR_INVALID);
    q.version = 1;
    q.question_id.len = 15;
    assert_int_equal(code(), ERR_INVALID);
    q.question_id.len = 16;
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_UNSET;
    assert_int_equal(code(), ERR_INVALID);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_COUNT;
    q.mode = RIKSTAL__V1__MODE__MODE_UNSET;
    assert_int_equal(code(), ERR_INVALID);
}

static void test_lists_are_held_at_their_limits(void **state)
{
    static Rikstal__V1__Op op, *ops[QUESTION_OPS_MAX + 1];
    static Rikstal__V1__Value value, *values[QUESTION_VALUES_MAX + 1];

    (void)state;
    rikstal__v1__op__init(&op);
    rikstal__v1__value__init(&value);
    for (size_t i = 0; i <= QUESTION_OPS_MAX; i++)
        ops[i] = &op;
    for (size_t i = 0; i <= QUESTION_VALUES_MAX; i++)
        values[i] = &value;
    q.criterion = ops;
    q.n_criterion = QUESTION_OPS_MAX;
    assert_int_equal(code(), ERR_NONE);
    q.n_criterion++;
    assert_int_equal(code(), ERR_INVALID);
    q.n_criterion = 1;
    op.values = values;
    op.n_values = QUESTION_VALUES_MAX;
    assert_int_equal(code(), ERR_NONE);
    op.n_values++;
    assert_int_equal(code(), ERR_INVALID);
}

static void test_who_and_what_is_asked_hold_at_their_limits(void **state)
{
    static char name[QUESTION_AUDIENCE_MAX + 1][4], *names[QUESTION_AUDIENCE_MAX + 1];
    static char *dimension[QUESTION_DIMENSIONS_MAX + 1];
    static Rikstal__V1__Step step, *steps[QUESTION_STEPS_MAX + 1];
    static Rikstal__V1__Value value, *changes[QUESTION_CHANGES_MAX + 1];

    (void)state;
    for (int i = 0; i <= QUESTION_AUDIENCE_MAX; i++) {
        snprintf(name[i], sizeof(name[i]), "%d", 12 + i); /* ascending as text */
        names[i] = name[i];
    }
    q.audience = names;
    q.n_audience = QUESTION_AUDIENCE_MAX;
    assert_int_equal(code(), ERR_NONE);
    q.n_audience++;
    assert_int_equal(code(), ERR_INVALID);
    assert_non_null(strstr(p.err.text, "nodes"));
    q.n_audience = 1;
    rikstal__v1__value__init(&value);
    for (size_t i = 0; i <= QUESTION_CHANGES_MAX; i++)
        changes[i] = &value;
    q.changes = changes;
    q.n_changes = QUESTION_CHANGES_MAX;
    assert_int_equal(code(), ERR_NONE);
    q.n_changes++;
    assert_int_equal(code(), ERR_INVALID);
    assert_non_null(strstr(p.err.text, "changes"));
    q.n_changes = 0;
    for (size_t i = 0; i <= QUESTION_DIMENSIONS_MAX; i++)
        dimension[i] = "sex";
    q.dimensions = dimension;
    q.n_dimensions = QUESTION_DIMENSIONS_MAX;
    assert_int_equal(code(), ERR_NONE);
    q.n_dimensions++;
    assert_int_equal(code(), ERR_INVALID);
    assert_non_null(strstr(p.err.text, "dimensions"));
    q.n_dimensions = 0;
    for (size_t i = 0; i <= QUESTION_STEPS_MAX; i++)
        steps[i] = &step;
    rikstal__v1__step__init(&step);
    q.steps = steps;
    q.n_steps = QUESTION_STEPS_MAX;
    assert_int_equal(code(), ERR_NONE);
    q.n_steps++;
    assert_int_equal(code(), ERR_INVALID);
    assert_non_null(strstr(p.err.text, "32 steps"));
}

#define QUESTION_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUESTION_TEST(test_a_right_question_passes_at_node_and_coordinator),
        QUESTION_TEST(test_a_question_for_others_is_refused),
        QUESTION_TEST(test_time_is_held_at_its_limits),
        QUESTION_TEST(test_an_expired_analyst_is_refused),
        QUESTION_TEST(test_the_roster_must_be_the_one_that_holds),
        QUESTION_TEST(test_nobody_speaks_for_another),
        QUESTION_TEST(test_a_key_that_is_no_analysts_is_refused),
        QUESTION_TEST(test_a_blind_key_is_of_a_sum_and_hides_something),
        QUESTION_TEST(test_every_altered_byte_of_the_payload_is_refused),
        QUESTION_TEST(test_a_permit_of_the_organisation_passes_and_is_told),
        QUESTION_TEST(test_a_permit_that_is_unknown_or_another_s_reads_the_same),
        QUESTION_TEST(test_a_permit_holds_from_its_first_second_to_before_its_end),
        QUESTION_TEST(test_a_certificate_s_bytes_at_the_limit_and_one_past),
        QUESTION_TEST(test_ranges_are_held_at_their_limits),
        QUESTION_TEST(test_lists_are_held_at_their_limits),
        QUESTION_TEST(test_who_and_what_is_asked_hold_at_their_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
