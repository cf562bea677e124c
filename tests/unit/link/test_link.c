/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of link, between a coordinator over mutual TLS and a keeper on a socketpair: frames
 * go both ways; told to stop or to drain it lets open questions be answered and closes in order; it
 * dials again after a coordinator that went away, and with the certificates of then; it says that
 * its own ends; it ends when keeper does; an answer to a question of an earlier link goes nowhere;
 * more questions than it takes are refused, each by its number; a keeper that begins a frame and
 * does not end it is given up.
 */
#include "node/link/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/trust/message.h"
#include "proto/wire/framed.h"
#include "proto/wire/rikstal.pb-c.h"
#include "tests/unit/rpc/loop.h"

#define BODY(name) RIKSTAL__V1__FRAME__BODY_##name

/* Both ends that link stands between, and what they have seen. */
struct bench {
    struct loop loop; /* for its certificates */
    struct server *server;
    char target[64];
    struct tls_files files;
    int ends[2]; /* keeper has the second */
    pthread_t keeper, runner;
    struct link *link;
    bool ran_to_stop; /* what link_run() returned */
    struct err run_err;
    atomic_bool hold; /* keeper keeps its answers back */
    atomic_uint opened, welcomed, answers, refusals, ended, ended_in_order, asked;
    pthread_mutex_t lock;
    struct rpc_stream *stream; /* under lock: the link of the moment, at the coordinator */
    uint64_t held[512];        /* keeper's: questions that it keeps back */
    size_t n_held;
};

static struct bench b;

/* A frame with an empty body of this kind. */
static size_t frame_of(Rikstal__V1__Frame__BodyCase kind, uint64_t correlation,
                       uint8_t frame[static 16])
{
    size_t n = 0;

    if (correlation) {
        frame[n++] = 0x08;
        for (; correlation >= 128; correlation >>= 7)
            frame[n++] = (uint8_t)(correlation | 0x80);
        frame[n++] = (uint8_t)correlation;
    }
    frame[n++] = (uint8_t)((unsigned)kind << 3 | 2);
    frame[n++] = 0;
    return n;
}

static Rikstal__V1__Frame__BodyCase kind_of(const uint8_t *frame, size_t size,
                                            uint64_t *correlation)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    ProtobufCMessage *message;
    Rikstal__V1__Frame__BodyCase kind = 0;
    struct err err;

    if (arena &&
        message_unpack(&rikstal__v1__frame__descriptor, frame, size, arena, &message, &err)) {
        kind = ((Rikstal__V1__Frame *)message)->body_case;
        *correlation = ((Rikstal__V1__Frame *)message)->correlation;
    }
    arena_free(arena);
    return kind;
}

/* ---- the keeper ---- */

static void keeper_say(Rikstal__V1__Frame__BodyCase kind, uint64_t correlation)
{
    uint8_t frame[16];
    struct err err;

    (void)!framed_write(b.ends[1], frame, frame_of(kind, correlation, frame), &err);
}

static void keeper_release(void)
{
    while (b.n_held)
        keeper_say(BODY(ANSWER), b.held[--b.n_held]);
}

static void *keeper_run(void *arg)
{
    enum framed_state state = FRAMED_TIMEOUT;
    struct framed framed;
    const uint8_t *frame;
    struct err err;
    size_t size;

    (void)arg;
    framed_init(&framed, b.ends[1]);
    while (framed_read(&framed, 20, &state, &frame, &size, &err) && state != FRAMED_CLOSED) {
        uint64_t correlation = 0;
        Rikstal__V1__Frame__BodyCase kind =
            state == FRAMED_FRAME ? kind_of(frame, size, &correlation) : 0;

        if (kind == BODY(CHALLENGE))
            keeper_say(BODY(HELLO), 0);
        else if (kind == BODY(PING))
            keeper_say(BODY(PING), correlation);
        else if (kind == BODY(ASK) && b.n_held < 512) {
            b.held[b.n_held++] = correlation;
            atomic_fetch_add(&b.asked, 1);
        }
        if (!atomic_load(&b.hold))
            keeper_release();
    }
    framed_clear(&framed);
    return NULL;
}

/* ---- the coordinator ---- */

static bool coordinator_say(Rikstal__V1__Frame__BodyCase kind, uint64_t correlation)
{
    uint8_t frame[16];
    size_t size = frame_of(kind, correlation, frame);
    struct err err;
    bool ok;

    pthread_mutex_lock(&b.lock);
    ok = b.stream && rpc_stream_send(b.stream, frame, size, RPC_STREAM_ORDINARY, &err);
    pthread_mutex_unlock(&b.lock);
    return ok;
}

