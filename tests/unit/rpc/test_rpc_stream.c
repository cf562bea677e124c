/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of stream: frames arrive as they were sent, the largest one too and one byte more
 * not; a full queue refuses instead of waiting; an urgent frame overtakes; many threads may send;
 * after the end a send is refused.
 */
#include "proto/rpc/rpc_stream.h"

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

static void test_frames_of_every_size_come_back_the_same(void **state)
{
    static const size_t sizes[] = {1, 2, 1000, 65536, RPC_STREAM_FRAME_MAX};
    uint8_t *data = malloc(RPC_STREAM_FRAME_MAX + 1);
    struct channel *channel;
    struct rpc_stream *stream;
    const uint8_t *frame;
    size_t size;

    (void)state;
    assert_non_null(data);
    for (size_t i = 0; i <= RPC_STREAM_FRAME_MAX; i++)
        data[i] = (uint8_t)(i * 7 + i / 251);
    loop_serve(&loop, 4, 0);
    channel = loop_link(&loop, "01", &stream);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        assert_true(rpc_stream_send(stream, data, sizes[i], RPC_STREAM_ORDINARY, &loop.err));
        assert_true(channel_read(channel, &frame, &size, &loop.err));
        assert_int_equal(size, sizes[i]);
        assert_memory_equal(frame, data, size);
    }
    assert_refused(
        rpc_stream_send(stream, data, RPC_STREAM_FRAME_MAX + 1, RPC_STREAM_ORDINARY, &loop.err),
        &loop.err, ERR_INVALID);
    assert_refused(rpc_stream_send(stream, data, 0, RPC_STREAM_ORDINARY, &loop.err), &loop.err,
                   ERR_INVALID);
    channel_close(channel);
    free(data);
}

/* A peer that reads nothing: flow control stops the writer, the queue fills, the sender is told. */
static void test_a_full_queue_refuses_and_does_not_wait(void **state)
{
    static uint8_t large[RPC_STREAM_FRAME_MAX];
    int64_t before = clock_mono_ms();
    struct channel *channel;
    struct rpc_stream *stream;
    unsigned n = 0;

    (void)state;
    loop.slow = true;
    loop_serve(&loop, 4, 0);
    channel = loop_link(&loop, "01", &stream);
    while (n < 1000 &&
           links_send(loop.links, "01", large, sizeof(large), RPC_STREAM_ORDINARY, &loop.err))
        n++;
    assert_int_equal(loop.err.code, ERR_EXHAUSTED);
    assert_in_range(n, RPC_STREAM_QUEUE_BYTES / RPC_STREAM_FRAME_MAX, 40);
    assert_in_range(clock_mono_ms() - before, 0, LOOP_PATIENCE_MS);
    channel_close(channel);
}

static void test_small_frames_are_counted_too(void **state)
{
    static uint8_t large[RPC_STREAM_FRAME_MAX];
    struct channel *channel;
    struct rpc_stream *stream;
    unsigned n = 0;

    (void)state;
    loop_serve(&loop, 4, 0);
    channel = loop_link(&loop, "01", &stream);
    for (int i = 0; i < 6; i++) /* stop the writer */
        assert_true(
            links_send(loop.links, "01", large, sizeof(large), RPC_STREAM_ORDINARY, &loop.err));
    while (n < 100000 && links_send(loop.links, "01", "x", 1, RPC_STREAM_URGENT, &loop.err))
        n++;
    assert_int_equal(loop.err.code, ERR_EXHAUSTED);
    assert_true(n >= RPC_STREAM_QUEUE_FRAMES);
    channel_close(channel);
}

static void test_an_urgent_frame_overtakes(void **state)
{
    static uint8_t large[RPC_STREAM_FRAME_MAX];
    struct channel *channel;
    struct rpc_stream *stream;
    const uint8_t *frame;
    int behind = 0;
    size_t size;

    (void)state;
    loop_serve(&loop, 4, 0);
    channel = loop_link(&loop, "01", &stream);
    for (int i = 0; i < 7; i++)
        assert_true(
            links_send(loop.links, "01", large, sizeof(large), RPC_STREAM_ORDINARY, &loop.err));
    assert_true(links_send(loop.links, "01", "cancel", 6, RPC_STREAM_URGENT, &loop.err));
    do {
        assert_true(channel_read(channel, &frame, &size, &loop.err));
        behind++;
    } while (size != 6);
    assert_true(behind < 8); /* not the last of the eight */
    channel_close(channel);
}

#define SENDERS 4
#define FRAMES_EACH 60 /* together no more than the echo's queue holds */

static void *send_many(void *arg)
{
    struct rpc_stream *stream = arg;
    struct err err;

    for (int i = 0; i < FRAMES_EACH; i++)
        while (!rpc_stream_send(stream, "many", 4, RPC_STREAM_ORDINARY, &err)) {
            if (err.code != ERR_EXHAUSTED)
                return NULL;
            clock_sleep_ms(1);
        }
    return stream;
}

static void test_any_thread_may_send(void **state)
{
    pthread_t threads[SENDERS];
    struct channel *channel;
    struct rpc_stream *stream;
    const uint8_t *frame;
    void *sent;
    size_t size;

    (void)state;
    loop_serve(&loop, 4, 0);
    channel = loop_link(&loop, "01", &stream);
    for (int i = 0; i < SENDERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, send_many, stream), 0);
    for (int i = 0; i < SENDERS * FRAMES_EACH; i++)
        assert_true(channel_read(channel, &frame, &size, &loop.err));
    for (int i = 0; i < SENDERS; i++) {
        pthread_join(threads[i], &sent);
        assert_non_null(sent);
    }
    channel_close(channel);
}

static void test_after_the_end_a_send_is_refused_and_the_first_reason_stays(void **state)
{
    struct channel *channel;
    struct rpc_stream *stream;
    const uint8_t *frame;
    size_t size;

    (void)state;
    loop_serve(&loop, 4, 0);
    channel = loop_link(&loop, "01", &stream);
    rpc_stream_cancel(stream, "first");
    rpc_stream_cancel(stream, "second");
    assert_refused(rpc_stream_send(stream, "x", 1, RPC_STREAM_ORDINARY, &loop.err), &loop.err,
                   ERR_UNAVAILABLE);
    assert_refused(channel_read(channel, &frame, &size, &loop.err), &loop.err, ERR_UNAVAILABLE);
    assert_string_equal(loop.err.text, "first");
    channel_close(channel);
    assert_true(loop_wait(&loop.ended, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(&loop, test_frames_of_every_size_come_back_the_same),
        LOOP_TEST(&loop, test_a_full_queue_refuses_and_does_not_wait),
        LOOP_TEST(&loop, test_small_frames_are_counted_too),
        LOOP_TEST(&loop, test_an_urgent_frame_overtakes),
        LOOP_TEST(&loop, test_any_thread_may_send),
        LOOP_TEST(&loop, test_after_the_end_a_send_is_refused_and_the_first_reason_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
