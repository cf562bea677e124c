/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of policy_signature: who must sign is what the roster says, and each of them must;
 * a signature is on one file of one node of one network, and a changed byte of any of it, a
 * revoked key, or a key that the roster does not name makes it none; a text is lines of signatures
 * or is refused, with the line; why something is refused is told exactly.
 */
#include "proto/trust/policy_signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/file.h"
#include "proto/trust/message.h"
#include "tests/unit/refused.h"
#include "tests/unit/trust/people.h"

static struct people p;
static struct secret_key *national, *officer, *stranger;
static struct roster *roster;
static uint8_t hash[POLICY_HASH_BYTES];
static struct policy_subject subject;

static void must(bool ok)
{
    if (!ok)
        fail_msg("%s", p.err.text);
}

/* The roster as it is bent now. */
static void reopen(void)
{
    roster_free(roster);
    roster = people_roster(&p);
}

static int up(void **state)
{
    (void)state;
    people_up(&p);
    must(secret_key_new(&national, &p.err) && secret_key_new(&officer, &p.err) &&
         secret_key_new(&stranger, &p.err));
    p.roster.policy_key = people_key(&p, national);
    p.nodes[1].policy_key = people_key(&p, officer);
    roster = people_roster(&p);
    memset(hash, 7, sizeof(hash));
    subject = (struct policy_subject){"test", "12", hash, 3, "2026"};
    return 0;
}

static int down(void **state)
{
    (void)state;
    roster_free(roster);
    roster = NULL;
    secret_key_free(national);
    secret_key_free(officer);
    secret_key_free(stranger);
    people_down(&p);
    return 0;
}

static const char *line_by(const struct secret_key *key, const struct policy_subject *on)
{
    const char *line;

    must(policy_signature_make(on, key, p.arena, &line, &p.err));
    return line;
}

/* Is the policy approved by these lines? p.err says why not. */
static bool approved(const char *text)
{
    struct policy_signatures signatures;
    struct policy_approval approval;

    must(policy_signatures_parse(text, strlen(text), p.arena, &signatures, &p.err));
    policy_approval_of(&signatures, roster, &subject, &approval);
    return policy_signature_approves(&approval, &p.err);
}

static bool refused(const char *text, const char *because)
{
    if (approved(text) || p.err.code != ERR_DENIED)
        return false;
    if (!strstr(p.err.text, because))
        fail_msg("\"%s\" does not say \"%s\"", p.err.text, because);
    return true;
}

static const char *both(const char *a, const char *b)
{
    return arena_printf(p.arena, "%s%s", a, b);
}

static void test_both_must_sign_in_any_order(void **state)
{
    const char *one = line_by(national, &subject), *other = line_by(officer, &subject);

    (void)state;
    assert_true(approved(both(one, other)));
    assert_true(approved(both(other, one)));
    assert_true(approved(both(both(one, one), other)));
    assert_true(refused("", "not signed by the national policy key"));
    assert_true(refused(one, "not signed by the policy key of node 12"));
    assert_true(refused(other, "not signed by the national policy key"));
    assert_true(refused(both(one, line_by(stranger, &subject)), "policy key of node 12"));
    assert_true(refused(both(one, line_by(p.node[1], &subject)), "policy key of node 12"));
}

static void test_whoever_the_roster_names_alone_is_needed_alone(void **state)
{
    const char *one, *other;

    (void)state;
    p.roster.policy_key.len = 0;
    reopen();
    one = line_by(national, &subject);
    other = line_by(officer, &subject);
    assert_true(approved(other));
    assert_true(refused(one, "node 12"));
    p.nodes[1].policy_key.len = 0;
    reopen();
    assert_true(approved("")); /* nobody is needed */
    p.roster.policy_key.len = KEY_BYTES;
    reopen();
    assert_true(approved(one));
    assert_true(refused(other, "national"));
}

static void test_a_signature_is_on_one_file_of_one_node(void **state)
{
    const char *one = line_by(national, &subject);
    uint8_t other_hash[POLICY_HASH_BYTES] = {1};
    struct policy_subject other = subject;

    (void)state;
    other.network = "elsewhere";
    assert_true(refused(both(one, line_by(officer, &other)), "for network elsewhere"));
    other = subject;
    other.node = "01";
    assert_true(refused(both(one, line_by(officer, &other)), "for node 01, this is node 12"));
    other = subject;
    other.version = 2;
    assert_true(
        refused(both(one, line_by(officer, &other)), "signed version 2, this is version 3"));
    other = subject;
    other.hash = other_hash;
    assert_true(refused(both(one, line_by(officer, &other)), "changed after it was signed"));
    other = subject;
    other.window = "2027";
    assert_true(refused(both(one, line_by(officer, &other)), "changed after it was signed"));
    /* of several, the nearest is told, and one that is right is enough */
    assert_true(refused(both(line_by(officer, &other), both(one, line_by(stranger, &subject))),
                        "changed after"));
    assert_true(approved(both(line_by(officer, &other), both(one, line_by(officer, &subject)))));
}

