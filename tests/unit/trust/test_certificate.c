/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of analyst certificates: whom an organisation of the roster has certified may ask,
 * until the certificate ends; a certificate that is altered, over-long, early, late, for another
 * network, organisation or key, or gives a role that the roster does not let the organisation give,
 * opens nothing; a revoked key, the analyst's or the organisation's, ends it with the next roster;
 * what an organisation's previous key signed holds for as long as the roster says, and no longer.
 */
#include "proto/trust/certificate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/file.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/question.h"
#include "proto/trust/roster.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

#define DAY INT64_C(86400)

static struct people p;
static struct roster *roster;
static struct secret_key *officer, *bertil;
static Rikstal__V1__Question q;
static struct certificate_terms terms;
static char *may_give[] = {"analyst", "sponsor"};
static const char *given[] = {"analyst"};
static ProtobufCBinaryData revoked[1];
static uint8_t revoked_id[KEY_ID_BYTES];

static int up(void **state)
{
    (void)state;
    people_up(&p);
    assert_true(secret_key_new(&officer, &p.err) && secret_key_new(&bertil, &p.err));
    p.organisation.key = people_key(&p, officer);
    p.organisation.roles = may_give;
    p.organisation.n_roles = 2;
    roster = people_roster(&p);
    people_question(&p, &q);
    q.analyst = "bertil";
    terms = (struct certificate_terms){.network = "test",
                                       .id = "bertil",
                                       .organisation = "gms",
                                       .key = secret_key_public(bertil),
                                       .roles = given,
                                       .n_roles = 1,
                                       .not_before = PEOPLE_NOW,
                                       .not_after = PEOPLE_NOW + 7 * DAY};
    return 0;
}

static int down(void **state)
{
    (void)state;
    roster_free(roster);
    secret_key_free(officer);
    secret_key_free(bertil);
    people_down(&p);
    return 0;
}

static void certify(const struct secret_key *key)
{
    assert_true(
        certificate_sign(&terms, key, p.arena, &q.certificate.data, &q.certificate.len, &p.err));
}

/* Signed without certificate_sign()'s own look at it. */
static void forge(const Rikstal__V1__AnalystCertificate *c, const char *domain)
{
    Rikstal__V1__Envelope *envelope;

    assert_true(envelope_sign_message(domain, &c->base, officer, p.arena, &envelope, &p.err));
    assert_true(
        message_pack(&envelope->base, p.arena, &q.certificate.data, &q.certificate.len, &p.err));
}

static enum err_code code_at(const struct secret_key *signer, int64_t now_s)
{
    Rikstal__V1__Envelope *envelope = NULL;
    struct question question;

    q.not_before = now_s;
    q.expires = now_s + 600;
    assert_true(
        envelope_sign_message(DOMAIN_QUESTION, &q.base, signer, p.arena, &envelope, &p.err));
    p.err.code = ERR_NONE;
    if (question_check(envelope, (struct roster_view){roster, "12", now_s}, p.arena, &question,
                       &p.err)) {
        assert_string_equal(question.analyst->id, "bertil");
        assert_string_equal(question.analyst->organisation, "gms");
    }
    return p.err.code;
}

static enum err_code code(void)
{
    return code_at(bertil, PEOPLE_NOW);
}

static void take_back(const struct secret_key *key)
{
    struct key_id id;

    public_key_id(secret_key_public(key), &id);
    memcpy(revoked_id, id.b, sizeof(revoked_id));
    revoked[0] = (ProtobufCBinaryData){KEY_ID_BYTES, revoked_id};
    p.roster.revoked_keys = revoked;
    p.roster.n_revoked_keys = 1;
    p.roster.version = 8;
    q.roster_version = 8;
    roster_free(roster);
    roster = people_roster(&p);
}

static void test_whom_the_organisation_certified_may_ask(void **state)
{
    (void)state;
    assert_int_equal(code(), ERR_DENIED); /* no certificate yet */
    certify(officer);
    assert_int_equal(code(), ERR_NONE);
}

static void test_it_holds_from_its_first_second_to_its_last(void **state)
{
    (void)state;
    certify(officer);
    assert_int_equal(code_at(bertil, PEOPLE_NOW - 120), ERR_NONE);
    assert_int_equal(code_at(bertil, PEOPLE_NOW - 121), ERR_DENIED);
    assert_int_equal(code_at(bertil, PEOPLE_NOW + 7 * DAY + 120), ERR_NONE);
    assert_int_equal(code_at(bertil, PEOPLE_NOW + 7 * DAY + 121), ERR_DENIED);
}

