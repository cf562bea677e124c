/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of server and channel: who has no certificate of the CA gets no link; who says
 * nothing holds no place; a peer that is never confirmed is ended; an unknown method is answered;
 * links beyond the limit are refused at once; closing with open links ends them all; the status
 * that the owner gives reaches the peer; a certificate replaced by garbage changes nothing, a new
 * one is used.
 */
#include "proto/rpc/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "proto/rpc/core.h"
#include "proto/rpc/tls_inside.h"
#include "tests/unit/refused.h"
#include "tests/unit/rpc/loop.h"

static struct loop loop;

static void test_twenty_one_links_echo(void **state)
{
    struct channel *channels[21];
    struct rpc_stream *streams[21];
    char node[8];

    (void)state;
    loop_serve(&loop, 0, 0);
    for (int i = 0; i < 21; i++) {
        snprintf(node, sizeof(node), "%02d", i + 1);
        channels[i] = loop_link(&loop, node, &streams[i]);
    }
    assert_int_equal(links_count(loop.links), 21);
    assert_int_equal(server_links(loop.server), 21);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 21; i++)
            assert_true(
                rpc_stream_send(streams[i], &round, sizeof(round), RPC_STREAM_ORDINARY, &loop.err));
        for (int i = 0; i < 21; i++)
            assert_true(loop_read(&loop, channels[i]));
    }
    for (int i = 0; i < 21; i++)
        channel_finish(channels[i]);
    for (int i = 0; i < 21; i++) {
        assert_false(loop_read(&loop, channels[i]));
        assert_int_equal(loop.err.code, ERR_NONE); /* in order */
        channel_close(channels[i]);
    }
    assert_true(loop_wait(&loop.ended, 21));
    assert_int_equal(loop_last_end(&loop).code, ERR_NONE);
    assert_int_equal(links_count(loop.links), 0);
}

/* The core's own client, as a stranger would write one. */
static grpc_status_code call_raw(const char *method, grpc_channel_credentials *credentials,
                                 bool with_message, int64_t deadline_ms)
{
    grpc_completion_queue *queue = grpc_completion_queue_create_for_pluck(NULL);
    grpc_channel *channel = grpc_channel_create(loop.target, credentials, NULL);
    grpc_slice name = grpc_slice_from_copied_string(method);
    grpc_call *call = grpc_channel_create_call(channel, NULL, GRPC_PROPAGATE_DEFAULTS, queue, name,
                                               NULL, core_after(deadline_ms), NULL);
    grpc_metadata_array initial, trailing;
    grpc_slice details = grpc_empty_slice(), slice = grpc_slice_from_static_string("x");
    grpc_byte_buffer *message = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_status_code status = GRPC_STATUS_OK;
    grpc_op ops[4] = {{.op = GRPC_OP_SEND_INITIAL_METADATA},
                      {.op = GRPC_OP_RECV_INITIAL_METADATA},
                      {.op = GRPC_OP_RECV_STATUS_ON_CLIENT},
                      {.op = GRPC_OP_SEND_MESSAGE}};

    grpc_metadata_array_init(&initial);
    grpc_metadata_array_init(&trailing);
    ops[1].data.recv_initial_metadata.recv_initial_metadata = &initial;
    ops[2].data.recv_status_on_client.trailing_metadata = &trailing;
    ops[2].data.recv_status_on_client.status = &status;
    ops[2].data.recv_status_on_client.status_details = &details;
    ops[3].data.send_message.send_message = message;
    core_batch(call, queue, ops, with_message ? 4 : 3);
    grpc_byte_buffer_destroy(message);
    grpc_slice_unref(details);
    grpc_slice_unref(name);
    grpc_metadata_array_destroy(&initial);
    grpc_metadata_array_destroy(&trailing);
    grpc_call_unref(call);
    grpc_channel_destroy(channel);
    grpc_channel_credentials_release(credentials);
    grpc_completion_queue_shutdown(queue);
    grpc_completion_queue_destroy(queue);
    return status;
}

static grpc_channel_credentials *node_credentials(const char *node)
{
    struct tls_files files = loop_node_files(&loop, node, false);
    grpc_channel_credentials *credentials = NULL;

    assert_true(tls_channel_credentials(&files, &credentials, &loop.err));
    return credentials;
}

