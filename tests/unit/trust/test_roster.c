/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of roster: k of n root keys or nothing, and no signature of anybody else beside
 * them; never backwards, never of another network; a revoked key is nobody's; a rotating node or
 * organisation has two keys for as long as the roster says; no id and no key twice.
 */
#include "proto/trust/roster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

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

static void test_two_of_three_signatures_are_needed(void **state)
{
    (void)state;
    assert_refused(people_opens_as(&p, 1, "test", 0), &p.err, ERR_DENIED);
    assert_true(people_opens_as(&p, 2, "test", 0));
    assert_true(people_opens_as(&p, 3, "test", 0));
    p.roots.needed = 0; /* no rule is no consent */
    assert_refused(people_opens_as(&p, 3, "test", 0), &p.err, ERR_DENIED);
}

/* Signed by these in their order. */
static bool opens_signed_by(const struct secret_key *const *keys, size_t n)
{
    struct roster *roster = NULL;
    Rikstal__V1__Envelope *envelope;
    uint8_t *data;
    size_t size;
    bool ok;

    assert_true(
        envelope_sign_message(DOMAIN_ROSTER, &p.roster.base, keys[0], p.arena, &envelope, &p.err));
    for (size_t i = 1; i < n; i++)
        assert_true(envelope_cosign(envelope, keys[i], p.arena, &p.err));
    assert_true(message_pack(&envelope->base, p.arena, &data, &size, &p.err));
    ok = roster_open((struct bytes_view){data, size}, &p.roots, "test", 0, &roster, &p.err);
    roster_free(roster);
    return ok;
}

static void
test_a_signature_of_a_key_that_is_no_root_is_refused_beside_enough_that_are(void **state)
{
    (void)state;
    assert_true(opens_signed_by((const struct secret_key *[]){p.root[2], p.root[0]}, 2));
    assert_refused(
        opens_signed_by((const struct secret_key *[]){p.root[0], p.root[1], p.node[0]}, 3), &p.err,
        ERR_DENIED);
    assert_refused(
        opens_signed_by((const struct secret_key *[]){p.node[0], p.root[0], p.root[1]}, 3), &p.err,
        ERR_DENIED);
}

/* Of three signatures, two are enough: the third may neither repeat one nor be wrong. */
static void test_a_root_signature_twice_or_broken_is_refused_beside_enough_that_hold(void **state)
{
    struct roster *roster = NULL;
    Rikstal__V1__Signature *more[2];
    Rikstal__V1__Envelope *envelope;
    uint8_t *data;
    size_t size;

    (void)state;
    people_sign(&p, 3, &data, &size);
    assert_true(envelope_parse(data, size, p.arena, &envelope, &p.err));
    more[0] = envelope->more[0];
    more[1] = envelope->more[0];
    envelope->more = more;
    assert_true(message_pack(&envelope->base, p.arena, &data, &size, &p.err));
    assert_refused(
        roster_open((struct bytes_view){data, size}, &p.roots, "test", 0, &roster, &p.err), &p.err,
        ERR_DENIED);
    people_sign(&p, 3, &data, &size);
    assert_true(envelope_parse(data, size, p.arena, &envelope, &p.err));
    envelope->more[1]->signature.data[7] ^= 1;
    assert_true(message_pack(&envelope->base, p.arena, &data, &size, &p.err));
    assert_refused(
        roster_open((struct bytes_view){data, size}, &p.roots, "test", 0, &roster, &p.err), &p.err,
        ERR_DENIED);
}

static void test_an_older_roster_is_refused_and_the_same_is_not(void **state)
{
    (void)state;
    assert_true(people_opens_as(&p, 2, "test", 7));
    assert_refused(people_opens_as(&p, 2, "test", 8), &p.err, ERR_DENIED);
    p.roster.version = 0;
    assert_refused(people_opens_as(&p, 2, "test", 0), &p.err, ERR_INVALID);
}

static void test_a_roster_of_another_network_is_refused(void **state)
{
    (void)state;
    assert_refused(people_opens_as(&p, 2, "other", 0), &p.err, ERR_DENIED);
    assert_true(people_opens_as(&p, 2, NULL, 0));
}

