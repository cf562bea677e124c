/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of access tokens: an analyst of the roster, a certified one and an organisation read
 * for their organisation; a token of a stranger, of another network, too old, too early, too long
 * or changed anywhere gives nothing.
 */
#include "proto/trust/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/base64.h"
#include "proto/trust/certificate.h"
#include "proto/trust/message.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

static struct people p;
static struct roster *roster;
static struct secret_key *officer, *bertil, *stranger;
static char *may_give[] = {"analyst"};
static ProtobufCBinaryData revoked[1];
static uint8_t revoked_id[KEY_ID_BYTES];

static int up(void **state)
{
    (void)state;
    people_up(&p);
    assert_true(secret_key_new(&officer, &p.err) && secret_key_new(&bertil, &p.err) &&
                secret_key_new(&stranger, &p.err));
    p.organisation.key = people_key(&p, officer);
    p.organisation.roles = may_give;
    p.organisation.n_roles = 1;
    roster = people_roster(&p);
    return 0;
}

static int down(void **state)
{
    (void)state;
    roster_free(roster);
    secret_key_free(officer);
    secret_key_free(bertil);
    secret_key_free(stranger);
    people_down(&p);
    return 0;
}

static const char *token_at(const struct secret_key *key, struct bytes_view certificate,
                            int64_t now_s)
{
    const struct access_terms terms = {&p.roots, certificate, now_s};
    const char *text;

    assert_true(access_sign(&terms, key, p.arena, &text, &p.err));
    return text;
}

static const char *token(const struct secret_key *key)
{
    return token_at(key, (struct bytes_view){0}, PEOPLE_NOW);
}

static bool check(const char *text, const char **organisation)
{
    const struct roster_view view = {.roster = roster, .now_s = PEOPLE_NOW};

    return access_check(text, &p.roots, view, p.arena, organisation, &p.err);
}

static struct bytes_view certificate_of(const struct secret_key *key)
{
    static const char *const roles[] = {"analyst"};
    const struct certificate_terms terms = {.network = "test",
                                            .id = "bertil",
                                            .organisation = "gms",
                                            .key = secret_key_public(key),
                                            .roles = roles,
                                            .n_roles = 1,
                                            .not_before = PEOPLE_NOW,
                                            .not_after = PEOPLE_NOW + 86400};
    uint8_t *data;
    size_t size;

    assert_true(certificate_sign(&terms, officer, p.arena, &data, &size, &p.err));
    return (struct bytes_view){data, size};
}

static void test_members_read_for_their_organisation(void **state)
{
    const char *organisation;

    (void)state;
    assert_true(check(token(p.analyst), &organisation));
    assert_string_equal(organisation, "gms");
    assert_true(check(token(officer), &organisation));
    assert_string_equal(organisation, "gms");
    assert_true(check(token_at(bertil, certificate_of(bertil), PEOPLE_NOW), &organisation));
    assert_string_equal(organisation, "gms");
}

static void test_others_do_not(void **state)
{
    const char *organisation;

    (void)state;
    assert_refused(check(token(stranger), &organisation), &p.err, ERR_DENIED);
    assert_refused(
        check(token_at(stranger, certificate_of(bertil), PEOPLE_NOW), &organisation), /* borrowed */
        &p.err, ERR_DENIED);
    assert_non_null(strstr(p.err.text, "another key"));
    assert_refused(check("", &organisation), &p.err, ERR_INVALID);
    assert_refused(check("not base64!", &organisation), &p.err, ERR_INVALID);
}

static void test_a_revoked_key_does_not(void **state)
{
    const char *organisation, *text = token(p.analyst);
    struct key_id id;

    (void)state;
    public_key_id(secret_key_public(p.analyst), &id);
    memcpy(revoked_id, id.b, KEY_ID_BYTES);
    revoked[0] = (ProtobufCBinaryData){KEY_ID_BYTES, revoked_id};
    p.roster.revoked_keys = revoked;
    p.roster.n_revoked_keys = 1;
    roster_free(roster);
    roster = people_roster(&p);
    assert_refused(check(text, &organisation), &p.err, ERR_DENIED);
}

static void test_a_token_of_another_network_is_refused(void **state)
{
    struct root_keys others = p.roots;
    const struct access_terms terms = {&others, {0}, PEOPLE_NOW};
    const char *text, *organisation;

    (void)state;
    others.needed = others.needed == 1 ? 2 : 1;
    assert_true(access_sign(&terms, p.analyst, p.arena, &text, &p.err));
    assert_refused_for(check(text, &organisation), &p.err, ERR_DENIED, "root keys");
}