static void test_a_week_is_the_most(void **state)
{
    Rikstal__V1__AnalystCertificate c = RIKSTAL__V1__ANALYST_CERTIFICATE__INIT;
    uint8_t *data;
    size_t size;

    (void)state;
    terms.not_after = PEOPLE_NOW + CERTIFICATE_LIFE_MAX_S;
    certify(officer);
    assert_int_equal(code(), ERR_NONE);
    terms.not_after++;
    assert_refused(certificate_sign(&terms, officer, p.arena, &data, &size, &p.err), &p.err,
                   ERR_INVALID);
    terms.not_after = terms.not_before;
    assert_refused(certificate_sign(&terms, officer, p.arena, &data, &size, &p.err), &p.err,
                   ERR_INVALID);

    c.network = "test";
    c.id = "bertil";
    c.organisation = "gms";
    c.key = people_key(&p, bertil);
    c.roles = (char **)given;
    c.n_roles = 1;
    c.not_before = PEOPLE_NOW;
    c.not_after = PEOPLE_NOW + CERTIFICATE_LIFE_MAX_S;
    forge(&c, DOMAIN_ANALYST);
    assert_int_equal(code(), ERR_NONE);
    c.not_after++;
    forge(&c, DOMAIN_ANALYST);
    assert_int_equal(code(), ERR_INVALID);
    c.not_before = INT64_MIN;
    c.not_after = INT64_MAX;
    forge(&c, DOMAIN_ANALYST);
    assert_int_equal(code(), ERR_INVALID);
}

static void test_a_certificate_for_another_purpose_is_none(void **state)
{
    Rikstal__V1__AnalystCertificate c = RIKSTAL__V1__ANALYST_CERTIFICATE__INIT;

    (void)state;
    c.network = "test";
    c.id = "bertil";
    c.organisation = "gms";
    c.key = people_key(&p, bertil);
    c.roles = (char **)given;
    c.n_roles = 1;
    c.not_before = PEOPLE_NOW;
    c.not_after = PEOPLE_NOW + DAY;
    forge(&c, DOMAIN_QUESTION);
    assert_int_not_equal(code(), ERR_NONE);
}

static void test_another_network_organisation_or_signer_is_refused(void **state)
{
    (void)state;
    terms.network = "other";
    certify(officer);
    assert_int_equal(code(), ERR_DENIED);
    terms.network = "test";
    terms.organisation = "pharma";
    certify(officer);
    assert_int_equal(code(), ERR_DENIED);
    q.organisation = "pharma"; /* nor when the question says so too */
    assert_int_equal(code(), ERR_DENIED);
    q.organisation = "gms";
    terms.organisation = "gms";
    certify(p.analyst); /* an analyst of the roster is no officer */
    assert_int_equal(code(), ERR_DENIED);
    certify(bertil);
    assert_int_equal(code(), ERR_DENIED);
}

static void test_a_certificate_is_of_no_use_to_another_key(void **state)
{
    (void)state;
    certify(officer);
    assert_int_equal(code_at(officer, PEOPLE_NOW), ERR_DENIED);
    assert_int_equal(code_at(p.node[0], PEOPLE_NOW), ERR_DENIED);
}

static void test_no_role_is_given_that_the_roster_does_not_let_it_give(void **state)
{
    static const char *two[] = {"analyst", "national-analyst"};

    (void)state;
    terms.roles = two;
    terms.n_roles = 2;
    certify(officer);
    assert_int_equal(code(), ERR_DENIED);
    terms.n_roles = 1;
    certify(officer);
    assert_int_equal(code(), ERR_NONE);
    q.role = "sponsor"; /* may be given, was not */
    assert_int_equal(code(), ERR_DENIED);
    q.role = "analyst";
    p.organisation.n_roles = 0;
    roster_free(roster);
    roster = people_roster(&p);
    assert_int_equal(code(), ERR_DENIED);
}

static void test_a_certified_analyst_speaks_for_nobody_else(void **state)
{
    (void)state;
    certify(officer);
    q.analyst = "anna";
    assert_int_equal(code(), ERR_DENIED);
    q.analyst = "bertil";
    q.organisation = "pharma";
    assert_int_equal(code(), ERR_DENIED);
}

