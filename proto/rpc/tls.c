/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates are given to gRPC by our own fetcher, never by its file watcher. With the watcher
 * one bad PEM file refuses every new connection; the fetcher keeps the old pair until x509_check()
 * accepts the new one: the key fits, the CA signed the certificate, and it is valid now.
 */
#include "proto/rpc/tls.h"

#include <assert.h>
#include <grpc/support/log.h>
#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/log.h"
#include "proto/rpc/core.h"
#include "proto/rpc/tls_inside.h"
#include "proto/trust/x509.h"

#define N_FILES 3
#define DAY_S ((int64_t)86400)
#define ENDS_SOON_S (30 * DAY_S)

static void log_core(gpr_log_func_args *args)
{
    log_event(args->severity == GPR_LOG_SEVERITY_ERROR ? LOG_WARN_LEVEL : LOG_DEBUG_LEVEL, "grpc",
              "message", args->message, NULL);
}

/*
 * gRPC has no setting for the oldest version of TLS, and sets TLS 1.2 as minimum in every context
 * that it makes. A version that OpenSSL's system default removes stays removed, so we make TLS 1.3
 * the only version in the default of this process. OpenSSL's own configuration is loaded before,
 * because it would otherwise replace this setting later.
 */
static const char tls_default[] = "openssl_conf = rikstal\n"
                                  "[rikstal]\n"
                                  "ssl_conf = contexts\n"
                                  "[contexts]\n"
                                  "system_default = all\n"
                                  "[all]\n"
                                  "Protocol = -TLSv1.2\n";

static bool tls_default_set(void)
{
    BIO *text = BIO_new_mem_buf(tls_default, sizeof(tls_default) - 1);
    CONF *conf = NCONF_new(NULL);
    bool ok = text && conf && OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL) == 1 &&
              NCONF_load_bio(conf, text, NULL) == 1 && CONF_modules_load(conf, NULL, 0) == 1;

    NCONF_free(conf);
    BIO_free(text);
    return ok;
}

bool tls_start(struct err *err)
{
    if (!tls_default_set())
        return err_set(err, ERR_INTERNAL, "OpenSSL does not take TLS 1.3 as its only version");
    gpr_set_log_function(log_core);
    gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
    grpc_init();
    return true;
}

void tls_stop(void)
{
    grpc_shutdown_blocking();
}

/* The contents of the three files; the texts are in the arena. */
struct material {
    struct arena *arena;
    struct x509_pair pair;
    const char *ca;
};

static void material_clear(struct material *material)
{
    arena_free(material->arena);
    *material = (struct material){0};
}

static bool pem_read(const char *path, struct arena *arena, const char **text, struct err *err)
{
    uint8_t *data;
    size_t size;

    if (!file_read(path, X509_PEM_MAX, arena, &data, &size, err))
        return false;
    *text = (const char *)data;
    return true;
}

void tls_end_look(struct tls_end *end, const char *cert)
{
    assert(end && cert);
    int64_t now_s = clock_wall_s(), not_after_s;
    struct arena *arena;
    char when[CLOCK_TEXT_BYTES];
    struct err ignored; /* the code that connects or listens reports it */
    const char *text;

    if (end->looked_s && now_s >= end->looked_s && now_s - end->looked_s < DAY_S)
        return;
    end->looked_s = now_s;
    arena = arena_new(2 * X509_PEM_MAX);
    if (arena && pem_read(cert, arena, &text, &ignored) &&
        x509_not_after(text, &not_after_s, &ignored) && not_after_s - now_s <= ENDS_SOON_S) {
        clock_text(not_after_s, when);
        log_event(LOG_WARN_LEVEL, "certificate_ends", "file", cert, "at", when, NULL);
    }
    arena_free(arena);
}

static bool material_read(const struct tls_files *files, struct material *out, struct err *err)
{
    struct material m = {.arena = arena_new(8 * X509_PEM_MAX)};

    if (!m.arena)
        return err_memory(err);
    if (pem_read(files->key, m.arena, &m.pair.key, err) &&
        pem_read(files->cert, m.arena, &m.pair.cert, err) &&
        pem_read(files->ca, m.arena, &m.ca, err)) {
        if (x509_check(&m.pair, m.ca, clock_wall_s(), err)) {
            *out = m;
            return true;
        }
        err_wrap(err, "%s: ", files->cert);
    }
    material_clear(&m);
    return false;
}

