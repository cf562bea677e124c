/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of x509: a request becomes a certificate that fits its key, its CA and its time; a
 * request for another name, altered or of another kind of key is refused; names that could smuggle
 * a second name are refused.
 */
#include "proto/trust/x509.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "tests/unit/refused.h"

#define URI "spiffe://demo/node/12"

static struct arena *arena;
static struct x509_pair ca, leaf;
static const char *csr;
static struct err err;

static int up(void **state)
{
    (void)state;
    arena = arena_new((size_t)1 << 20);
    if (!arena || !random_start() || !x509_ca_new("demo", arena, &ca, &err) ||
        !x509_key_new(arena, &leaf.key, &err) ||
        !x509_request_new(leaf.key, URI, arena, &csr, &err) ||
        !x509_sign_request(&ca, csr, URI, arena, &leaf.cert, &err)) {
        print_error("%s\n", err.text);
        return -1;
    }
    return 0;
}

static int down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void test_a_request_becomes_a_certificate_that_fits(void **state)
{
    int64_t not_after;

    (void)state;
    assert_true(x509_check(&leaf, ca.cert, clock_wall_s(), &err));
    assert_true(x509_not_after(leaf.cert, &not_after, &err));
    assert_in_range(not_after - clock_wall_s(), (X509_DAYS_LEAF - 1) * 86400,
                    X509_DAYS_LEAF * 86400);
}

/* Issuer and number name one certificate: RFC 5280, 4.1.2.2. */
static void test_no_two_certificates_have_one_number(void **state)
{
    ASN1_INTEGER *numbers[2];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const char *pem;
        BIO *in;
        X509 *cert;

        assert_true(x509_sign_request(&ca, csr, URI, arena, &pem, &err));
        in = BIO_new_mem_buf(pem, -1);
        cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
        assert_non_null(cert);
        numbers[i] = ASN1_INTEGER_dup(X509_get_serialNumber(cert));
        X509_free(cert);
        BIO_free(in);
    }
    assert_int_not_equal(ASN1_INTEGER_cmp(numbers[0], numbers[1]), 0);
    ASN1_INTEGER_free(numbers[0]);
    ASN1_INTEGER_free(numbers[1]);
}

static void test_a_certificate_holds_between_its_days_only(void **state)
{
    int64_t not_after;

    (void)state;
    assert_true(x509_not_after(leaf.cert, &not_after, &err));
    assert_true(x509_check(&leaf, ca.cert, not_after - 1, &err));
    assert_refused(x509_check(&leaf, ca.cert, not_after, &err), &err, ERR_DENIED);
    assert_refused(x509_check(&leaf, ca.cert, clock_wall_s() - 3600, &err), &err, ERR_DENIED);
}

static void test_another_ca_or_another_key_does_not_fit(void **state)
{
    struct x509_pair other = {0}, mixed = leaf;

    (void)state;
    assert_true(x509_ca_new("demo", arena, &other, &err));
    assert_refused(x509_check(&leaf, other.cert, clock_wall_s(), &err), &err, ERR_DENIED);
    assert_true(x509_key_new(arena, &mixed.key, &err));
    assert_refused(x509_check(&mixed, ca.cert, clock_wall_s(), &err), &err, ERR_INVALID);
}

static void test_a_request_for_another_name_is_refused(void **state)
{
    const char *cert = NULL;

    (void)state;
    assert_refused(x509_sign_request(&ca, csr, "spiffe://demo/node/01", arena, &cert, &err), &err,
                   ERR_DENIED);
    assert_null(cert);
}

/* Base64 characters of the request changed one at a time: unreadable, or its signature fails. */
static void test_a_request_holds_at_the_limit_and_one_past(void **state)
{
    char *padded = arena_array(arena, X509_PEM_MAX + 2, 1);
    const char *cert;

    (void)state;
    assert_non_null(padded);
    memset(padded, '\n', X509_PEM_MAX + 1);
    memcpy(padded, csr, strlen(csr));
    padded[X509_PEM_MAX + 1] = 0;
    assert_refused(x509_sign_request(&ca, padded, URI, arena, &cert, &err), &err, ERR_INVALID);
    padded[X509_PEM_MAX] = 0;
    assert_true(x509_sign_request(&ca, padded, URI, arena, &cert, &err));
}