static void test_a_revoked_key_has_signed_nothing(void **state)
{
    const char *text = both(line_by(national, &subject), line_by(officer, &subject));
    struct key_id id;

    (void)state;
    public_key_id(secret_key_public(officer), &id);
    p.roster.revoked_keys = &(ProtobufCBinaryData){KEY_ID_BYTES, id.b};
    p.roster.n_revoked_keys = 1;
    assert_true(approved(text));
    reopen();
    assert_true(refused(text, "revokes the policy key of node 12"));
}

static void test_a_key_that_the_roster_no_longer_names_has_signed_nothing(void **state)
{
    const char *text = both(line_by(national, &subject), line_by(officer, &subject));

    (void)state;
    p.nodes[1].policy_key = people_key(&p, stranger);
    reopen();
    assert_true(refused(text, "not signed by the policy key of node 12"));
    assert_true(approved(both(text, line_by(stranger, &subject)))); /* signed ahead of a change */
}

static void test_every_changed_bit_is_noticed(void **state)
{
    const char *one = line_by(national, &subject), *other = line_by(officer, &subject);
    char *text = arena_strdup(p.arena, both(one, other));
    unsigned accepted = 0;

    (void)state;
    for (size_t at = 0; at < strlen(text); at++)
        for (int bit = 0; bit < 7; bit++) {
            struct arena *arena = arena_new((size_t)1 << 20);
            struct policy_signatures signatures;
            struct policy_approval approval;
            char was = text[at];

            text[at] = (char)(was ^ (1 << bit));
            if (text[at] != 0 && text[at] != (was ^ 0x20) && /* an upper-case digit is the same */
                policy_signatures_parse(text, strlen(text), arena, &signatures, &p.err)) {
                policy_approval_of(&signatures, roster, &subject, &approval);
                accepted += policy_signature_approves(&approval, &p.err);
            }
            text[at] = was;
            arena_free(arena);
        }
    assert_int_equal(accepted, 0);
}

static void test_a_text_is_lines_of_signatures_or_refused(void **state)
{
    const char *one = line_by(national, &subject);
    struct policy_signatures signatures;
    const char *bad[] = {"\n",
                         "rikstal-policy-signature-v1 \n",
                         "rikstal-policy-signature-v1 0\n",
                         "rikstal-policy-signature-v1 00\n",
                         "rikstal-policy-signature-v1 zz\n",
                         "rikstal-certificate-v1 00\n",
                         "{}"};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        const char *text = both(one, bad[i]);

        assert_refused(policy_signatures_parse(text, strlen(text), p.arena, &signatures, &p.err),
                       &p.err, ERR_INVALID);
        assert_non_null(strstr(p.err.text, "line 2: "));
    }
    assert_refused(policy_signatures_parse("a\0b", 3, p.arena, &signatures, &p.err), &p.err,
                   ERR_INVALID);
    assert_true(policy_signatures_parse(one, strlen(one) - 1, p.arena, &signatures, &p.err));
    assert_int_equal(signatures.n, 1); /* without its last newline */
    assert_true(policy_signature_is_on(&signatures.one[0], &subject));
}

static void test_an_envelope_of_another_kind_is_refused(void **state)
{
    Rikstal__V1__PolicySignature claim = RIKSTAL__V1__POLICY_SIGNATURE__INIT;
    Rikstal__V1__Envelope *envelope;
    struct policy_signatures signatures;
    const char *domains[] = {DOMAIN_ROSTER, DOMAIN_ANALYST, DOMAIN_POLICY, DOMAIN_POLICY};

    (void)state;
    claim.network = "test";
    claim.node = "12";
    claim.hash = (ProtobufCBinaryData){POLICY_HASH_BYTES, hash};
    for (size_t i = 0; i < 4; i++) {
        char hex[4096], text[4200];
        uint8_t *data;
        size_t size;

        claim.hash.len = i == 3 ? POLICY_HASH_BYTES - 1 : POLICY_HASH_BYTES;
        must(envelope_sign_message(domains[i], &claim.base, national, p.arena, &envelope, &p.err));
        if (i == 2)
            must(envelope_cosign(envelope, officer, p.arena, &p.err));
        must(message_pack(&envelope->base, p.arena, &data, &size, &p.err));
        for (size_t b = 0; b < size; b++)
            snprintf(hex + 2 * b, 3, "%02x", data[b]);
        snprintf(text, sizeof(text), "rikstal-policy-signature-v1 %s\n", hex);
        assert_refused(policy_signatures_parse(text, strlen(text), p.arena, &signatures, &p.err),
                       &p.err, ERR_INVALID);
    }
}