static void test_no_id_and_no_key_twice(void **state)
{
    (void)state;
    p.nodes[1].node = "01";
    assert_refused(people_opens_as(&p, 2, "test", 0), &p.err, ERR_INVALID);
    p.nodes[1].node = "12";
    p.nodes[1].key = people_key(&p, p.node[0]);
    assert_refused(people_opens_as(&p, 2, "test", 0), &p.err, ERR_INVALID);
    p.nodes[1].key = people_key(&p, p.analyst);
    assert_refused(people_opens_as(&p, 2, "test", 0), &p.err, ERR_INVALID);
    p.nodes[1].key = people_key(&p, p.node[1]);
    p.nodes[0].previous_key = people_key(&p, p.node[1]);
    assert_refused(people_opens_as(&p, 2, "test", 0), &p.err, ERR_INVALID);
    p.nodes[0].previous_key = (ProtobufCBinaryData){0};
    assert_true(people_opens_as(&p, 2, "test", 0));
    p.organisation.key = people_key(&p, p.node_next);
    p.organisation.previous_key = people_key(&p, p.node[1]);
    assert_refused(people_opens_as(&p, 2, "test", 0), &p.err, ERR_INVALID);
    p.organisation.previous_key = people_key(&p, p.root[0]);
    assert_true(people_opens_as(&p, 2, "test", 0));
}

static void test_members_without_a_valid_key_or_organisation_are_refused(void **state)
{
    (void)state;
    p.nodes[0].key.len = 31;
    assert_refused(people_opens_as(&p, 2, "test", 0), &p.err, ERR_INVALID);
    p.nodes[0].key.len = 32;
    p.organisation.previous_key = people_key(&p, p.node_next); /* and no present one */
    assert_refused(people_opens_as(&p, 2, "test", 0), &p.err, ERR_INVALID);
    p.organisation.key = people_key(&p, p.root[0]);
    p.organisation.previous_key.len = 31;
    assert_refused(people_opens_as(&p, 2, "test", 0), &p.err, ERR_INVALID);
    p.organisation.previous_key.len = 0;
    p.person.organisation = "nobody";
    assert_refused(people_opens_as(&p, 2, "test", 0), &p.err, ERR_INVALID);
    p.person.organisation = "gms";
    p.person.id = "";
    assert_refused(people_opens_as(&p, 2, "test", 0), &p.err, ERR_INVALID);
}

static void test_members_are_found_and_others_are_not(void **state)
{
    struct roster *roster = people_roster(&p);
    struct key_id id;

    (void)state;
    assert_int_equal(roster_version(roster), 7);
    assert_string_equal(roster_node(roster, "12")->name, "Skåne");
    assert_null(roster_node(roster, "13"));
    public_key_id(secret_key_public(p.analyst), &id);
    assert_string_equal(roster_analyst(roster, &id)->id, "anna");
    assert_true(roster_analyst_has_role(roster_analyst(roster, &id), "analyst"));
    assert_false(roster_analyst_has_role(roster_analyst(roster, &id), "sponsor"));
    public_key_id(secret_key_public(p.node[0]), &id);
    assert_null(roster_analyst(roster, &id));
    roster_free(roster);
}

static void key_revoke(const struct secret_key *key)
{
    static uint8_t id[KEY_ID_BYTES];
    static ProtobufCBinaryData list = {KEY_ID_BYTES, id};

    public_key_id(secret_key_public(key), (struct key_id *)(void *)id);
    p.roster.revoked_keys = &list;
    p.roster.n_revoked_keys = 1;
}

static void test_a_revoked_key_is_nobodys(void **state)
{
    struct public_key key;
    struct roster *roster;
    struct key_id id;

    (void)state;
    key_revoke(p.analyst);
    roster = people_roster(&p);
    public_key_id(secret_key_public(p.analyst), &id);
    assert_null(roster_analyst(roster, &id));
    roster_free(roster);
    key_revoke(p.node[1]);
    roster = people_roster(&p);
    public_key_id(secret_key_public(p.node[1]), &id);
    assert_refused(roster_node_key(roster, "12", &id, PEOPLE_NOW, &key, &p.err), &p.err,
                   ERR_DENIED);
    roster_free(roster);
}

