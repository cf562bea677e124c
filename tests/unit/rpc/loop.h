#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A coordinator and its nodes in one process, over mutual TLS on loopback: keys and certificates in
 * a folder of their own, a server whose owner echoes frames and counts, and channels that dial it.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "proto/base/err.h"
#include "proto/rpc/channel.h"
#include "proto/rpc/links.h"
#include "proto/rpc/rpc_stream.h"
#include "proto/rpc/server.h"
#include "proto/trust/x509.h"

#define LOOP_NETWORK "test"
#define LOOP_PATIENCE_MS 40000 /* a machine may be busy with others for seconds */

struct arena;

struct loop {
    char folder[64];
    char paths[8][96];
    struct arena *arena;
    struct x509_pair ca, other_ca;
    struct tls_files server_files;
    struct server *server;
    char target[64];
    struct links *links;
    bool echo;             /* answer each frame with itself */
    bool confirm;          /* at the first frame */
    bool slow;             /* arrived() takes its time */
    const char *refuse;    /* opened() refuses with this */
    const char *end_after; /* arrived() ends with this at the frame "end" */
    atomic_uint opened, arrived, ended;
    pthread_mutex_t lock;
    struct err last_end; /* under lock */
    struct err err;
};

void loop_up(struct loop *loop);
void loop_down(struct loop *loop);
/* rpc and a loop for one test: LOOP_TEST(&loop, test_of_something). */
int loop_setup(void **state);
int loop_teardown(void **state);
#define LOOP_TEST(loop, f)                                                                         \
    cmocka_unit_test_prestate_setup_teardown(f, loop_setup, loop_teardown, loop)

/* Listen, with the loop's flags as they are. */
void loop_serve(struct loop *loop, uint32_t links_max, int64_t handshake_ms);
/* Certificate files for a node, signed by the CA or by another one. The paths live in the loop. */
struct tls_files loop_node_files(struct loop *loop, const char *node, bool other_ca);
/* A channel for that node, opened. */
struct channel *loop_dial(struct loop *loop, const struct tls_files *files);
/* Dial, send "hello" and read its echo. */
struct channel *loop_link(struct loop *loop, const char *node, struct rpc_stream **stream);
/* Dial with these files and say "hello"; true when the echo comes. */
bool loop_links(struct loop *loop, const struct tls_files *files);
/* The next frame of the channel; false when there is none any more, loop->err says why. */
bool loop_read(struct loop *loop, struct channel *channel);
/* Wait until *counter >= n; false after LOOP_PATIENCE_MS. */
bool loop_wait(atomic_uint *counter, unsigned n);
struct err loop_last_end(struct loop *loop);
void loop_must(bool ok, const char *what, const struct err *err);