static void test_a_revoked_analyst_is_refused_at_once(void **state)
{
    (void)state;
    certify(officer);
    assert_int_equal(code(), ERR_NONE);
    take_back(bertil);
    assert_int_equal(code(), ERR_DENIED);
}

static void test_a_revoked_organisation_is_refused_at_once(void **state)
{
    (void)state;
    certify(officer);
    assert_int_equal(code(), ERR_NONE);
    take_back(officer);
    assert_int_equal(code(), ERR_DENIED);
}

/* The organisation has another key now; the officer's holds until then. */
static void rotate(const struct secret_key *next, int64_t until)
{
    p.organisation.previous_key = until ? p.organisation.key : (ProtobufCBinaryData){0};
    p.organisation.previous_until = until;
    p.organisation.key = people_key(&p, next);
    p.roster.version = q.roster_version = 8;
    roster_free(roster);
    roster = people_roster(&p);
}

static void
test_a_replaced_key_of_an_organisation_holds_to_the_last_second_of_its_overlap(void **state)
{
    struct secret_key *next;

    (void)state;
    assert_true(secret_key_new(&next, &p.err));
    rotate(next, PEOPLE_NOW + DAY);
    certify(officer);
    assert_int_equal(code_at(bertil, PEOPLE_NOW), ERR_NONE);
    assert_int_equal(code_at(bertil, PEOPLE_NOW + DAY), ERR_NONE);
    assert_int_equal(code_at(bertil, PEOPLE_NOW + DAY + 1), ERR_DENIED);
    certify(next);
    assert_int_equal(code_at(bertil, PEOPLE_NOW), ERR_NONE);
    assert_int_equal(code_at(bertil, PEOPLE_NOW + DAY + 1), ERR_NONE);
    secret_key_free(next);
}

static void test_without_an_overlap_a_replaced_key_ends_at_once(void **state)
{
    struct secret_key *next;

    (void)state;
    assert_true(secret_key_new(&next, &p.err));
    certify(officer);
    assert_int_equal(code(), ERR_NONE);
    rotate(next, 0);
    assert_int_equal(code(), ERR_DENIED);
    secret_key_free(next);
}

static void test_a_key_that_is_revoked_in_its_overlap_ends_at_once(void **state)
{
    struct secret_key *next;

    (void)state;
    assert_true(secret_key_new(&next, &p.err));
    rotate(next, PEOPLE_NOW + DAY);
    certify(officer);
    assert_int_equal(code(), ERR_NONE);
    take_back(officer);
    assert_int_equal(code(), ERR_DENIED);
    certify(next); /* the new one goes on */
    assert_int_equal(code(), ERR_NONE);
    secret_key_free(next);
}

static void test_a_revoked_key_of_the_roster_is_not_saved_by_a_certificate(void **state)
{
    (void)state;
    terms.id = "anna";
    terms.key = secret_key_public(p.analyst);
    certify(officer);
    q.analyst = "anna";
    take_back(p.analyst);
    assert_int_equal(code_at(p.analyst, PEOPLE_NOW), ERR_DENIED);
}

static void test_every_altered_bit_of_the_certificate_is_refused(void **state)
{
    (void)state;
    certify(officer);
    for (size_t i = 0; i < q.certificate.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            q.certificate.data[i] ^= (uint8_t)(1 << bit);
            assert_int_not_equal(code(), ERR_NONE);
            q.certificate.data[i] ^= (uint8_t)(1 << bit);
        }
    assert_int_equal(code(), ERR_NONE);
}

static void test_a_certificate_is_held_to_its_size_and_roles(void **state)
{
    static const char *many[CERTIFICATE_ROLES_MAX + 1];
    static uint8_t large[CERTIFICATE_BYTES_MAX + 1];
    uint8_t *data;
    size_t size;

    (void)state;
    for (size_t i = 0; i <= CERTIFICATE_ROLES_MAX; i++)
        many[i] = "analyst";
    terms.roles = many;
    terms.n_roles = CERTIFICATE_ROLES_MAX;
    certify(officer);
    assert_int_equal(code(), ERR_NONE);
    terms.n_roles++;
    assert_refused(certificate_sign(&terms, officer, p.arena, &data, &size, &p.err), &p.err,
                   ERR_INVALID);
    terms.n_roles = 0;
    assert_refused(certificate_sign(&terms, officer, p.arena, &data, &size, &p.err), &p.err,
                   ERR_INVALID);
    q.certificate = (ProtobufCBinaryData){sizeof(large), large};
    assert_int_equal(code(), ERR_INVALID);
}

