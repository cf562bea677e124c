#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates of the links' mutual TLS: a private CA per network, EC P-256 keys, and exactly
 * one URI SAN per certificate that names its owner: spiffe://NETWORK/node/12 or
 * spiffe://NETWORK/coordinator.
 *
 * They are made and checked by OpenSSL's libcrypto, which gRPC loads anyway; X.509 is never parsed
 * by our own code. All texts are PEM, in the caller's arena. These keys protect connections only:
 * questions and answers are signed with Ed25519 (envelope.h). Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct arena;

#define X509_DAYS_CA 3650
#define X509_DAYS_LEAF 90
#define X509_PEM_MAX ((size_t)64 << 10)
#define X509_URI_MAX 200

struct x509_pair {
    const char *key;  /* PKCS#8 */
    const char *cert; /* NULL when only a key was made */
};

/* spiffe://NETWORK/node/NODE, or spiffe://NETWORK/coordinator when node is NULL. */
bool x509_uri(const char *network, const char *node, char uri[static X509_URI_MAX],
              struct err *err) MUST_CHECK;
/* The node in such a URI of this network. False for any other URI. */
bool x509_uri_node(const char *uri, const char *network, char *node, size_t room) MUST_CHECK;

bool x509_key_new(struct arena *arena, const char **key, struct err *err) MUST_CHECK;
bool x509_request_new(const char *key, const char *uri, struct arena *arena, const char **csr,
                      struct err *err) MUST_CHECK;
bool x509_ca_new(const char *network, struct arena *arena, struct x509_pair *ca,
                 struct err *err) MUST_CHECK;
/* Makes a client certificate for the request, whose own signature and URI must be valid. */
bool x509_sign_request(const struct x509_pair *ca, const char *csr, const char *uri,
                       struct arena *arena, const char **cert, struct err *err) MUST_CHECK;
/* The names of a server: its URI, and n DNS names or IP addresses. A plain value. */
struct x509_names {
    const char *uri;
    const char *const *hosts;
    size_t n;
};

/* Makes a key and a certificate for a server with these names. */
bool x509_server_new(const struct x509_pair *ca, struct x509_names names, struct arena *arena,
                     struct x509_pair *out, struct err *err) MUST_CHECK;
/* Renews a certificate for its original length: same key and names, signed by the CA. */
bool x509_server_renew(const struct x509_pair *ca, const char *uri, const struct x509_pair *old,
                       struct arena *arena, const char **cert, struct err *err) MUST_CHECK;

/*
 * Checks that the key fits the certificate, that this CA signed it, and that it is valid at now_s.
 */
bool x509_check(const struct x509_pair *pair, const char *ca, int64_t now_s,
                struct err *err) MUST_CHECK;
/* The end of its validity, in unix seconds. */
bool x509_not_after(const char *cert, int64_t *not_after_s, struct err *err) MUST_CHECK;