static void test_an_altered_request_is_refused(void **state)
{
    char *bent = arena_strdup(arena, csr);
    const char *cert;
    size_t length = strlen(csr);

    (void)state;
    assert_non_null(bent);
    for (size_t i = 40; i + 40 < length; i += 3) {
        char old = bent[i];

        if (old == '\n')
            continue;
        bent[i] = old == 'A' ? 'B' : 'A';
        assert_refused_either(x509_sign_request(&ca, bent, URI, arena, &cert, &err), &err,
                              ERR_INVALID, ERR_DENIED);
        bent[i] = old;
    }
    assert_refused(x509_sign_request(&ca, "", URI, arena, &cert, &err), &err, ERR_INVALID);
    assert_refused(x509_sign_request(&ca, leaf.cert, URI, arena, &cert, &err), &err, ERR_INVALID);
}

static void test_a_server_has_its_names(void **state)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "::1"};
    struct x509_pair server = {0};

    (void)state;
    assert_true(x509_server_new(&ca, (struct x509_names){"spiffe://demo/coordinator", names, 3},
                                arena, &server, &err));
    assert_true(x509_check(&server, ca.cert, clock_wall_s(), &err));
}

static void test_a_renewed_server_has_its_key_and_its_names(void **state)
{
    static const char *const names[] = {"localhost", "127.0.0.1"};
    const char *uri = "spiffe://demo/coordinator";
    struct x509_pair server = {0}, renewed;
    int64_t before, after;

    (void)state;
    assert_true(x509_server_new(&ca, (struct x509_names){uri, names, 2}, arena, &server, &err));
    assert_true(x509_not_after(server.cert, &before, &err));
    renewed = server;
    assert_true(x509_server_renew(&ca, uri, &server, arena, &renewed.cert, &err));
    assert_string_not_equal(renewed.cert, server.cert);
    assert_true(x509_check(&renewed, ca.cert, clock_wall_s(), &err));
    assert_true(x509_not_after(renewed.cert, &after, &err));
    assert_true(after >= before);
    server.cert = "no certificate";
    assert_refused(x509_server_renew(&ca, uri, &server, arena, &renewed.cert, &err), &err,
                   ERR_INVALID);
}

static void test_a_uri_names_one_node_of_one_network(void **state)
{
    char uri[X509_URI_MAX], node[64];

    (void)state;
    assert_true(x509_uri("demo", "12", uri, &err));
    assert_string_equal(uri, URI);
    assert_true(x509_uri_node(uri, "demo", node, sizeof(node)));
    assert_string_equal(node, "12");
    assert_false(x509_uri_node(uri, "dem", node, sizeof(node)));
    assert_false(x509_uri_node("spiffe://demo/node/12/x", "demo", node, sizeof(node)));
    assert_false(x509_uri_node("spiffe://demo/node/", "demo", node, sizeof(node)));
    assert_false(x509_uri_node("spiffe://demo/coordinator", "demo", node, sizeof(node)));
    assert_false(x509_uri_node(uri, "demo", node, 2));
    assert_true(x509_uri("demo", NULL, uri, &err));
    assert_string_equal(uri, "spiffe://demo/coordinator");
    assert_refused(x509_uri("demo,URI:spiffe://x", "12", uri, &err), &err, ERR_INVALID);
    assert_refused(x509_uri("demo", "12/../01", uri, &err), &err, ERR_INVALID);
    assert_refused(x509_uri("", "12", uri, &err), &err, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_becomes_a_certificate_that_fits),
        cmocka_unit_test(test_no_two_certificates_have_one_number),
        cmocka_unit_test(test_a_certificate_holds_between_its_days_only),
        cmocka_unit_test(test_another_ca_or_another_key_does_not_fit),
        cmocka_unit_test(test_a_request_for_another_name_is_refused),
        cmocka_unit_test(test_a_request_holds_at_the_limit_and_one_past),
        cmocka_unit_test(test_an_altered_request_is_refused),
        cmocka_unit_test(test_a_server_has_its_names),
        cmocka_unit_test(test_a_renewed_server_has_its_key_and_its_names),
        cmocka_unit_test(test_a_uri_names_one_node_of_one_network),
    };

    return cmocka_run_group_tests(tests, up, down);
}