static bool on_opened(void *owner, struct rpc_stream *stream, struct err *err)
{
    (void)owner;
    (void)err;
    pthread_mutex_lock(&b.lock);
    b.stream = stream;
    pthread_mutex_unlock(&b.lock);
    atomic_fetch_add(&b.opened, 1);
    return true;
}

static bool on_arrived(void *owner, struct rpc_stream *stream, const uint8_t *frame, size_t size,
                       struct err *err)
{
    uint64_t correlation;

    (void)owner;
    switch (kind_of(frame, size, &correlation)) {
    case BODY(ANNOUNCE):
        return coordinator_say(BODY(CHALLENGE), 0);
    case BODY(HELLO):
        rpc_stream_confirm(stream);
        (void)coordinator_say(BODY(WELCOME), 0);
        atomic_fetch_add(&b.welcomed, 1);
        return true;
    case BODY(ANSWER):
        atomic_fetch_add(&b.answers, 1);
        return true;
    case BODY(REFUSAL):
        atomic_fetch_add(&b.refusals, 1);
        return true;
    case BODY(PING):
        return true;
    default:
        return err_set(err, ERR_INVALID, "an unexpected frame");
    }
}

static void on_ended(void *owner, struct rpc_stream *stream, const struct err *err)
{
    (void)owner;
    pthread_mutex_lock(&b.lock);
    if (b.stream == stream)
        b.stream = NULL;
    pthread_mutex_unlock(&b.lock);
    if (err->code == ERR_NONE)
        atomic_fetch_add(&b.ended_in_order, 1);
    atomic_fetch_add(&b.ended, 1);
}

/* Listen; on the port of before, when there was one. */
static void coordinator_up(void)
{
    struct server_options options = {.listen = *b.target ? b.target : "127.0.0.1:0",
                                     .tls = b.loop.server_files,
                                     .events = {NULL, on_opened, on_arrived, on_ended}};

    loop_must(server_open(&options, &b.server, &b.loop.err), "server", &b.loop.err);
    snprintf(b.target, sizeof(b.target), "127.0.0.1:%u", server_port(b.server));
}

/* ---- the bench ---- */

static void *runner_run(void *arg)
{
    (void)arg;
    b.ran_to_stop = link_run(b.link, &b.run_err);
    return NULL;
}

static int up_with(int64_t patience_ms, int64_t certificate_age_s)
{
    struct link_options options = {
        .node = "12", .backoff_min_ms = 50, .backoff_max_ms = 100, .patience_ms = patience_ms};

    memset(&b, 0, sizeof(b));
    loop_must(tls_start(&b.loop.err), "gRPC", &b.loop.err);
    clock_set(clock_mono_ms(), clock_wall_s() - certificate_age_s);
    loop_up(&b.loop);
    b.files = loop_node_files(&b.loop, "12", false);
    clock_release();
    pthread_mutex_init(&b.lock, NULL);
    coordinator_up();
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, b.ends) != 0)
        return -1;
    options.coordinator = b.target;
    options.tls = b.files;
    options.keeper_fd = b.ends[0];
    options.drain_ms = 3000;
    loop_must(link_open(&options, &b.link, &b.loop.err), "link", &b.loop.err);
    if (pthread_create(&b.keeper, NULL, keeper_run, NULL) != 0 ||
        pthread_create(&b.runner, NULL, runner_run, NULL) != 0)
        return -1;
    return 0;
}

static int up(void **state)
{
    (void)state;
    return up_with(0, 0);
}

/* With a link that does not wait a minute for the rest of a frame. */
static int up_hasty(void **state)
{
    (void)state;
    return up_with(2000, 0);
}

static FILE *kept; /* what is logged from the start on */
static int stderr_saved;

/* With certificates that end in 29 days. */
static int up_aged(void **state)
{
    (void)state;
    kept = tmpfile();
    stderr_saved = dup(STDERR_FILENO);
    if (!kept || stderr_saved < 0 || dup2(fileno(kept), STDERR_FILENO) < 0)
        return -1;
    return up_with(0, (int64_t)(X509_DAYS_LEAF - 29) * 86400);
}

/* Wait for link_run() and keeper to end; the test has said why they should. */
static void bench_join(void)
{
    pthread_join(b.runner, NULL);
    link_close(b.link);
    pthread_join(b.keeper, NULL);
}

static int down(void **state)
{
    (void)state;
    server_close(b.server, 200);
    close(b.ends[0]);
    close(b.ends[1]);
    pthread_mutex_destroy(&b.lock);
    loop_down(&b.loop);
    tls_stop();
    return 0;
}

