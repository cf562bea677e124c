/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL objects are made and freed inside one function each; results are PEM text in the arena.
 * Times come from proto/base/clock.h, so that expiry can be tested.
 */
#include "proto/trust/x509.h"

#include <arpa/inet.h>
#include <assert.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"

#define DAY_S 86400
#define BACKDATE_S 300 /* so that a certificate is valid for a peer whose clock is behind */
#define SERIAL_BYTES 16
#define URI_SCHEME "spiffe://"

static bool failed(struct err *err, const char *doing)
{
    char reason[120] = "unknown reason";
    unsigned long code = ERR_get_error();

    if (code)
        ERR_error_string_n(code, reason, sizeof(reason));
    ERR_clear_error();
    return err_set(err, ERR_INTERNAL, "cannot %s: %s", doing, reason);
}

/* ---- names ---- */

static bool name_valid(const char *name, const char *beyond)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    size_t length = strlen(name);

    for (size_t i = 0; i < length; i++)
        if (!strchr(letters, name[i]) && !strchr(beyond, name[i]))
            return false;
    return length > 0 && length <= 63;
}

bool x509_uri(const char *network, const char *node, char uri[static X509_URI_MAX], struct err *err)
{
    assert(network);
    if (!name_valid(network, "-."))
        return err_set(err, ERR_INVALID,
                       "a network's name is 1 to 63 of a-z, 0-9, \"-\" and \".\"");
    if (node && !name_valid(node, "-"))
        return err_set(err, ERR_INVALID, "a node's id is 1 to 63 of a-z, 0-9 and \"-\"");
    snprintf(uri, X509_URI_MAX, "%s%s/%s%s", URI_SCHEME, network, node ? "node/" : "coordinator",
             node ? node : "");
    return true;
}

bool x509_uri_node(const char *uri, const char *network, char *node, size_t room)
{
    assert(uri && network && node && room > 0);
    char prefix[X509_URI_MAX];
    int length = snprintf(prefix, sizeof(prefix), "%s%s/node/", URI_SCHEME, network);

    if (length < 0 || (size_t)length >= sizeof(prefix) ||
        strncmp(uri, prefix, (size_t)length) != 0 || !name_valid(uri + length, "-") ||
        strlen(uri + length) >= room)
        return false;
    snprintf(node, room, "%s", uri + length);
    return true;
}

/* ---- reading and writing PEM ---- */

static const char *bio_text(BIO *bio, struct arena *arena)
{
    char *data;
    long size = BIO_get_mem_data(bio, &data);

    return size > 0 ? arena_strndup(arena, data, (size_t)size) : NULL;
}

static BIO *bio_of(const char *pem)
{
    size_t size = strnlen(pem, X509_PEM_MAX + 1);

    return size <= X509_PEM_MAX ? BIO_new_mem_buf(pem, (int)size) : NULL;
}

/* Refuses an encrypted key, so that OpenSSL does not ask for a passphrase on the terminal. */
static EVP_PKEY *key_of(const char *pem, struct err *err)
{
    BIO *bio = bio_of(pem);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)"") : NULL;

    BIO_free(bio);
    ERR_clear_error();
    if (!key)
        err_set(err, ERR_INVALID, "the text is no private key in PEM without passphrase");
    return key;
}

static X509 *cert_of(const char *pem, struct err *err)
{
    BIO *bio = bio_of(pem);
    X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, (void *)"") : NULL;

    BIO_free(bio);
    ERR_clear_error();
    if (!cert)
        err_set(err, ERR_INVALID, "the text is no certificate in PEM");
    return cert;
}

static bool cert_text(X509 *cert, struct arena *arena, const char **pem, struct err *err)
{
    BIO *bio = BIO_new(BIO_s_mem());
    const char *text = bio && PEM_write_bio_X509(bio, cert) ? bio_text(bio, arena) : NULL;

    BIO_free(bio);
    if (!text)
        return failed(err, "write a certificate");
    *pem = text;
    return true;
}

bool x509_key_new(struct arena *arena, const char **key, struct err *err)
{
    EVP_PKEY *made = EVP_EC_gen("P-256");
    BIO *bio = BIO_new(BIO_s_mem());
    const char *text =
        made && bio && PEM_write_bio_PKCS8PrivateKey(bio, made, NULL, NULL, 0, NULL, NULL)
            ? bio_text(bio, arena)
            : NULL;

    EVP_PKEY_free(made);
    BIO_free(bio);
    if (!text)
        return failed(err, "make a TLS key");
    *key = text;
    return true;
}

/* ---- alternative names ---- */

