/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of channel: a coordinator that is not there is said so at once; one that takes the
 * call and says nothing is given up after its time; a channel carries one link; what is queued when
 * the channel is finished still goes out.
 */
#include "proto/rpc/channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "tests/unit/refused.h"
#include "tests/unit/rpc/loop.h"

static struct loop loop;

static void test_nobody_there_is_said_at_once_and_with_the_address(void **state)
{
    struct tls_files files = loop_node_files(&loop, "01", false);
    int64_t before = clock_mono_ms();
    struct channel *channel;
    struct rpc_stream *stream;

    (void)state;
    snprintf(loop.target, sizeof(loop.target), "127.0.0.1:1");
    channel = loop_dial(&loop, &files);
    assert_true(channel_link(channel, "hello", 5, &stream, &loop.err));
    assert_false(loop_read(&loop, channel));
    assert_int_equal(loop.err.code, ERR_UNAVAILABLE);
    assert_non_null(strstr(loop.err.text, "127.0.0.1:1"));
    assert_in_range(clock_mono_ms() - before, 0, LOOP_PATIENCE_MS);
    channel_close(channel);
}

static void test_a_coordinator_that_says_nothing_is_given_up(void **state)
{
    struct tls_files files = loop_node_files(&loop, "01", false);
    struct channel_options options = {.tls = files, .connect_timeout_ms = 300};
    int64_t before = clock_mono_ms();
    struct channel *channel;
    struct rpc_stream *stream;

    (void)state;
    loop.echo = false;
    loop_serve(&loop, 2, 0);
    options.target = loop.target;
    assert_true(channel_open(&options, &channel, &loop.err));
    assert_true(channel_link(channel, "hello", 5, &stream, &loop.err));
    assert_false(loop_read(&loop, channel));
    assert_int_equal(loop.err.code, ERR_UNAVAILABLE);
    assert_in_range(clock_mono_ms() - before, 250, LOOP_PATIENCE_MS);
    channel_close(channel);
}

static void test_a_channel_carries_one_link(void **state)
{
    struct channel *channel;
    struct rpc_stream *stream;

    (void)state;
    loop_serve(&loop, 2, 0);
    channel = loop_link(&loop, "01", &stream);
    assert_refused(channel_link(channel, "hello", 5, &stream, &loop.err), &loop.err, ERR_INTERNAL);
    channel_close(channel);
    channel_close(NULL);
}

static void test_what_is_queued_when_it_is_finished_still_goes_out(void **state)
{
    struct channel *channel;
    struct rpc_stream *stream;

    (void)state;
    loop_serve(&loop, 2, 0);
    channel = loop_link(&loop, "01", &stream);
    for (int i = 0; i < 100; i++)
        assert_true(rpc_stream_send(stream, "answer", 6, RPC_STREAM_ORDINARY, &loop.err));
    channel_finish(channel);
    assert_refused(rpc_stream_send(stream, "late", 4, RPC_STREAM_ORDINARY, &loop.err), &loop.err,
                   ERR_UNAVAILABLE);
    while (loop_read(&loop, channel))
        ;
    assert_int_equal(loop.err.code, ERR_NONE);
    assert_int_equal(atomic_load(&loop.arrived), 101);
    channel_close(channel);
}

static void test_a_channel_that_never_linked_closes(void **state)
{
    struct tls_files files = loop_node_files(&loop, "01", false);

    (void)state;
    snprintf(loop.target, sizeof(loop.target), "127.0.0.1:1");
    channel_close(loop_dial(&loop, &files));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(&loop, test_nobody_there_is_said_at_once_and_with_the_address),
        LOOP_TEST(&loop, test_a_coordinator_that_says_nothing_is_given_up),
        LOOP_TEST(&loop, test_a_channel_carries_one_link),
        LOOP_TEST(&loop, test_what_is_queued_when_it_is_finished_still_goes_out),
        LOOP_TEST(&loop, test_a_channel_that_never_linked_closes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
