/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of framed: frames arrive whole and in order however the bytes are cut, a frame of
 * the largest size passes and one byte more does not, a timeout loses nothing, and a peer that goes
 * away between frames is told from one that goes away inside one; a writer waits as long as it was
 * told for a peer that does not read, a reader for the rest of a frame that has begun.
 */
#include "proto/wire/framed.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "tests/unit/refused.h"

struct pair {
    int ends[2];
    struct framed reader;
    struct err err;
};

static int pair_up(void **state)
{
    struct pair *p = calloc(1, sizeof(*p));

    if (!p || socketpair(AF_UNIX, SOCK_STREAM, 0, p->ends) != 0)
        return -1;
    framed_init(&p->reader, p->ends[1]);
    *state = p;
    return 0;
}

static int pair_down(void **state)
{
    struct pair *p = *state;

    framed_clear(&p->reader);
    if (p->ends[0] >= 0)
        close(p->ends[0]);
    close(p->ends[1]);
    free(p);
    return 0;
}

static enum framed_state next(struct pair *p, int64_t timeout_ms, const uint8_t **frame,
                              size_t *size)
{
    enum framed_state state;

    if (!framed_read(&p->reader, timeout_ms, &state, frame, size, &p->err))
        fail_msg("%s", p->err.text);
    return state;
}

static void test_frames_arrive_whole_however_they_are_cut(void **state)
{
    static const uint8_t wire[] = {0, 0, 0, 3, 'a', 'b', 'c', 0, 0, 0, 1, 'z'};
    struct pair *p = *state;
    const uint8_t *frame;
    size_t size;

    for (size_t i = 0; i < sizeof(wire); i++) {
        assert_int_equal(write(p->ends[0], &wire[i], 1), 1);
        if (i != 6 && i != 11) {
            assert_int_equal(next(p, 0, &frame, &size), FRAMED_TIMEOUT);
            continue;
        }
        assert_int_equal(next(p, 0, &frame, &size), FRAMED_FRAME);
        assert_int_equal(size, i == 6 ? 3 : 1);
        assert_memory_equal(frame, i == 6 ? "abc" : "z", size);
    }
}

struct sender {
    int fd;
    const uint8_t *data;
    size_t size;
    bool ok;
};

static void *send_one(void *arg)
{
    struct sender *sender = arg;
    struct err err;

    sender->ok = framed_write(sender->fd, sender->data, sender->size, &err);
    return NULL;
}

static void test_the_largest_frame_passes_and_one_byte_more_does_not(void **state)
{
    struct pair *p = *state;
    uint8_t *large = malloc(FRAMED_BYTES_MAX + 1);
    struct sender sender = {p->ends[0], large, FRAMED_BYTES_MAX, false};
    const uint8_t *frame;
    pthread_t thread;
    size_t size;

    assert_non_null(large);
    memset(large, 7, FRAMED_BYTES_MAX + 1);
    assert_refused(framed_write(p->ends[0], large, FRAMED_BYTES_MAX + 1, &p->err), &p->err,
                   ERR_INVALID);
    assert_refused(framed_write(p->ends[0], large, 0, &p->err), &p->err, ERR_INVALID);
    assert_int_equal(pthread_create(&thread, NULL, send_one, &sender), 0);
    assert_int_equal(next(p, 40000, &frame, &size), FRAMED_FRAME);
    assert_int_equal(size, FRAMED_BYTES_MAX);
    assert_memory_equal(frame, large, size);
    pthread_join(thread, NULL);
    assert_true(sender.ok);
    free(large);
}

static void test_a_length_that_is_not_allowed_is_refused_before_memory_is_taken(void **state)
{
    static const uint8_t lengths[][4] = {{0, 0, 0, 0}, {0, 0x10, 0, 1}, {0xff, 0xff, 0xff, 0xff}};

    for (size_t i = 0; i < 3; i++) {
        struct pair *p = *state;
        enum framed_state found;
        const uint8_t *frame;
        size_t size;

        assert_int_equal(write(p->ends[0], lengths[i], 4), 4);
        assert_refused(framed_read(&p->reader, 0, &found, &frame, &size, &p->err), &p->err,
                       ERR_INVALID);
        assert_true(p->reader.room <= 4);
        framed_clear(&p->reader);
        framed_init(&p->reader, p->ends[1]);
    }
}

static void test_a_peer_gone_between_frames_is_told_from_one_gone_inside(void **state)
{
    struct pair *p = *state;
    enum framed_state found;
    const uint8_t *frame;
    size_t size;

    assert_true(framed_write(p->ends[0], "hello", 5, &p->err));
    assert_int_equal(write(p->ends[0], "\0\0\0\5he", 6), 6);
    close(p->ends[0]);
    p->ends[0] = -1;
    assert_int_equal(next(p, 40000, &frame, &size), FRAMED_FRAME);
    assert_refused(framed_read(&p->reader, 40000, &found, &frame, &size, &p->err), &p->err,
                   ERR_UNAVAILABLE);
}

