/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of message: what is packed is unpacked; unknown fields at any depth, duplicates,
 * trailing bytes, defaults and numbers written the long way, an embedded NUL, bad UTF-8 and unknown
 * enum values are refused; and memory stays under the arena's cap whatever the bytes say. A
 * plain text has no character that moves a cursor or turns text round.
 */
#include "proto/trust/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/wire/rikstal.pb-c.h"
#include "tests/unit/refused.h"

static struct arena *arena;
static struct err err;

static int arena_up(void **state)
{
    (void)state;
    arena = arena_new((size_t)1 << 20);
    return arena ? 0 : -1;
}

static int arena_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static bool reads(const ProtobufCMessageDescriptor *type, const void *data, size_t size)
{
    ProtobufCMessage *message;

    return message_unpack(type, data, size, arena, &message, &err);
}

#define READS(type, bytes) reads(&rikstal__v1__##type##__descriptor, bytes, sizeof(bytes) - 1)

static void test_what_is_packed_is_unpacked(void **state)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ping ping = RIKSTAL__V1__PING__INIT;
    ProtobufCMessage *message;
    uint8_t *data;
    size_t size;

    (void)state;
    ping.nonce = 99;
    frame.correlation = UINT64_MAX;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = &ping;
    assert_true(message_pack(&frame.base, arena, &data, &size, &err));
    assert_true(message_unpack(&rikstal__v1__frame__descriptor, data, size, arena, &message, &err));
    assert_int_equal(((Rikstal__V1__Frame *)message)->ping->nonce, 99);
    for (size_t cut = 0; cut < size; cut++)
        if (reads(&rikstal__v1__frame__descriptor, data, cut)) /* a shorter message of its own */
            assert_true(cut == 0 || cut == 11);
}

static void test_the_empty_message_is_the_default_one(void **state)
{
    (void)state;
    assert_true(READS(ping, ""));
    assert_true(reads(&rikstal__v1__ping__descriptor, NULL, 0));
}

static void test_unknown_fields_are_refused_at_any_depth(void **state)
{
    (void)state;
    assert_true(READS(ping, "\x08\x01"));
    assert_refused(READS(ping, "\x10\x01"), &err, ERR_INVALID);
    assert_refused(READS(ping, "\x08\x01\x10\x01"), &err, ERR_INVALID);
    assert_true(READS(frame, "\x62\x02\x08\x01")); /* ping { nonce: 1 } */
    assert_refused(READS(frame, "\x62\x04\x08\x01\x10\x01"), &err,
                   ERR_INVALID); /* and a field 2 inside */
    assert_refused(READS(frame, "\x62\x02\x08\x01\xfa\x01\x01x"), &err, ERR_INVALID);
}

static void test_duplicates_and_trailing_bytes_are_refused(void **state)
{
    (void)state;
    assert_refused(READS(ping, "\x08\x01\x08\x01"), &err, ERR_INVALID);
    assert_refused(READS(ping, "\x08\x01\x08"), &err, ERR_INVALID);
    assert_refused(READS(ping, "\x08\x01\x00"), &err, ERR_INVALID);
    assert_refused(READS(frame, "\x62\x02\x08\x01\x62\x02\x08\x02"), &err,
                   ERR_INVALID); /* two pings, merged by some */
    assert_refused(READS(frame, "\x42\x00\x4a\x00"), &err, ERR_INVALID); /* cancel, then drain */
}

static void test_what_can_be_written_shorter_is_refused(void **state)
{
    (void)state;
    assert_refused(READS(ping, "\x08\x00"), &err, ERR_INVALID);     /* a default, written out */
    assert_refused(READS(ping, "\x08\x81\x00"), &err, ERR_INVALID); /* 1 in two bytes */
    assert_refused(READS(ping, "\x88\x00\x01"), &err, ERR_INVALID); /* a tag in two bytes */
    assert_refused(READS(frame, "\x62\x82\x00\x08\x01"), &err, ERR_INVALID);
    assert_refused(READS(refusal, "\x12\x01y\x0a\x01x"), &err, ERR_INVALID); /* out of order */
    assert_true(READS(refusal, "\x0a\x01x\x12\x01y"));
}