static void test_frames_go_both_ways(void **state)
{
    (void)state;
    assert_true(loop_wait(&b.welcomed, 1));
    for (uint64_t i = 1; i <= 50; i++)
        assert_true(coordinator_say(BODY(ASK), i));
    assert_true(coordinator_say(BODY(PING), 0));
    assert_true(loop_wait(&b.answers, 50));
    link_stop(b.link);
    bench_join();
    assert_true(b.ran_to_stop);
    assert_true(loop_wait(&b.ended_in_order, 1));
    assert_int_equal(atomic_load(&b.opened), 1);
}

static void test_told_to_stop_it_lets_open_questions_be_answered(void **state)
{
    (void)state;
    assert_true(loop_wait(&b.welcomed, 1));
    atomic_store(&b.hold, true);
    assert_true(coordinator_say(BODY(ASK), 5) && coordinator_say(BODY(ASK), 6));
    assert_true(loop_wait(&b.asked, 2));
    link_stop(b.link);
    assert_true(coordinator_say(BODY(ASK), 7)); /* too late: refused by its number */
    assert_true(loop_wait(&b.refusals, 1));
    assert_int_equal(atomic_load(&b.ended), 0);
    atomic_store(&b.hold, false);
    bench_join();
    assert_true(loop_wait(&b.ended_in_order, 1));
    assert_int_equal(atomic_load(&b.answers), 2);
}

static void test_a_question_that_is_never_answered_does_not_hold_it_for_ever(void **state)
{
    int64_t before = clock_mono_ms();

    (void)state;
    assert_true(loop_wait(&b.welcomed, 1));
    atomic_store(&b.hold, true);
    assert_true(coordinator_say(BODY(ASK), 5));
    assert_true(loop_wait(&b.asked, 1));
    link_stop(b.link);
    bench_join();
    assert_true(b.ran_to_stop);
    assert_in_range(clock_mono_ms() - before, 2500, 40000);
}

static void test_told_to_drain_it_closes_in_order_and_dials_again(void **state)
{
    (void)state;
    assert_true(loop_wait(&b.welcomed, 1));
    assert_true(coordinator_say(BODY(DRAIN), 0));
    assert_true(loop_wait(&b.ended_in_order, 1));
    assert_true(loop_wait(&b.welcomed, 2));
    link_stop(b.link);
    bench_join();
}

static void test_it_dials_again_after_a_coordinator_that_went_away(void **state)
{
    (void)state;
    assert_true(loop_wait(&b.welcomed, 1));
    server_close(b.server, 0);
    clock_sleep_ms(200);
    coordinator_up();
    assert_true(loop_wait(&b.welcomed, 2));
    link_stop(b.link);
    bench_join();
    assert_true(b.ran_to_stop);
}

static void replace(const char *path, const char *text)
{
    loop_must(file_write(path, text, strlen(text), 0600, &b.loop.err), path, &b.loop.err);
}

/* A new authority, and certificates by it alone: whoever still had an old file would be refused. */
static void test_it_dials_again_with_the_certificates_of_then(void **state)
{
    static const char *const names[] = {"127.0.0.1"};
    struct x509_pair server = {0}, *ca = &b.loop.other_ca;
    struct tls_files renewed;
    const char *from[3], *to[3] = {b.files.key, b.files.cert, b.files.ca};

    (void)state;
    assert_true(loop_wait(&b.welcomed, 1));
    renewed = loop_node_files(&b.loop, "12", true);
    from[0] = renewed.key;
    from[1] = renewed.cert;
    from[2] = renewed.ca;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(rename(from[i], to[i]), 0);
    loop_must(
        x509_server_new(ca, (struct x509_names){"spiffe://" LOOP_NETWORK "/coordinator", names, 1},
                        b.loop.arena, &server, &b.loop.err),
        "server certificate", &b.loop.err);
    replace(b.loop.server_files.key, server.key);
    replace(b.loop.server_files.cert, server.cert);
    replace(b.loop.server_files.ca, ca->cert);
    assert_true(coordinator_say(BODY(DRAIN), 0));
    assert_true(loop_wait(&b.welcomed, 2));
    link_stop(b.link);
    bench_join();
    assert_true(b.ran_to_stop);
}

static bool is_logged(const char *what)
{
    static char text[1 << 16];
    ssize_t n = pread(fileno(kept), text, sizeof(text) - 1, 0);

    text[n > 0 ? n : 0] = 0;
    return strstr(text, what) != NULL;
}