static bool general_add(GENERAL_NAMES *names, int type, const void *data, size_t size)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_STRING *value =
        ASN1_STRING_type_new(type == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING);

    if (!name || !value || !ASN1_STRING_set(value, data, (int)size)) {
        ASN1_STRING_free(value);
        GENERAL_NAME_free(name);
        return false;
    }
    GENERAL_NAME_set0_value(name, type, value);
    if (sk_GENERAL_NAME_push(names, name) > 0)
        return true;
    GENERAL_NAME_free(name);
    return false;
}

/* Adds a DNS name or an IP address. */
static bool host_add(GENERAL_NAMES *names, const char *host)
{
    uint8_t address[16];

    if (inet_pton(AF_INET, host, address) == 1)
        return general_add(names, GEN_IPADD, address, 4);
    if (inet_pton(AF_INET6, host, address) == 1)
        return general_add(names, GEN_IPADD, address, 16);
    return general_add(names, GEN_DNS, host, strlen(host));
}

static GENERAL_NAMES *names_new(const char *uri, const char *const *hosts, size_t n_hosts)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    bool ok = names && general_add(names, GEN_URI, uri, strlen(uri));

    for (size_t i = 0; ok && i < n_hosts; i++)
        ok = host_add(names, hosts[i]);
    if (ok)
        return names;
    GENERAL_NAMES_free(names);
    return NULL;
}

/* True when this URI is the only alternative name. */
static bool names_are(const GENERAL_NAMES *names, const char *uri)
{
    const GENERAL_NAME *name;

    if (!names || sk_GENERAL_NAME_num(names) != 1)
        return false;
    name = sk_GENERAL_NAME_value(names, 0);
    return name->type == GEN_URI &&
           (size_t)ASN1_STRING_length(name->d.uniformResourceIdentifier) == strlen(uri) &&
           memcmp(ASN1_STRING_get0_data(name->d.uniformResourceIdentifier), uri, strlen(uri)) == 0;
}

/* ---- requests ---- */

static bool subject_set(X509_NAME *subject, const char *common)
{
    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const uint8_t *)common, -1, -1,
                                      0) == 1;
}

/* The part of the URI after the network: "node/12". */
static const char *uri_path(const char *uri)
{
    const char *slash = strchr(uri + strlen(URI_SCHEME), '/');

    return slash ? slash + 1 : "rikstal";
}

static bool request_fill(X509_REQ *request, EVP_PKEY *key, const char *uri)
{
    STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
    GENERAL_NAMES *names = names_new(uri, NULL, 0);
    X509_EXTENSION *extension = names ? X509V3_EXT_i2d(NID_subject_alt_name, 0, names) : NULL;
    bool ok = extensions && extension && sk_X509_EXTENSION_push(extensions, extension) > 0;

    if (!ok)
        X509_EXTENSION_free(extension);
    ok = ok && X509_REQ_set_version(request, 0) &&
         subject_set(X509_REQ_get_subject_name(request), uri_path(uri)) &&
         X509_REQ_set_pubkey(request, key) && X509_REQ_add_extensions(request, extensions) &&
         X509_REQ_sign(request, key, EVP_sha256()) > 0;
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    GENERAL_NAMES_free(names);
    return ok;
}

bool x509_request_new(const char *key, const char *uri, struct arena *arena, const char **csr,
                      struct err *err)
{
    assert(key && uri && csr);
    EVP_PKEY *pkey = key_of(key, err);
    X509_REQ *request = X509_REQ_new();
    BIO *bio = BIO_new(BIO_s_mem());
    const char *text = NULL;

    if (pkey && request && bio && request_fill(request, pkey, uri) &&
        PEM_write_bio_X509_REQ(bio, request))
        text = bio_text(bio, arena);
    BIO_free(bio);
    X509_REQ_free(request);
    EVP_PKEY_free(pkey);
    if (!pkey)
        return false;
    if (!text)
        return failed(err, "make a certificate request");
    *csr = text;
    return true;
}

/* ---- certificates ---- */

enum cert_kind { CERT_CA, CERT_CLIENT, CERT_SERVER };

static bool extension_add(X509 *cert, X509V3_CTX *context, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, context, nid, value);
    bool ok = extension && X509_add_ext(cert, extension, -1);

    X509_EXTENSION_free(extension);
    return ok;
}

static bool extensions_add(X509 *cert, X509 *issuer, enum cert_kind kind)
{
    X509V3_CTX context;

    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    if (!extension_add(cert, &context, NID_subject_key_identifier, "hash"))
        return false;
    if (kind == CERT_CA)
        return extension_add(cert, &context, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
               extension_add(cert, &context, NID_key_usage, "critical,keyCertSign,cRLSign");
    return extension_add(cert, &context, NID_authority_key_identifier, "keyid:always") &&
           extension_add(cert, &context, NID_basic_constraints, "critical,CA:FALSE") &&
           extension_add(cert, &context, NID_key_usage, "critical,digitalSignature") &&
           extension_add(cert, &context, NID_ext_key_usage,
                         kind == CERT_SERVER ? "serverAuth" : "clientAuth");
}

static bool serial_set(X509 *cert)
{
    uint8_t serial[SERIAL_BYTES];
    BIGNUM *number;
    bool ok;

    random_bytes(serial, sizeof(serial));
    serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40); /* positive and of full length */
    number = BN_bin2bn(serial, sizeof(serial), NULL);
    ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
    BN_free(number);
    return ok;
}