static void test_a_client_without_certificate_gets_no_link(void **state)
{
    (void)state;
    loop_serve(&loop, 4, 0);
    assert_int_equal(call_raw(LINK_METHOD,
                              grpc_ssl_credentials_create_ex(loop.ca.cert, NULL, NULL, NULL), true,
                              LOOP_PATIENCE_MS),
                     GRPC_STATUS_UNAVAILABLE);
    assert_int_equal(
        call_raw(LINK_METHOD, grpc_insecure_credentials_create(), true, LOOP_PATIENCE_MS),
        GRPC_STATUS_UNAVAILABLE);
    assert_int_equal(atomic_load(&loop.opened), 0);
}

static void test_an_unknown_method_is_answered(void **state)
{
    int64_t before = clock_mono_ms();

    (void)state;
    loop_serve(&loop, 4, 0);
    assert_int_equal(call_raw("/rikstal.v1.Coordinator/Dump", node_credentials("01"), true,
                              2 * LOOP_PATIENCE_MS),
                     GRPC_STATUS_UNIMPLEMENTED);
    assert_in_range(clock_mono_ms() - before, 0, LOOP_PATIENCE_MS);
}

static void *stay_silent(void *arg)
{
    call_raw(LINK_METHOD, arg, false, 2 * LOOP_PATIENCE_MS);
    return NULL;
}

static void test_silent_peers_hold_no_place(void **state)
{
    pthread_t threads[12];
    struct rpc_stream *stream;
    int64_t before;

    (void)state;
    loop_serve(&loop, 2, 0);
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, stay_silent, node_credentials("21")), 0);
    clock_sleep_ms(300);
    before = clock_mono_ms();
    channel_close(loop_link(&loop, "01", &stream));
    assert_in_range(clock_mono_ms() - before, 0, LOOP_PATIENCE_MS);
    assert_int_equal(atomic_load(&loop.opened), 1);
    server_close(loop.server, 0); /* ends their calls */
    loop.server = NULL;
    for (size_t i = 0; i < 12; i++)
        pthread_join(threads[i], NULL);
}

static void test_a_peer_that_is_never_confirmed_is_ended(void **state)
{
    struct tls_files files = loop_node_files(&loop, "01", false);
    int64_t before = clock_mono_ms();

    (void)state;
    loop.confirm = false;
    loop.echo = false;
    loop_serve(&loop, 2, 300);
    assert_false(loop_links(&loop, &files));
    assert_int_equal(loop.err.code, ERR_UNAVAILABLE);
    assert_in_range(clock_mono_ms() - before, 250, LOOP_PATIENCE_MS);
    assert_true(loop_wait(&loop.ended, 1));
    assert_string_equal(loop_last_end(&loop).text, "nothing came in time");
}

static void test_a_link_beyond_the_limit_is_refused_at_once(void **state)
{
    struct tls_files third = loop_node_files(&loop, "03", false);
    struct channel *first, *second;
    struct rpc_stream *stream;

    (void)state;
    loop_serve(&loop, 2, 0);
    first = loop_link(&loop, "01", &stream);
    second = loop_link(&loop, "02", &stream);
    assert_false(loop_links(&loop, &third));
    assert_int_equal(loop.err.code, ERR_EXHAUSTED);
    channel_close(first);
    assert_true(loop_wait(&loop.ended, 1));
    for (int i = 0; i < LOOP_PATIENCE_MS / 10 && server_links(loop.server) > 1; i++)
        clock_sleep_ms(10);
    assert_true(loop_links(&loop, &third)); /* a place given back is taken again */
    channel_close(second);
}

static void test_the_owners_reason_reaches_the_peer(void **state)
{
    struct tls_files files = loop_node_files(&loop, "01", false);
    struct channel *channel;
    struct rpc_stream *stream;

    (void)state;
    loop.end_after = "the hello is not signed";
    loop_serve(&loop, 2, 0);
    channel = loop_link(&loop, "01", &stream);
    assert_true(rpc_stream_send(stream, "end", 3, RPC_STREAM_ORDINARY, &loop.err));
    assert_false(loop_read(&loop, channel));
    assert_int_equal(loop.err.code, ERR_INVALID);
    assert_non_null(strstr(loop.err.text, "the hello is not signed"));
    channel_close(channel);
    loop.refuse = "not in the roster";
    assert_false(loop_links(&loop, &files));
    assert_int_equal(loop.err.code, ERR_DENIED);
    assert_non_null(strstr(loop.err.text, "not in the roster"));
    assert_int_equal(atomic_load(&loop.ended), atomic_load(&loop.opened));
}

static bool nobody_opens(void *owner, struct rpc_stream *stream, struct err *err)
{
    (void)owner;
    (void)stream;
    return err_set(err, ERR_DENIED, "nobody is let in");
}