static void test_its_words_hold_at_the_limit_and_one_past(void **state)
{
    char word[CERTIFICATE_TEXT_MAX + 2] = "";
    uint8_t *data;
    size_t size;

    (void)state;
    memset(word, 'w', CERTIFICATE_TEXT_MAX);
    terms.id = word;
    assert_true(certificate_sign(&terms, officer, p.arena, &data, &size, &p.err));
    word[CERTIFICATE_TEXT_MAX] = 'w';
    assert_refused_for(certificate_sign(&terms, officer, p.arena, &data, &size, &p.err), &p.err,
                       ERR_INVALID, "text of at most");
}

static void test_its_days_hold_at_the_limit_and_one_past(void **state)
{
    uint8_t *data;
    size_t size;

    (void)state;
    /* CERTIFICATE_DAYS_MAX, and what a slow clock may add */
    terms.not_after = terms.not_before + CERTIFICATE_LIFE_MAX_S;
    assert_true(certificate_sign(&terms, officer, p.arena, &data, &size, &p.err));
    terms.not_after++;
    assert_refused_for(certificate_sign(&terms, officer, p.arena, &data, &size, &p.err), &p.err,
                       ERR_INVALID, "days");
}

static void test_a_file_gives_back_what_was_written(void **state)
{
    char path[] = "/tmp/certificate-XXXXXX";
    const char *text;
    uint8_t *data;
    size_t size;
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    certify(officer);
    assert_true(certificate_text(q.certificate.data, q.certificate.len, p.arena, &text, &p.err));
    assert_true(file_write(path, text, strlen(text), 0644, &p.err));
    assert_true(certificate_read(path, p.arena, &data, &size, &p.err));
    assert_int_equal(size, q.certificate.len);
    assert_memory_equal(data, q.certificate.data, size);
    assert_true(file_write(path, text, strlen(text) - 2, 0644, &p.err)); /* half a byte less */
    assert_refused(certificate_read(path, p.arena, &data, &size, &p.err), &p.err, ERR_INVALID);
    assert_true(file_write(path, "rikstal-public-v1 00\n", 21, 0644, &p.err));
    assert_refused(certificate_read(path, p.arena, &data, &size, &p.err), &p.err, ERR_INVALID);
    unlink(path);
}

#define CERTIFICATE_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CERTIFICATE_TEST(test_whom_the_organisation_certified_may_ask),
        CERTIFICATE_TEST(test_it_holds_from_its_first_second_to_its_last),
        CERTIFICATE_TEST(test_a_week_is_the_most),
        CERTIFICATE_TEST(test_a_certificate_for_another_purpose_is_none),
        CERTIFICATE_TEST(test_another_network_organisation_or_signer_is_refused),
        CERTIFICATE_TEST(test_a_certificate_is_of_no_use_to_another_key),
        CERTIFICATE_TEST(test_no_role_is_given_that_the_roster_does_not_let_it_give),
        CERTIFICATE_TEST(test_a_certified_analyst_speaks_for_nobody_else),
        CERTIFICATE_TEST(test_a_revoked_analyst_is_refused_at_once),
        CERTIFICATE_TEST(test_a_revoked_organisation_is_refused_at_once),
        CERTIFICATE_TEST(
            test_a_replaced_key_of_an_organisation_holds_to_the_last_second_of_its_overlap),
        CERTIFICATE_TEST(test_without_an_overlap_a_replaced_key_ends_at_once),
        CERTIFICATE_TEST(test_a_key_that_is_revoked_in_its_overlap_ends_at_once),
        CERTIFICATE_TEST(test_a_revoked_key_of_the_roster_is_not_saved_by_a_certificate),
        CERTIFICATE_TEST(test_every_altered_bit_of_the_certificate_is_refused),
        CERTIFICATE_TEST(test_a_certificate_is_held_to_its_size_and_roles),
        CERTIFICATE_TEST(test_its_words_hold_at_the_limit_and_one_past),
        CERTIFICATE_TEST(test_its_days_hold_at_the_limit_and_one_past),
        CERTIFICATE_TEST(test_a_file_gives_back_what_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