static void test_its_time_holds_at_the_limit_and_one_past(void **state)
{
    const int64_t oldest = PEOPLE_NOW - ACCESS_LIFE_MAX_S - ACCESS_SKEW_MAX_S;
    const int64_t youngest = PEOPLE_NOW + ACCESS_SKEW_MAX_S;
    const char *organisation;

    (void)state;
    assert_true(check(token_at(p.analyst, (struct bytes_view){0}, oldest), &organisation));
    assert_refused_for(
        check(token_at(p.analyst, (struct bytes_view){0}, oldest - 1), &organisation), &p.err,
        ERR_DENIED, "expired");
    assert_true(check(token_at(p.analyst, (struct bytes_view){0}, youngest), &organisation));
    assert_refused_for(
        check(token_at(p.analyst, (struct bytes_view){0}, youngest + 1), &organisation), &p.err,
        ERR_DENIED, "clocks");
}

/* A token whose payload the test makes. */
static const char *token_of(const Rikstal__V1__Access *access)
{
    Rikstal__V1__Envelope *envelope;
    uint8_t *data;
    size_t size = 0;
    char *text;

    assert_true(envelope_sign_message(DOMAIN_ACCESS, &access->base, p.analyst, p.arena, &envelope,
                                      &p.err) &&
                message_pack(&envelope->base, p.arena, &data, &size, &p.err));
    text = arena_alloc(p.arena, BASE64_TEXT_BYTES(size));
    assert_non_null(text);
    return base64_write(data, size, text);
}

static void test_a_life_that_is_too_long_is_refused(void **state)
{
    Rikstal__V1__Access access = RIKSTAL__V1__ACCESS__INIT;
    uint8_t network[ROOT_KEYS_HASH_BYTES];
    const char *organisation;

    (void)state;
    root_keys_hash(&p.roots, network);
    access.roots = (ProtobufCBinaryData){sizeof(network), network};
    access.issued = PEOPLE_NOW;
    access.expires = PEOPLE_NOW + ACCESS_LIFE_MAX_S;
    assert_true(check(token_of(&access), &organisation));
    access.expires++;
    assert_refused_for(check(token_of(&access), &organisation), &p.err, ERR_INVALID, "lives");
    access.expires = PEOPLE_NOW - 1;
    assert_refused_for(check(token_of(&access), &organisation), &p.err, ERR_INVALID, "lives");
    access.issued = INT64_MIN;
    access.expires = INT64_MAX;
    assert_refused_for(check(token_of(&access), &organisation), &p.err, ERR_INVALID, "lives");
}

static void test_a_change_of_any_character_is_noticed(void **state)
{
    const char *text = token(p.analyst), *organisation;
    size_t length = strlen(text);
    char *changed = arena_strdup(p.arena, text);

    (void)state;
    assert_non_null(changed);
    for (size_t i = 0; i < length; i++) {
        changed[i] = text[i] == 'A' ? 'B' : 'A';
        assert_refused_either(check(changed, &organisation), &p.err, ERR_DENIED, ERR_INVALID);
        changed[i] = text[i];
    }
    assert_true(check(changed, &organisation));
}

static void test_a_text_at_the_limit_is_read_and_one_past_is_not(void **state)
{
    char *text = malloc(ACCESS_TEXT_MAX + 2);
    const char *organisation;

    (void)state;
    assert_non_null(text);
    memset(text, 'A', ACCESS_TEXT_MAX + 1);
    text[ACCESS_TEXT_MAX + 1] = 0;
    assert_refused_for(check(text, &organisation), &p.err, ERR_INVALID, "characters");
    text[ACCESS_TEXT_MAX] = 0;
    assert_refused(check(text, &organisation), &p.err, ERR_INVALID);
    assert_null(strstr(p.err.text, "characters")); /* read, and found to be no envelope */
    free(text);
}

static void test_root_keys_have_the_same_bytes_in_any_order(void **state)
{
    uint8_t one[ROOT_KEYS_HASH_BYTES], other[ROOT_KEYS_HASH_BYTES];
    struct root_keys turned = p.roots;

    (void)state;
    turned.keys[0] = p.roots.keys[1];
    turned.keys[1] = p.roots.keys[0];
    root_keys_hash(&p.roots, one);
    root_keys_hash(&turned, other);
    assert_memory_equal(one, other, sizeof(one));
    turned.keys[1] = *secret_key_public(stranger);
    root_keys_hash(&turned, other);
    assert_memory_not_equal(one, other, sizeof(one));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_members_read_for_their_organisation, up, down),
        cmocka_unit_test_setup_teardown(test_others_do_not, up, down),
        cmocka_unit_test_setup_teardown(test_a_revoked_key_does_not, up, down),
        cmocka_unit_test_setup_teardown(test_a_token_of_another_network_is_refused, up, down),
        cmocka_unit_test_setup_teardown(test_its_time_holds_at_the_limit_and_one_past, up, down),
        cmocka_unit_test_setup_teardown(test_a_life_that_is_too_long_is_refused, up, down),
        cmocka_unit_test_setup_teardown(test_a_change_of_any_character_is_noticed, up, down),
        cmocka_unit_test_setup_teardown(test_a_text_at_the_limit_is_read_and_one_past_is_not, up,
                                        down),
        cmocka_unit_test_setup_teardown(test_root_keys_have_the_same_bytes_in_any_order, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