static void test_a_file_has_at_most_so_many_lines(void **state)
{
    const char *one = line_by(national, &subject);
    size_t size = strlen(one);
    struct arena *arena = arena_new((size_t)16 << 20);
    struct policy_signatures signatures;
    char *text = arena_alloc(arena, (POLICY_SIGNATURES_MAX + 1) * size);

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i <= POLICY_SIGNATURES_MAX; i++)
        memcpy(text + i * size, one, size);
    assert_true(
        policy_signatures_parse(text, POLICY_SIGNATURES_MAX * size, arena, &signatures, &p.err));
    assert_int_equal(signatures.n, POLICY_SIGNATURES_MAX);
    assert_refused(policy_signatures_parse(text, (POLICY_SIGNATURES_MAX + 1) * size, arena,
                                           &signatures, &p.err),
                   &p.err, ERR_INVALID);
    arena_free(arena);
}

static void test_a_file_that_is_not_there_holds_none(void **state)
{
    struct policy_signatures signatures;
    char path[] = "/tmp/rikstal-policy-XXXXXX";
    const char *one = line_by(national, &subject);
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    must(file_write(path, one, strlen(one), 0644, &p.err));
    assert_true(policy_signatures_read(path, p.arena, &signatures, &p.err));
    assert_int_equal(signatures.n, 1);
    must(file_write(path, "x", 1, 0644, &p.err));
    assert_refused(policy_signatures_read(path, p.arena, &signatures, &p.err), &p.err, ERR_INVALID);
    assert_non_null(strstr(p.err.text, path));
    unlink(path);
    assert_true(policy_signatures_read(path, p.arena, &signatures, &p.err));
    assert_int_equal(signatures.n, 0);
}

static void test_names_hold_at_the_limit_and_one_past(void **state)
{
    enum { NETWORK_BYTES_MAX = 64 }; /* of proto/trust/policy_signature.c */
    char name[NETWORK_BYTES_MAX + 2] = "";
    struct policy_subject long_name = subject;
    const char *line;

    (void)state;
    memset(name, 'n', NETWORK_BYTES_MAX);
    long_name.network = long_name.node = name;
    assert_true(policy_signature_make(&long_name, officer, p.arena, &line, &p.err));
    name[NETWORK_BYTES_MAX] = 'n';
    long_name.network = subject.network;
    assert_refused(policy_signature_make(&long_name, officer, p.arena, &line, &p.err), &p.err,
                   ERR_INVALID);
    long_name.network = name;
    long_name.node = subject.node;
    assert_refused(policy_signature_make(&long_name, officer, p.arena, &line, &p.err), &p.err,
                   ERR_INVALID);
}

static void test_what_has_no_name_or_version_is_not_signed(void **state)
{
    struct policy_subject bad = subject;
    const char *line;

    (void)state;
    bad.version = 0;
    assert_refused(policy_signature_make(&bad, officer, p.arena, &line, &p.err), &p.err,
                   ERR_INVALID);
    bad = subject;
    bad.node = "";
    assert_refused(policy_signature_make(&bad, officer, p.arena, &line, &p.err), &p.err,
                   ERR_INVALID);
    bad = subject;
    bad.network = "";
    assert_refused(policy_signature_make(&bad, officer, p.arena, &line, &p.err), &p.err,
                   ERR_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_both_must_sign_in_any_order),
        TEST(test_whoever_the_roster_names_alone_is_needed_alone),
        TEST(test_a_signature_is_on_one_file_of_one_node),
        TEST(test_a_revoked_key_has_signed_nothing),
        TEST(test_a_key_that_the_roster_no_longer_names_has_signed_nothing),
        TEST(test_every_changed_bit_is_noticed),
        TEST(test_a_text_is_lines_of_signatures_or_refused),
        TEST(test_an_envelope_of_another_kind_is_refused),
        TEST(test_a_file_has_at_most_so_many_lines),
        TEST(test_a_file_that_is_not_there_holds_none),
        TEST(test_names_hold_at_the_limit_and_one_past),
        TEST(test_what_has_no_name_or_version_is_not_signed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
