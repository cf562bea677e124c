#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates of the links' mutual TLS: a private CA per network, EC P-256 keys, and exactly
 * one URI SAN per certificate that names its owner: spiffe://NETWORK/node/12 or
 * spiffe://NETWORK/coordinator.
 *
 * Made and checked by OpenSSL's libcrypto, which gRPC has loaded already; nothing of X.509 is done
 * by hand. All texts are PEM, in the caller's arena. These keys speak for connections only: what is
 * asked and answered is signed with Ed25519 (envelope.h). Any thread.
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
    const char *cert; /* NULL where only a key was made */
};

/* spiffe://NETWORK/node/NODE, or spiffe://NETWORK/coordinator when node is NULL. */
bool x509_uri(const char *network, const char *node, char uri[static X509_URI_MAX],
              struct err *err) MUST_CHECK;
/* The node of such a URI, when it is of this network; false for anything else. */
bool x509_uri_node(const char *uri, const char *network, char *node, size_t room) MUST_CHECK;

bool x509_key_new(struct arena *arena, const char **key, struct err *err) MUST_CHECK;
bool x509_request_new(const char *key, const char *uri, struct arena *arena, const char **csr,
                      struct err *err) MUST_CHECK;
bool x509_ca_new(const char *network, struct arena *arena, struct x509_pair *ca,
                 struct err *err) MUST_CHECK;
/* A client certificate for the request, whose own signature and URI must be right. */
bool x509_sign_request(const struct x509_pair *ca, const char *csr, const char *uri,
                       struct arena *arena, const char **cert, struct err *err) MUST_CHECK;
/* A new key and certificate for a server reached under these names: DNS names or IP addresses. */
bool x509_server_new(const struct x509_pair *ca, const char *uri, const char *const *names,
                     size_t n_names, struct arena *arena, struct x509_pair *out,
                     struct err *err) MUST_CHECK;
/* The same certificate for as long again: this key, these names, by the CA. */
bool x509_server_renew(const struct x509_pair *ca, const char *uri, const struct x509_pair *old,
                       struct arena *arena, const char **cert, struct err *err) MUST_CHECK;

/* Does the key fit the certificate, did this CA sign it, is it valid at now_s? */
bool x509_check(const struct x509_pair *pair, const char *ca, int64_t now_s,
                struct err *err) MUST_CHECK;
/* When it ends, unix seconds. */
bool x509_not_after(const char *cert, int64_t *not_after_s, struct err *err) MUST_CHECK;