static bool validity_set(X509 *cert, int days)
{
    int64_t now = clock_wall_s();

    return ASN1_TIME_set(X509_getm_notBefore(cert), now - BACKDATE_S) &&
           ASN1_TIME_set(X509_getm_notAfter(cert), now + (int64_t)days * DAY_S);
}

struct cert_plan {
    enum cert_kind kind;
    const char *common;
    int days;
    EVP_PKEY *subject_key;
    const GENERAL_NAMES *names; /* NULL: no names */
    X509 *issuer;               /* NULL: self-signed */
    EVP_PKEY *issuer_key;
};

/*
 * Makes and signs the certificate that the plan describes. NULL when OpenSSL has queued an error.
 */
static X509 *cert_make(const struct cert_plan *plan)
{
    X509 *cert = X509_new();
    X509 *issuer = plan->issuer ? plan->issuer : cert;
    bool ok =
        cert && X509_set_version(cert, 2) && serial_set(cert) && validity_set(cert, plan->days) &&
        subject_set(X509_get_subject_name(cert), plan->common) &&
        X509_set_issuer_name(cert, X509_get_subject_name(issuer)) &&
        X509_set_pubkey(cert, plan->subject_key) && extensions_add(cert, issuer, plan->kind) &&
        (!plan->names ||
         X509_add1_ext_i2d(cert, NID_subject_alt_name, (void *)plan->names, 0, 0) == 1) &&
        X509_sign(cert, plan->issuer_key, EVP_sha256()) > 0;

    if (ok)
        return cert;
    X509_free(cert);
    return NULL;
}

/* Makes the certificate and writes it. A missing input of the plan was reported before. */
static bool cert_write(const struct cert_plan *plan, struct arena *arena, const char **pem,
                       struct err *err)
{
    X509 *cert = cert_make(plan);
    bool ok = cert ? cert_text(cert, arena, pem, err) : failed(err, "make a certificate");

    X509_free(cert);
    return ok;
}

bool x509_ca_new(const char *network, struct arena *arena, struct x509_pair *ca, struct err *err)
{
    assert(network && ca);
    struct x509_pair made = {0};
    char uri[X509_URI_MAX];
    EVP_PKEY *key;
    bool ok;

    if (!x509_uri(network, NULL, uri, err) || !x509_key_new(arena, &made.key, err))
        return false;
    key = key_of(made.key, err);
    if (!key)
        return false;
    ok = cert_write(&(struct cert_plan){.kind = CERT_CA,
                                        .common = network,
                                        .days = X509_DAYS_CA,
                                        .subject_key = key,
                                        .issuer_key = key},
                    arena, &made.cert, err);
    EVP_PKEY_free(key);
    if (ok)
        *ca = made;
    return ok;
}

/* A certificate for this public key, signed by the CA. */
static bool leaf_sign(const struct x509_pair *ca, struct cert_plan *plan, struct arena *arena,
                      const char **pem, struct err *err)
{
    bool ok = false;

    plan->issuer_key = key_of(ca->key, err);
    plan->issuer = plan->issuer_key ? cert_of(ca->cert, err) : NULL;
    if (plan->issuer)
        ok = cert_write(plan, arena, pem, err);
    X509_free(plan->issuer);
    EVP_PKEY_free(plan->issuer_key);
    return ok;
}

/* Verifies the request's own signature and its single name. */
static bool request_check(X509_REQ *request, const char *uri, struct err *err)
{
    EVP_PKEY *key = X509_REQ_get0_pubkey(request);
    STACK_OF(X509_EXTENSION) *extensions = X509_REQ_get_extensions(request);
    GENERAL_NAMES *names = X509V3_get_d2i(extensions, NID_subject_alt_name, NULL, NULL);
    bool ok = false;

    if (!key || X509_REQ_verify(request, key) != 1)
        err_set(err, ERR_DENIED, "the certificate request is not signed by its own key");
    else if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || EVP_PKEY_get_bits(key) != 256)
        err_set(err, ERR_INVALID, "the certificate request's key is not EC P-256");
    else if (!names_are(names, uri))
        err_set(err, ERR_DENIED, "the certificate request is not for %s alone", uri);
    else
        ok = true;
    GENERAL_NAMES_free(names);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    ERR_clear_error();
    return ok;
}

