/*
 * Promises of the wire: a challenge is answered by a hello that the node signed over it, a ping is
 * echoed, what makes no sense is dropped without harm, a stream out of step ends the keeper, and a
 * computed answer does not leave before its slot while a stored one does not wait.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

static uint8_t nonce[32] = {9, 8, 7};

static void challenge(struct world *w, char *network)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Challenge body = RIKSTAL__V1__CHALLENGE__INIT;

    body.nonce = (ProtobufCBinaryData){sizeof(nonce), nonce};
    body.network = network;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_CHALLENGE;
    frame.challenge = &body;
    world_send(w, &frame);
}

static void ping_comes_back(struct world *w)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT, *got;
    Rikstal__V1__Ping ping = RIKSTAL__V1__PING__INIT;

    ping.nonce = 4711;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = &ping;
    world_send(w, &frame);
    got = world_receive(w);
    assert_int_equal(got->body_case, RIKSTAL__V1__FRAME__BODY_PING);
    assert_int_equal(got->ping->nonce, 4711);
    assert_int_equal(got->correlation, w->correlation);
}

static void test_a_hello_is_signed_over_the_challenge(void **state)
{
    Rikstal__V1__Frame *got;
    Rikstal__V1__Hello *hello;
    ProtobufCMessage *message;
    struct world w;

    (void)state;
    world_up(&w);
    world_start(&w);
    challenge(&w, "test");
    got = world_receive(&w);
    assert_int_equal(got->body_case, RIKSTAL__V1__FRAME__BODY_HELLO);
    assert_true(envelope_open(got->hello, DOMAIN_HELLO, secret_key_public(w.people.node[1]),
                              &rikstal__v1__hello__descriptor, w.people.arena, &message, &w.err));
    hello = (Rikstal__V1__Hello *)message;
    assert_memory_equal(hello->nonce.data, nonce, 32);
    assert_string_equal(hello->node, "12");
    assert_string_equal(hello->network, "test");
    assert_int_equal(hello->snapshot.len, 32);
    assert_int_equal(hello->roster_version, 7);
    assert_int_equal(hello->n_terms, 1);
    world_publish(&w, "");
    challenge(&w, "test");
    got = world_receive(&w);
    assert_true(envelope_open(got->hello, DOMAIN_HELLO, secret_key_public(w.people.node[1]),
                              &rikstal__v1__hello__descriptor, w.people.arena, &message, &w.err));
    assert_int_equal(((Rikstal__V1__Hello *)message)->snapshot.len, 0);
    world_down(&w);
}

static void test_what_makes_no_sense_is_dropped(void **state)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Welcome welcome = RIKSTAL__V1__WELCOME__INIT;
    struct world w;

    (void)state;
    world_up(&w);
    world_start(&w);
    world_send_bytes(&w, "not a frame", 11);
    challenge(&w, "another network");
    frame.body_case = RIKSTAL__V1__FRAME__BODY_WELCOME;
    frame.welcome = &welcome;
    world_send(&w, &frame);
    frame.body_case = RIKSTAL__V1__FRAME__BODY__NOT_SET;
    world_send(&w, &frame);
    ping_comes_back(&w);
    world_stop(&w);
    assert_true(w.fine);
    world_down(&w);
}

static void test_a_stream_out_of_step_ends_the_keeper(void **state)
{
    static const uint8_t huge[4] = {0xff, 0xff, 0xff, 0xff};
    enum framed_state got;
    const uint8_t *data;
    struct world w;
    size_t size;

    (void)state;
    world_up(&w);
    world_start(&w);
    assert_int_equal(write(w.fd, huge, sizeof(huge)), sizeof(huge));
    assert_true(framed_read(&w.framed, 20000, &got, &data, &size, &w.err));
    assert_int_equal(got, FRAMED_CLOSED);
    world_stop(&w);
    assert_false(w.fine);
    world_down(&w);
}

static void test_a_computed_answer_waits_for_its_slot_and_a_stored_one_does_not(void **state)
{
    int64_t begin, computed_ms, stored_ms;
    struct world w;

    (void)state;
    fake = (struct fake){.matched = 5, .release = "r"};
    world_up(&w);
    world_start(&w);
    begin = clock_mono_ms();
    world_ask_text(&w, "age >= 18");
    computed_ms = clock_mono_ms() - begin;
    begin = clock_mono_ms();
    world_ask_text(&w, "age >= 18");
    stored_ms = clock_mono_ms() - begin;
    print_message("computed %d ms, stored %d ms\n", (int)computed_ms, (int)stored_ms);
    assert_true(computed_ms >= 99);
    assert_true(stored_ms < 99);
    world_down(&w);
}

static void send_roster(struct world *w, size_t signatures)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    uint8_t *data;
    size_t size;

    people_sign(&w->people, signatures, &data, &size);
    assert_true(envelope_parse(data, size, w->people.arena, &frame.roster, &w->err));
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ROSTER;
    world_send(w, &frame);
}

static const char *code_with(struct world *w, uint64_t roster_version)
{
    Rikstal__V1__Question q;

    world_question(w, "age >= 18", &q);
    q.roster_version = roster_version;
    return world_ask(w, &q)->code;
}

static void test_rosters_go_forward_only(void **state)
{
    struct world w;

    (void)state;
    world_up(&w);
    world_start(&w);
    w.people.roster.version = 9;
    send_roster(&w, 1); /* one root key is not enough */
    assert_string_equal(code_with(&w, 7), "");
    send_roster(&w, 2);
    assert_string_equal(code_with(&w, 7), "roster");
    assert_string_equal(code_with(&w, 9), "");
    w.people.roster.version = 8;
    send_roster(&w, 2);
    assert_string_equal(code_with(&w, 9), "");
    world_stop(&w); /* and it is on disk */
    world_start(&w);
    assert_string_equal(code_with(&w, 9), "");
    world_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_hello_is_signed_over_the_challenge),
        cmocka_unit_test(test_what_makes_no_sense_is_dropped),
        cmocka_unit_test(test_a_stream_out_of_step_ends_the_keeper),
        cmocka_unit_test(test_a_computed_answer_waits_for_its_slot_and_a_stored_one_does_not),
        cmocka_unit_test(test_rosters_go_forward_only),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