static void test_it_says_that_its_certificate_ends(void **state)
{
    bool logged = false;

    (void)state;
    for (int64_t until_ms = clock_mono_ms() + LOOP_PATIENCE_MS;
         !logged && clock_mono_ms() < until_ms;) {
        logged = is_logged("event=certificate_ends");
        clock_sleep_ms(20);
    }
    link_stop(b.link);
    bench_join();
    dup2(stderr_saved, STDERR_FILENO);
    close(stderr_saved);
    fclose(kept);
    assert_true(logged);
}

static void test_it_ends_when_keeper_does(void **state)
{
    (void)state;
    assert_true(loop_wait(&b.welcomed, 1));
    shutdown(b.ends[1], SHUT_RDWR);
    bench_join();
    assert_false(b.ran_to_stop);
    assert_int_equal(b.run_err.code, ERR_UNAVAILABLE);
    assert_true(loop_wait(&b.ended, 1));
}

static void test_a_keeper_that_sends_half_a_frame_is_given_up(void **state)
{
    (void)state;
    assert_true(loop_wait(&b.welcomed, 1));
    assert_int_equal(write(b.ends[1], "\0\0\0\x9half", 8), 8);
    bench_join();
    assert_false(b.ran_to_stop);
    assert_int_equal(b.run_err.code, ERR_UNAVAILABLE);
    assert_non_null(strstr(b.run_err.text, "rest of a frame"));
    assert_true(loop_wait(&b.ended, 1));
}

static void test_an_answer_to_a_question_of_an_earlier_link_goes_nowhere(void **state)
{
    (void)state;
    assert_true(loop_wait(&b.welcomed, 1));
    atomic_store(&b.hold, true);
    assert_true(coordinator_say(BODY(ASK), 5));
    assert_true(loop_wait(&b.asked, 1));
    pthread_mutex_lock(&b.lock);
    rpc_stream_cancel(b.stream, "the network broke");
    pthread_mutex_unlock(&b.lock);
    assert_true(loop_wait(&b.welcomed, 2));
    atomic_store(&b.hold, false);
    assert_true(coordinator_say(BODY(ASK), 6));
    assert_true(loop_wait(&b.answers, 1));
    link_stop(b.link);
    bench_join();
    assert_int_equal(atomic_load(&b.answers), 1); /* 6, not 5 */
}

static void test_more_questions_than_it_takes_are_refused(void **state)
{
    enum { open_max = 200 }; /* OPEN_MAX of link.c */

    (void)state;
    assert_true(loop_wait(&b.welcomed, 1));
    atomic_store(&b.hold, true);
    for (uint64_t i = 1; i <= open_max + 1; i++)
        assert_true(coordinator_say(BODY(ASK), i));
    assert_true(loop_wait(&b.refusals, 1));
    assert_true(loop_wait(&b.asked, open_max));
    assert_true(coordinator_say(BODY(CANCEL), 1)); /* a place is free again */
    assert_true(coordinator_say(BODY(ASK), open_max + 2));
    assert_true(loop_wait(&b.asked, open_max + 1));
    assert_int_equal(atomic_load(&b.refusals), 1);
    atomic_store(&b.hold, false);
    assert_true(loop_wait(&b.answers, open_max));
    link_stop(b.link);
    bench_join();
}

static void test_a_frame_that_has_no_business_here_ends_the_link(void **state)
{
    (void)state;
    assert_true(loop_wait(&b.welcomed, 1));
    assert_true(coordinator_say(BODY(ANSWER), 1));
    assert_true(loop_wait(&b.welcomed, 2)); /* ended, and dialled again */
    link_stop(b.link);
    bench_join();
}

#define LINK_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LINK_TEST(test_frames_go_both_ways),
        LINK_TEST(test_told_to_stop_it_lets_open_questions_be_answered),
        LINK_TEST(test_a_question_that_is_never_answered_does_not_hold_it_for_ever),
        LINK_TEST(test_told_to_drain_it_closes_in_order_and_dials_again),
        LINK_TEST(test_it_dials_again_after_a_coordinator_that_went_away),
        LINK_TEST(test_it_dials_again_with_the_certificates_of_then),
        cmocka_unit_test_setup_teardown(test_it_says_that_its_certificate_ends, up_aged, down),
        LINK_TEST(test_it_ends_when_keeper_does),
        cmocka_unit_test_setup_teardown(test_a_keeper_that_sends_half_a_frame_is_given_up, up_hasty,
                                        down),
        LINK_TEST(test_an_answer_to_a_question_of_an_earlier_link_goes_nowhere),
        LINK_TEST(test_more_questions_than_it_takes_are_refused),
        LINK_TEST(test_a_frame_that_has_no_business_here_ends_the_link),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