static bool nobody_sends(void *owner, struct rpc_stream *stream, const uint8_t *frame, size_t size,
                         struct err *err)
{
    (void)frame;
    (void)size;
    return nobody_opens(owner, stream, err);
}

static void nobody_ends(void *owner, struct rpc_stream *stream, const struct err *err)
{
    (void)owner;
    (void)stream;
    (void)err;
}

static void test_without_tls_only_loopback_is_listened_on(void **state)
{
    static const char *const others[] = {"0.0.0.0:0", "[::]:0", "192.0.2.1:0", "localhost:0"};
    struct server_options options = {.behind_proxy = true,
                                     .events = {&loop, nobody_opens, nobody_sends, nobody_ends}};
    struct server *server;

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        options.listen = others[i];
        assert_refused_for(server_open(&options, &server, &loop.err), &loop.err, ERR_INVALID,
                           "loopback");
    }
    options.listen = "127.0.0.1:0";
    assert_true(server_open(&options, &server, &loop.err));
    server_close(server, 0);
}

static void test_closing_with_open_links_ends_them_all(void **state)
{
    struct channel *channels[5];
    struct rpc_stream *stream;
    int64_t before;
    char node[8];

    (void)state;
    loop_serve(&loop, 8, 0);
    for (int i = 0; i < 5; i++) {
        snprintf(node, sizeof(node), "%02d", i);
        channels[i] = loop_link(&loop, node, &stream);
    }
    before = clock_mono_ms();
    server_close(loop.server, 200);
    loop.server = NULL;
    assert_in_range(clock_mono_ms() - before, 150, LOOP_PATIENCE_MS);
    assert_int_equal(atomic_load(&loop.ended), 5);
    for (int i = 0; i < 5; i++) {
        assert_false(loop_read(&loop, channels[i]));
        assert_int_equal(loop.err.code, ERR_UNAVAILABLE);
        channel_close(channels[i]);
    }
}

static bool never_opened(void *owner, struct rpc_stream *stream, struct err *err)
{
    (void)owner;
    (void)stream;
    return err_set(err, ERR_DENIED, "nobody is let in");
}

static bool never_arrived(void *owner, struct rpc_stream *stream, const uint8_t *frame, size_t size,
                          struct err *err)
{
    (void)owner;
    (void)stream;
    (void)frame;
    (void)size;
    return err_set(err, ERR_DENIED, "nobody is let in");
}

static void never_ended(void *owner, struct rpc_stream *stream, const struct err *err)
{
    (void)owner;
    (void)stream;
    (void)err;
}

static void test_what_cannot_be_opened_is_said_so(void **state)
{
    struct server_options options = {.listen = loop.target,
                                     .tls = loop.server_files,
                                     .events = {NULL, never_opened, never_arrived, never_ended}};
    struct server *second = NULL;

    (void)state;
    loop_serve(&loop, 2, 0);
    assert_refused(server_open(&options, &second, &loop.err), &loop.err,
                   ERR_UNAVAILABLE); /* two would share a port */
    assert_non_null(strstr(loop.err.text, loop.target));
    options.listen = "nowhere";
    assert_refused(server_open(&options, &second, &loop.err), &loop.err, ERR_INVALID);
    options.listen = "127.0.0.1:0";
    options.tls.ca = "/nonexistent/ca.crt";
    assert_refused(server_open(&options, &second, &loop.err), &loop.err, ERR_INVALID);
    options.tls = loop.server_files;
    options.events.ended = NULL;
    assert_refused(server_open(&options, &second, &loop.err), &loop.err, ERR_INTERNAL);
    assert_null(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(&loop, test_twenty_one_links_echo),
        LOOP_TEST(&loop, test_a_client_without_certificate_gets_no_link),
        LOOP_TEST(&loop, test_an_unknown_method_is_answered),
        LOOP_TEST(&loop, test_silent_peers_hold_no_place),
        LOOP_TEST(&loop, test_a_peer_that_is_never_confirmed_is_ended),
        LOOP_TEST(&loop, test_a_link_beyond_the_limit_is_refused_at_once),
        LOOP_TEST(&loop, test_the_owners_reason_reaches_the_peer),
        LOOP_TEST(&loop, test_closing_with_open_links_ends_them_all),
        LOOP_TEST(&loop, test_without_tls_only_loopback_is_listened_on),
        LOOP_TEST(&loop, test_what_cannot_be_opened_is_said_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