static void test_a_peer_that_closes_in_order_is_seen_as_closed(void **state)
{
    struct pair *p = *state;
    const uint8_t *frame;
    size_t size;

    close(p->ends[0]);
    p->ends[0] = -1;
    assert_int_equal(next(p, -1, &frame, &size), FRAMED_CLOSED);
}

static void test_writing_to_a_peer_that_is_gone_is_an_error_not_a_signal(void **state)
{
    struct pair *p = *state;

    signal(SIGPIPE, SIG_IGN);
    close(p->ends[0]);
    p->ends[0] = -1;
    assert_refused(framed_write(p->ends[1], "x", 1, &p->err), &p->err, ERR_UNAVAILABLE);
}

static void test_a_peer_that_does_not_read_is_waited_for_so_long_and_no_longer(void **state)
{
    struct pair *p = *state;
    uint8_t *large = calloc(1, FRAMED_BYTES_MAX);
    const uint8_t *frame;
    int64_t begin_ms;
    int written = 0;
    size_t size;

    assert_non_null(large);
    assert_true(framed_unblock(p->ends[0], &p->err));
    assert_true(framed_unblock(p->ends[1], &p->err));
    assert_int_equal(next(p, 0, &frame, &size), FRAMED_TIMEOUT);
    while (written < 1000 && framed_write_within(p->ends[0], large, 1000, 0, &p->err))
        written++;
    assert_in_range(written, 1, 999);
    assert_int_equal(p->err.code, ERR_EXHAUSTED);
    begin_ms = clock_mono_ms();
    assert_refused(framed_write_within(p->ends[0], large, FRAMED_BYTES_MAX, 200, &p->err), &p->err,
                   ERR_EXHAUSTED);
    assert_in_range(clock_mono_ms() - begin_ms, 200, 40000);
    for (int i = 0; i < written; i++) /* what was written whole arrives whole */
        assert_int_equal(next(p, 0, &frame, &size), FRAMED_FRAME);
    free(large);
}

static void test_the_rest_of_a_frame_is_waited_for_so_long_and_no_longer(void **state)
{
    struct pair *p = *state;
    enum framed_state found;
    const uint8_t *frame;
    size_t size;

    p->reader.patience_ms = 200;
    clock_set(1000, 0);
    assert_int_equal(next(p, 0, &frame, &size), FRAMED_TIMEOUT);
    clock_set(2000, 0);
    assert_int_equal(next(p, 0, &frame, &size), FRAMED_TIMEOUT); /* nothing has begun */
    assert_int_equal(write(p->ends[0], "\0\0\0\2a", 5), 5);
    assert_int_equal(next(p, 0, &frame, &size), FRAMED_TIMEOUT);
    clock_set(2250, 0); /* busy: what has arrived meanwhile is in time */
    assert_int_equal(write(p->ends[0], "b\0\0", 3), 3);
    assert_int_equal(next(p, 0, &frame, &size), FRAMED_FRAME);
    assert_memory_equal(frame, "ab", 2);
    assert_int_equal(next(p, 0, &frame, &size), FRAMED_TIMEOUT); /* the next one has begun */
    clock_set(2449, 0);
    assert_int_equal(write(p->ends[0], "\0", 1), 1); /* a byte more is no new beginning */
    assert_int_equal(next(p, 0, &frame, &size), FRAMED_TIMEOUT);
    clock_set(2450, 0);
    assert_refused(framed_read(&p->reader, -1, &found, &frame, &size, &p->err), &p->err,
                   ERR_UNAVAILABLE);
    clock_release();
}

static void test_the_rest_of_a_frame_is_waited_for_by_the_real_clock(void **state)
{
    int64_t begin_ms = clock_mono_ms();
    struct pair *p = *state;
    enum framed_state found;
    const uint8_t *frame;
    size_t size;

    p->reader.patience_ms = 200;
    assert_int_equal(write(p->ends[0], "\0\0", 2), 2);
    assert_refused(framed_read(&p->reader, -1, &found, &frame, &size, &p->err), &p->err,
                   ERR_UNAVAILABLE);
    assert_in_range(clock_mono_ms() - begin_ms, 200, 40000);
}

#define FRAMED_TEST(f) cmocka_unit_test_setup_teardown(f, pair_up, pair_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRAMED_TEST(test_frames_arrive_whole_however_they_are_cut),
        FRAMED_TEST(test_the_largest_frame_passes_and_one_byte_more_does_not),
        FRAMED_TEST(test_a_length_that_is_not_allowed_is_refused_before_memory_is_taken),
        FRAMED_TEST(test_a_peer_gone_between_frames_is_told_from_one_gone_inside),
        FRAMED_TEST(test_a_peer_that_closes_in_order_is_seen_as_closed),
        FRAMED_TEST(test_writing_to_a_peer_that_is_gone_is_an_error_not_a_signal),
        FRAMED_TEST(test_a_peer_that_does_not_read_is_waited_for_so_long_and_no_longer),
        FRAMED_TEST(test_the_rest_of_a_frame_is_waited_for_so_long_and_no_longer),
        FRAMED_TEST(test_the_rest_of_a_frame_is_waited_for_by_the_real_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