static void test_a_rotating_node_has_two_keys_until_the_day_is_over(void **state)
{
    struct key_id old, new, none = {{0}};
    struct roster *roster;
    struct public_key key;

    (void)state;
    public_key_id(secret_key_public(p.node[1]), &old);
    public_key_id(secret_key_public(p.node_next), &new);
    p.nodes[1].previous_key = p.nodes[1].key;
    p.nodes[1].key = people_key(&p, p.node_next);
    p.nodes[1].previous_until = PEOPLE_NOW;
    roster = people_roster(&p);
    assert_true(roster_node_key(roster, "12", &new, PEOPLE_NOW + 1, &key, &p.err));
    assert_true(public_key_same(&key, secret_key_public(p.node_next)));
    assert_true(roster_node_key(roster, "12", &old, PEOPLE_NOW, &key, &p.err));
    assert_refused(roster_node_key(roster, "12", &old, PEOPLE_NOW + 1, &key, &p.err), &p.err,
                   ERR_DENIED);
    assert_refused(roster_node_key(roster, "01", &old, PEOPLE_NOW, &key, &p.err), &p.err,
                   ERR_DENIED);
    assert_refused(roster_node_key(roster, "01", &none, 0, &key, &p.err), &p.err,
                   ERR_DENIED); /* it has no previous */
    roster_free(roster);
}

static void test_a_rotating_organisation_has_two_keys_until_its_second_is_over(void **state)
{
    const struct secret_key *old = p.node_next, *new = p.root[2]; /* any two */
    struct key_id old_id, new_id;
    struct roster *roster;
    struct public_key key;

    (void)state;
    public_key_id(secret_key_public(old), &old_id);
    public_key_id(secret_key_public(new), &new_id);
    p.organisation.previous_key = people_key(&p, old);
    p.organisation.key = people_key(&p, new);
    p.organisation.previous_until = PEOPLE_NOW;
    roster = people_roster(&p);
    assert_string_equal(roster_organisation_by_key(roster, &new_id, PEOPLE_NOW + 1, &key)->id,
                        "gms");
    assert_true(public_key_same(&key, secret_key_public(new)));
    assert_string_equal(roster_organisation_by_key(roster, &old_id, PEOPLE_NOW, &key)->id, "gms");
    assert_true(public_key_same(&key, secret_key_public(old)));
    assert_null(roster_organisation_by_key(roster, &old_id, PEOPLE_NOW + 1, &key));
    assert_null(roster_organisation_by_key(roster, &(struct key_id){0}, PEOPLE_NOW, &key));
    roster_free(roster);
    key_revoke(old);
    roster = people_roster(&p);
    assert_null(roster_organisation_by_key(roster, &old_id, PEOPLE_NOW, &key));
    assert_non_null(roster_organisation_by_key(roster, &new_id, PEOPLE_NOW, &key));
    roster_free(roster);
}

static void test_a_nodes_previous_key_that_is_revoked_ends_at_once(void **state)
{
    struct roster *roster;
    struct public_key key;
    struct key_id old;

    (void)state;
    public_key_id(secret_key_public(p.node[1]), &old);
    p.nodes[1].previous_key = p.nodes[1].key;
    p.nodes[1].key = people_key(&p, p.node_next);
    p.nodes[1].previous_until = PEOPLE_NOW;
    key_revoke(p.node[1]);
    roster = people_roster(&p);
    assert_refused(roster_node_key(roster, "12", &old, PEOPLE_NOW, &key, &p.err), &p.err,
                   ERR_DENIED);
    roster_free(roster);
}

static void test_what_a_node_signs_is_opened_as_that_nodes_only(void **state)
{
    Rikstal__V1__Hello hello = RIKSTAL__V1__HELLO__INIT;
    struct roster *roster = people_roster(&p);
    Rikstal__V1__Envelope *envelope;
    ProtobufCMessage *message;

    (void)state;
    hello.node = "12";
    assert_true(
        envelope_sign_message(DOMAIN_HELLO, &hello.base, p.node[1], p.arena, &envelope, &p.err));
    assert_true(
        roster_open_from_node((struct roster_view){roster, "12", PEOPLE_NOW},
                              (struct envelope_kind){DOMAIN_HELLO, &rikstal__v1__hello__descriptor},
                              envelope, p.arena, &message, &p.err));
    assert_refused(
        roster_open_from_node((struct roster_view){roster, "01", PEOPLE_NOW},
                              (struct envelope_kind){DOMAIN_HELLO, &rikstal__v1__hello__descriptor},
                              envelope, p.arena, &message, &p.err),
        &p.err, ERR_DENIED);
    roster_free(roster);
}