/* ---- credentials of the client ---- */

bool tls_channel_credentials(const struct tls_files *files, grpc_channel_credentials **out,
                             struct err *err)
{
    assert(files && out);
    struct material m = {0};
    grpc_ssl_pem_key_cert_pair pair;

    if (!material_read(files, &m, err))
        return false;
    pair = (grpc_ssl_pem_key_cert_pair){.private_key = m.pair.key, .cert_chain = m.pair.cert};
    *out = grpc_ssl_credentials_create_ex(m.ca, &pair, NULL, NULL);
    material_clear(&m);
    return *out || err_set(err, ERR_INTERNAL, "gRPC does not take the certificates");
}

/* ---- credentials of the server ---- */

/* When a file was last written, as far as stat() shows it. */
struct stamp {
    struct timespec modified;
    off_t size;
    ino_t inode;
};

struct tls_store {
    char *paths[N_FILES]; /* indexed key, cert, ca */
    struct tls_files files;
    pthread_mutex_t lock;
    /* below: under lock */
    struct stamp stamps[N_FILES]; /* of the files when they were last read */
    bool handed_out;
};

/* True when a file has changed since the last call. */
static bool stamps_changed(struct tls_store *store)
{
    struct stamp now[N_FILES];
    bool changed;

    memset(now, 0, sizeof(now)); /* clears the padding, because memcmp compares it too */
    for (size_t i = 0; i < N_FILES; i++) {
        struct stat info;

        if (stat(store->paths[i], &info) != 0)
            continue;
        now[i].modified = info.st_mtim;
        now[i].size = info.st_size;
        now[i].inode = info.st_ino;
    }
    changed = memcmp(now, store->stamps, sizeof(now)) != 0;
    memcpy(store->stamps, now, sizeof(now));
    return changed;
}

/* gRPC calls this at each handshake. It gives a new pair only when the files hold a valid one. */
static grpc_ssl_certificate_config_reload_status
fetch_locked(struct tls_store *store, grpc_ssl_server_certificate_config **config)
{
    struct material m = {0};
    grpc_ssl_pem_key_cert_pair pair;
    struct err err;

    if (!stamps_changed(store) && store->handed_out)
        return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    if (!material_read(&store->files, &m, &err)) {
        log_error("certificate_not_taken", &err);
        return store->handed_out ? GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED
                                 : GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_FAIL;
    }
    pair = (grpc_ssl_pem_key_cert_pair){.private_key = m.pair.key, .cert_chain = m.pair.cert};
    *config = grpc_ssl_server_certificate_config_create(m.ca, &pair, 1);
    material_clear(&m);
    store->handed_out = true;
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

static grpc_ssl_certificate_config_reload_status fetch(void *user_data,
                                                       grpc_ssl_server_certificate_config **config)
{
    struct tls_store *store = user_data;
    grpc_ssl_certificate_config_reload_status status;

    pthread_mutex_lock(&store->lock);
    status = fetch_locked(store, config);
    pthread_mutex_unlock(&store->lock);
    return status;
}

bool tls_store_open(const struct tls_files *files, struct tls_store **out, struct err *err)
{
    assert(files && out);
    const char *paths[N_FILES] = {files->key, files->cert, files->ca};
    struct tls_store *store = calloc(1, sizeof(*store));
    struct material m = {0};
    bool ok = store != NULL;

    if (!store)
        return err_memory(err);
    pthread_mutex_init(&store->lock, NULL);
    for (size_t i = 0; ok && i < N_FILES; i++)
        ok = (store->paths[i] = strdup(paths[i])) != NULL;
    store->files = (struct tls_files){store->paths[0], store->paths[1], store->paths[2]};
    if (!ok)
        err_memory(err);
    ok = ok && material_read(&store->files, &m, err);
    if (!ok) {
        tls_store_close(store);
        return false;
    }
    material_clear(&m);
    *out = store;
    return true;
}

void tls_store_close(struct tls_store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < N_FILES; i++)
        free(store->paths[i]);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

grpc_server_credentials *tls_server_credentials(struct tls_store *store)
{
    return grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(
            GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, fetch, store));
}