bool x509_sign_request(const struct x509_pair *ca, const char *csr, const char *uri,
                       struct arena *arena, const char **cert, struct err *err)
{
    assert(ca && csr && uri && cert);
    BIO *bio = bio_of(csr);
    X509_REQ *request = bio ? PEM_read_bio_X509_REQ(bio, NULL, NULL, (void *)"") : NULL;
    GENERAL_NAMES *names = names_new(uri, NULL, 0);
    bool ok = false;

    BIO_free(bio);
    ERR_clear_error();
    if (!request)
        err_set(err, ERR_INVALID, "the text is no certificate request in PEM");
    else if (!names)
        failed(err, "name a certificate");
    else if (request_check(request, uri, err))
        ok = leaf_sign(ca,
                       &(struct cert_plan){.kind = CERT_CLIENT,
                                           .common = uri_path(uri),
                                           .days = X509_DAYS_LEAF,
                                           .subject_key = X509_REQ_get0_pubkey(request),
                                           .names = names},
                       arena, cert, err);
    GENERAL_NAMES_free(names);
    X509_REQ_free(request);
    return ok;
}

bool x509_server_new(const struct x509_pair *ca, struct x509_names names, struct arena *arena,
                     struct x509_pair *out, struct err *err)
{
    assert(ca && names.uri && (names.hosts || !names.n) && out);
    struct x509_pair made = {0};
    GENERAL_NAMES *general;
    EVP_PKEY *key;
    bool ok = false;

    if (!x509_key_new(arena, &made.key, err))
        return false;
    key = key_of(made.key, err);
    general = names_new(names.uri, names.hosts, names.n);
    if (key && !general)
        failed(err, "name a certificate");
    if (key && general)
        ok = leaf_sign(ca,
                       &(struct cert_plan){.kind = CERT_SERVER,
                                           .common = uri_path(names.uri),
                                           .days = X509_DAYS_LEAF,
                                           .subject_key = key,
                                           .names = general},
                       arena, &made.cert, err);
    GENERAL_NAMES_free(general);
    EVP_PKEY_free(key);
    if (ok)
        *out = made;
    return ok;
}

bool x509_server_renew(const struct x509_pair *ca, const char *uri, const struct x509_pair *old,
                       struct arena *arena, const char **cert, struct err *err)
{
    EVP_PKEY *key = key_of(old->key, err);
    X509 *before = key ? cert_of(old->cert, err) : NULL;
    GENERAL_NAMES *names =
        before ? X509_get_ext_d2i(before, NID_subject_alt_name, NULL, NULL) : NULL;
    bool ok = false;

    if (before && !names)
        failed(err, "read a certificate's names");
    if (names)
        ok = leaf_sign(ca,
                       &(struct cert_plan){.kind = CERT_SERVER,
                                           .common = uri_path(uri),
                                           .days = X509_DAYS_LEAF,
                                           .subject_key = key,
                                           .names = names},
                       arena, cert, err);
    GENERAL_NAMES_free(names);
    X509_free(before);
    EVP_PKEY_free(key);
    return ok;
}

/* ---- checking ---- */

static bool chain_check(X509 *cert, X509 *ca, int64_t now_s, struct err *err)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    bool ok = false;

    if (!store || !context || !X509_STORE_add_cert(store, ca) ||
        !X509_STORE_CTX_init(context, store, cert, NULL)) {
        failed(err, "check a certificate");
    } else {
        X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context), now_s);
        ok = X509_verify_cert(context) == 1;
        if (!ok)
            err_set(err, ERR_DENIED, "the certificate does not hold: %s",
                    X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
    }
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    ERR_clear_error();
    return ok;
}

bool x509_check(const struct x509_pair *pair, const char *ca, int64_t now_s, struct err *err)
{
    assert(pair && ca);
    EVP_PKEY *key = key_of(pair->key, err);
    X509 *cert = key ? cert_of(pair->cert, err) : NULL;
    X509 *issuer = cert ? cert_of(ca, err) : NULL;
    bool ok = false;

    if (issuer) {
        ok = X509_check_private_key(cert, key) == 1 ||
             err_set(err, ERR_INVALID, "the key does not fit the certificate");
        ok = ok && chain_check(cert, issuer, now_s, err);
    }
    X509_free(issuer);
    X509_free(cert);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return ok;
}

bool x509_not_after(const char *cert, int64_t *not_after_s, struct err *err)
{
    assert(cert && not_after_s);
    X509 *found = cert_of(cert, err);
    int days, seconds;
    ASN1_TIME *epoch;
    bool ok;

    if (!found)
        return false;
    epoch = ASN1_TIME_set(NULL, 0);
    ok = epoch && ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notAfter(found)) == 1;
    ASN1_TIME_free(epoch);
    X509_free(found);
    if (!ok)
        return failed(err, "read a certificate's end");
    *not_after_s = (int64_t)days * DAY_S + seconds;
    return true;
}