static void test_every_altered_byte_of_a_roster_is_refused(void **state)
{
    uint8_t *data;
    size_t size;

    (void)state;
    people_sign(&p, 2, &data, &size);
    for (size_t i = 0; i < size; i++) {
        struct roster *roster = NULL;

        data[i] ^= 0x41;
        assert_refused_either(
            roster_open((struct bytes_view){data, size}, &p.roots, "test", 0, &roster, &p.err),
            &p.err, ERR_INVALID, ERR_DENIED);
        data[i] ^= 0x41;
    }
}

static void test_a_file_has_so_many_root_keys_and_not_one_more(void **state)
{
    char text[(ROOT_KEYS_MAX + 2) * 96], hex[2 * KEY_BYTES + 1];
    struct root_keys back;
    size_t at = (size_t)snprintf(text, sizeof(text), "rikstal-roots-v1 2\n");

    (void)state;
    for (unsigned i = 1; i <= ROOT_KEYS_MAX + 1; i++) {
        for (size_t k = 0; k < KEY_BYTES; k++)
            snprintf(hex + 2 * k, 3, "%02x", i);
        at += (size_t)snprintf(text + at, sizeof(text) - at, "rikstal-public-v1 %s\n", hex);
        if (i == ROOT_KEYS_MAX)
            assert_true(root_keys_parse(text, &back, &p.err));
    }
    assert_int_equal(back.n, ROOT_KEYS_MAX);
    assert_refused_for(root_keys_parse(text, &back, &p.err), &p.err, ERR_INVALID,
                       "at most 16 root keys");
}

static void test_root_keys_survive_their_file_and_odd_files_are_refused(void **state)
{
    static const char *const odd[] = {"",
                                      "rikstal-roots-v1 0\n",
                                      "rikstal-roots-v1 1\n",
                                      "rikstal-roots-v1 x\n",
                                      "rikstal-roots-v1 1\nhello\n",
                                      "rikstal-roots-v1 17\n",
                                      "rikstal-roots-v2 1\n"};
    char path[] = "/tmp/test-roots-XXXXXX";
    struct root_keys back;
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    assert_true(root_keys_write(&p.roots, path, &p.err));
    assert_true(root_keys_read(path, &back, &p.err));
    assert_int_equal(back.n, 3);
    assert_int_equal(back.needed, 2);
    assert_memory_equal(back.keys, p.roots.keys, sizeof(back.keys[0]) * 3);
    for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
        assert_refused(root_keys_parse(odd[i], &back, &p.err), &p.err, ERR_INVALID);
    p.roots.keys[1] = p.roots.keys[0]; /* one holder, two votes */
    assert_true(root_keys_write(&p.roots, path, &p.err));
    assert_refused(root_keys_read(path, &back, &p.err), &p.err, ERR_INVALID);
    unlink(path);
}

#define ROSTER_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROSTER_TEST(test_two_of_three_signatures_are_needed),
        ROSTER_TEST(test_a_signature_of_a_key_that_is_no_root_is_refused_beside_enough_that_are),
        ROSTER_TEST(test_a_root_signature_twice_or_broken_is_refused_beside_enough_that_hold),
        ROSTER_TEST(test_an_older_roster_is_refused_and_the_same_is_not),
        ROSTER_TEST(test_a_roster_of_another_network_is_refused),
        ROSTER_TEST(test_no_id_and_no_key_twice),
        ROSTER_TEST(test_members_without_a_valid_key_or_organisation_are_refused),
        ROSTER_TEST(test_members_are_found_and_others_are_not),
        ROSTER_TEST(test_a_revoked_key_is_nobodys),
        ROSTER_TEST(test_a_rotating_node_has_two_keys_until_the_day_is_over),
        ROSTER_TEST(test_a_rotating_organisation_has_two_keys_until_its_second_is_over),
        ROSTER_TEST(test_a_nodes_previous_key_that_is_revoked_ends_at_once),
        ROSTER_TEST(test_what_a_node_signs_is_opened_as_that_nodes_only),
        ROSTER_TEST(test_every_altered_byte_of_a_roster_is_refused),
        ROSTER_TEST(test_a_file_has_so_many_root_keys_and_not_one_more),
        ROSTER_TEST(test_root_keys_survive_their_file_and_odd_files_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
