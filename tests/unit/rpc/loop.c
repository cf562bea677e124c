/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/rpc/loop.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/random.h"

void loop_must(bool ok, const char *what, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "%s: %s\n", what, err->text);
    abort(); /* a fixture that cannot be set up is no test */
}

static const char *put(struct loop *loop, const char *name, const char *text)
{
    char *path = arena_printf(loop->arena, "%s/%s", loop->folder, name);

    loop_must(path && file_write(path, text, strlen(text), 0600, &loop->err), name, &loop->err);
    return path;
}

void loop_up(struct loop *loop)
{
    static const char *const names[] = {"localhost", "127.0.0.1"};
    struct x509_pair server = {0};

    memset(loop, 0, sizeof(*loop));
    pthread_mutex_init(&loop->lock, NULL);
    loop->arena = arena_new((size_t)8 << 20);
    snprintf(loop->folder, sizeof(loop->folder), "/tmp/test-rpc-XXXXXX");
    loop_must(random_start() && loop->arena && mkdtemp(loop->folder), "fixture", &loop->err);
    loop_must(x509_ca_new(LOOP_NETWORK, loop->arena, &loop->ca, &loop->err), "ca", &loop->err);
    loop_must(x509_ca_new(LOOP_NETWORK, loop->arena, &loop->other_ca, &loop->err), "ca",
              &loop->err);
    loop_must(x509_server_new(&loop->ca, (struct x509_names){"spiffe://test/coordinator", names, 2},
                              loop->arena, &server, &loop->err),
              "server certificate", &loop->err);
    loop->server_files = (struct tls_files){put(loop, "server.key", server.key),
                                            put(loop, "server.crt", server.cert),
                                            put(loop, "ca.crt", loop->ca.cert)};
    loop->links = links_new();
    loop->echo = true;
    loop->confirm = true;
}

/* ---- the owner's events ---- */

static bool on_opened(void *owner, struct rpc_stream *stream, struct err *err)
{
    struct loop *loop = owner;
    char node[64];

    if (loop->refuse)
        return err_set(err, ERR_DENIED, "%s", loop->refuse);
    if (!x509_uri_node(rpc_stream_peer(stream), LOOP_NETWORK, node, sizeof(node)))
        return err_set(err, ERR_DENIED, "not a node of this network");
    atomic_fetch_add(&loop->opened, 1);
    return links_put(loop->links, node, stream, err);
}

static bool on_arrived(void *owner, struct rpc_stream *stream, const uint8_t *frame, size_t size,
                       struct err *err)
{
    struct loop *loop = owner;

    atomic_fetch_add(&loop->arrived, 1);
    if (loop->confirm)
        rpc_stream_confirm(stream);
    if (loop->slow)
        clock_sleep_ms(50);
    if (loop->end_after && size == 3 && memcmp(frame, "end", 3) == 0)
        return err_set(err, ERR_INVALID, "%s", loop->end_after);
    return !loop->echo || rpc_stream_send(stream, frame, size, RPC_STREAM_ORDINARY, err);
}

static void on_ended(void *owner, struct rpc_stream *stream, const struct err *err)
{
    struct loop *loop = owner;
    char node[64];

    if (x509_uri_node(rpc_stream_peer(stream), LOOP_NETWORK, node, sizeof(node)))
        links_remove(loop->links, node, stream);
    pthread_mutex_lock(&loop->lock);
    loop->last_end = *err;
    pthread_mutex_unlock(&loop->lock);
    atomic_fetch_add(&loop->ended, 1);
}

void loop_serve(struct loop *loop, uint32_t links_max, int64_t handshake_ms)
{
    struct server_options options = {.listen = "127.0.0.1:0",
                                     .tls = loop->server_files,
                                     .links_max = links_max,
                                     .handshake_timeout_ms = handshake_ms,
                                     .events = {loop, on_opened, on_arrived, on_ended}};

    loop_must(server_open(&options, &loop->server, &loop->err), "server", &loop->err);
    snprintf(loop->target, sizeof(loop->target), "127.0.0.1:%u", server_port(loop->server));
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

void loop_down(struct loop *loop)
{
    server_close(loop->server, 200);
    links_free(loop->links);
    nftw(loop->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(loop->arena);
    pthread_mutex_destroy(&loop->lock);
}

struct tls_files loop_node_files(struct loop *loop, const char *node, bool other_ca)
{
    const struct x509_pair *ca = other_ca ? &loop->other_ca : &loop->ca;
    char uri[X509_URI_MAX], name[64];
    const char *key, *csr, *cert;
    struct tls_files files;

    loop_must(x509_uri(LOOP_NETWORK, node, uri, &loop->err) &&
                  x509_key_new(loop->arena, &key, &loop->err) &&
                  x509_request_new(key, uri, loop->arena, &csr, &loop->err) &&
                  x509_sign_request(ca, csr, uri, loop->arena, &cert, &loop->err),
              "node certificate", &loop->err);
    snprintf(name, sizeof(name), "%s%s.key", node, other_ca ? "-other" : "");
    files.key = put(loop, name, key);
    snprintf(name, sizeof(name), "%s%s.crt", node, other_ca ? "-other" : "");
    files.cert = put(loop, name, cert);
    snprintf(name, sizeof(name), "%s%s.ca", node, other_ca ? "-other" : "");
    files.ca = put(loop, name, ca->cert);
    return files;
}

struct channel *loop_dial(struct loop *loop, const struct tls_files *files)
{
    struct channel_options options = {.target = loop->target, .tls = *files};
    struct channel *channel = NULL;

    options.connect_timeout_ms = 2 * LOOP_PATIENCE_MS;
    loop_must(channel_open(&options, &channel, &loop->err), "channel", &loop->err);
    return channel;
}

struct channel *loop_link(struct loop *loop, const char *node, struct rpc_stream **stream)
{
    struct tls_files files = loop_node_files(loop, node, false);
    struct channel *channel = loop_dial(loop, &files);
    const uint8_t *frame;
    size_t size;

    loop_must(channel_link(channel, "hello", 5, stream, &loop->err), "link", &loop->err);
    loop_must(channel_read(channel, &frame, &size, &loop->err), "echo", &loop->err);
    loop_must(size == 5 && memcmp(frame, "hello", 5) == 0, "echo is the frame", &loop->err);
    return channel;
}

bool loop_wait(atomic_uint *counter, unsigned n)
{
    for (int i = 0; i < LOOP_PATIENCE_MS / 10 && atomic_load(counter) < n; i++)
        clock_sleep_ms(10);
    return atomic_load(counter) >= n;
}

struct err loop_last_end(struct loop *loop)
{
    struct err err;

    pthread_mutex_lock(&loop->lock);
    err = loop->last_end;
    pthread_mutex_unlock(&loop->lock);
    return err;
}

int loop_setup(void **state)
{
    struct err err = {.code = ERR_NONE};

    loop_must(tls_start(&err), "gRPC", &err);
    loop_up(*state);
    return 0;
}

int loop_teardown(void **state)
{
    loop_down(*state);
    tls_stop();
    return 0;
}

bool loop_read(struct loop *loop, struct channel *channel)
{
    const uint8_t *frame;
    size_t size;

    return channel_read(channel, &frame, &size, &loop->err);
}

bool loop_links(struct loop *loop, const struct tls_files *files)
{
    struct channel *channel = loop_dial(loop, files);
    struct rpc_stream *stream;
    bool ok = channel_link(channel, "hello", 5, &stream, &loop->err) && loop_read(loop, channel);

    channel_close(channel);
    return ok;
}