static void test_a_text_has_no_nul_and_is_utf8(void **state)
{
    (void)state;
    assert_true(READS(refusal, "\x0a\x05"
                               "Sk\xc3\xa5n"));
    assert_refused(READS(refusal, "\x0a\x03"
                                  "a\0b"),
                   &err, ERR_INVALID);
    assert_refused(READS(refusal, "\x0a\x01\0"), &err, ERR_INVALID);
    assert_refused(READS(refusal, "\x0a\x01\xe5"), &err, ERR_INVALID);         /* Latin-1 */
    assert_refused(READS(refusal, "\x0a\x02\xc0\xaf"), &err, ERR_INVALID);     /* over-long */
    assert_refused(READS(refusal, "\x0a\x03\xed\xa0\x80"), &err, ERR_INVALID); /* a surrogate */
    assert_refused(READS(refusal, "\x0a\x02\xc3"
                                  "("),
                   &err, ERR_INVALID);
    assert_refused(READS(roster_analyst, "\x22\x01\xff"), &err, ERR_INVALID); /* in a list */
}

static void test_a_plain_text_has_no_control_or_format_character(void **state)
{
    static const char *const plain[] = {"", "Region Sk\303\245ne", "1\302\240240 \342\200\223 5 %"};
    static const char *const others[] = {"\033[2J",      "a\nb",       "a\tb",
                                         "\177",         "\302\2332J", "\342\200\25621",
                                         "\342\200\250", "\377",       "\303"};

    (void)state;
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        assert_true(message_text_is_plain(plain[i]));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(message_text_is_plain(others[i]));
}

static void test_an_enum_value_that_is_not_listed_is_refused(void **state)
{
    (void)state;
    assert_true(READS(question, "\x50\x01"));
    assert_refused(READS(question, "\x50\x63"), &err, ERR_INVALID);
    assert_refused(READS(question, "\x50\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), &err,
                   ERR_INVALID);
}

static void test_memory_stays_under_the_cap_whatever_the_bytes_say(void **state)
{
    static uint8_t many[(size_t)1 << 20];

    (void)state;
    for (size_t i = 0; i + 1 < sizeof(many); i += 2) { /* half a million empty nodes */
        many[i] = 0x2a;
        many[i + 1] = 0;
    }
    assert_refused(reads(&rikstal__v1__roster__descriptor, many, sizeof(many)), &err, ERR_INVALID);
    assert_true(arena_used(arena) <= (size_t)1 << 20);
    assert_refused(reads(&rikstal__v1__roster__descriptor, many, sizeof(many) + 1), &err,
                   ERR_INVALID);
}

/* Let the arena be one piece larger each time, until it suffices. */
static void test_out_of_memory_at_any_point_is_an_error(void **state)
{
    static const char bytes[] = "\x08\x01\x12\x04test\x1a\x02id\x6a\x02"
                                "01\x6a\x02"
                                "12";
    bool done = false;
    int n;

    (void)state;
    for (n = 0; !done; n++) {
        struct arena *small = arena_new((size_t)n * 16);
        ProtobufCMessage *message;

        assert_non_null(small);
        done = message_unpack(&rikstal__v1__question__descriptor, (const uint8_t *)bytes,
                              sizeof(bytes) - 1, small, &message, &err);
        assert_true(done || err.code == ERR_INVALID);
        arena_free(small);
        assert_true(n < 1000);
    }
    assert_true(n > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_packed_is_unpacked, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(test_the_empty_message_is_the_default_one, arena_up,
                                        arena_down),
        cmocka_unit_test_setup_teardown(test_unknown_fields_are_refused_at_any_depth, arena_up,
                                        arena_down),
        cmocka_unit_test_setup_teardown(test_duplicates_and_trailing_bytes_are_refused, arena_up,
                                        arena_down),
        cmocka_unit_test_setup_teardown(test_what_can_be_written_shorter_is_refused, arena_up,
                                        arena_down),
        cmocka_unit_test_setup_teardown(test_a_text_has_no_nul_and_is_utf8, arena_up, arena_down),
        cmocka_unit_test(test_a_plain_text_has_no_control_or_format_character),
        cmocka_unit_test_setup_teardown(test_an_enum_value_that_is_not_listed_is_refused, arena_up,
                                        arena_down),
        cmocka_unit_test_setup_teardown(test_memory_stays_under_the_cap_whatever_the_bytes_say,
                                        arena_up, arena_down),
        cmocka_unit_test_setup_teardown(test_out_of_memory_at_any_point_is_an_error, arena_up,
                                        arena_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
