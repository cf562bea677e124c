/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of frames: each kind passes in its direction only, link keeps what is its own, and
 * what is no frame is refused. Every kind of the protocol is in the table, so a new one has to be
 * decided.
 */
#include "node/link/frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/trust/message.h"
#include "tests/unit/refused.h"

#define BODY(name) RIKSTAL__V1__FRAME__BODY_##name

static struct arena *arena;
static struct err err;

static int up(void **state)
{
    (void)state;
    arena = arena_new(FRAMES_ARENA_BYTES);
    return arena ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct {
    Rikstal__V1__Frame__BodyCase kind;
    enum frames_way from_coordinator;
    enum frames_way from_keeper;
} table[] = {
    {BODY(ANNOUNCE), FRAMES_NOT, FRAMES_NOT},      {BODY(CHALLENGE), FRAMES_PASS, FRAMES_NOT},
    {BODY(HELLO), FRAMES_NOT, FRAMES_PASS},        {BODY(WELCOME), FRAMES_OWN, FRAMES_NOT},
    {BODY(ASK), FRAMES_PASS, FRAMES_NOT},          {BODY(ANSWER), FRAMES_NOT, FRAMES_PASS},
    {BODY(CANCEL), FRAMES_PASS, FRAMES_NOT},       {BODY(DRAIN), FRAMES_OWN, FRAMES_NOT},
    {BODY(ROSTER), FRAMES_PASS, FRAMES_NOT},       {BODY(REFUSAL), FRAMES_OWN, FRAMES_PASS},
    {BODY(PING), FRAMES_PASS, FRAMES_PASS},        {BODY(MASK_LIST), FRAMES_PASS, FRAMES_NOT},
    {BODY(ATTEST), FRAMES_NOT, FRAMES_PASS},       {BODY(CHECKPOINT), FRAMES_PASS, FRAMES_PASS},
    {BODY(COSIGNATURE), FRAMES_PASS, FRAMES_PASS}, {BODY(ROSTER_PULL), FRAMES_PASS, FRAMES_PASS},
    {BODY(NEWEST), FRAMES_PASS, FRAMES_NOT},       {BODY(RELEASE_PULL), FRAMES_PASS, FRAMES_NOT},
    {BODY(RELEASES), FRAMES_NOT, FRAMES_PASS},     {BODY(RELEASE_PIECE), FRAMES_NOT, FRAMES_PASS}};

/* An empty body of this kind: its tag and length 0 on the wire; the case's value is its number. */
static size_t frame_of(Rikstal__V1__Frame__BodyCase kind, uint8_t frame[static 8])
{
    unsigned tag = (unsigned)kind << 3 | 2;
    size_t n = 0;

    frame[n++] = 0x08;
    frame[n++] = 77;
    if (tag >= 128) {
        frame[n++] = (uint8_t)(tag | 0x80);
        frame[n++] = (uint8_t)(tag >> 7);
    } else {
        frame[n++] = (uint8_t)tag;
    }
    frame[n++] = 0;
    return n;
}

static void test_each_kind_passes_in_its_direction_only(void **state)
{
    size_t kinds = rikstal__v1__frame__descriptor.n_fields - 1; /* all but the correlation */

    (void)state;
    assert_int_equal(sizeof(table) / sizeof(*table), kinds);
    for (size_t i = 0; i < kinds; i++) {
        struct frames_seen seen;
        uint8_t frame[8];
        size_t size = frame_of(table[i].kind, frame);

        assert_true(frames_from_coordinator(frame, size, arena, &seen, &err));
        assert_int_equal(seen.kind, table[i].kind);
        assert_int_equal(seen.way, table[i].from_coordinator);
        assert_int_equal(seen.correlation, 77);
        assert_true(frames_from_keeper(frame, size, arena, &seen, &err));
        assert_int_equal(seen.way, table[i].from_keeper);
    }
}

static void test_what_is_no_frame_is_refused(void **state)
{
    struct frames_seen seen;

    (void)state;
    assert_refused(frames_from_keeper((const uint8_t *)"\xff", 1, arena, &seen, &err), &err,
                   ERR_INVALID);
    assert_refused(
        frames_from_coordinator((const uint8_t *)"\x42\x00\x42\x00", 4, arena, &seen, &err), &err,
        ERR_INVALID);
    assert_true(frames_from_coordinator((const uint8_t *)"\x08\x01", 2, arena, &seen, &err));
    assert_int_equal(seen.way, FRAMES_NOT); /* a frame without a body is nobody's */
}

static void test_links_own_frames_are_what_they_say(void **state)
{
    struct frames_seen seen;
    ProtobufCMessage *message;
    struct bytes_view frame;

    (void)state;
    assert_true(frames_announce("12", arena, &frame, &err));
    assert_true(message_unpack(&rikstal__v1__frame__descriptor, frame.data, frame.size, arena,
                               &message, &err));
    assert_string_equal(((Rikstal__V1__Frame *)message)->announce->node, "12");
    assert_true(frames_refusal(9, "busy", "later", arena, &frame, &err));
    assert_true(frames_from_coordinator(frame.data, frame.size, arena, &seen, &err));
    assert_int_equal(seen.correlation, 9);
    assert_string_equal(seen.reason, "later");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_kind_passes_in_its_direction_only, up, down),
        cmocka_unit_test_setup_teardown(test_what_is_no_frame_is_refused, up, down),
        cmocka_unit_test_setup_teardown(test_links_own_frames_are_what_they_say, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
