/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Term releases: the list is signed by the node, a file comes in pieces that give its hash, and of
 * two requests at once one is dropped, so that no coordinator takes the keeper's time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/keeper/announce.h"
#include "node/keeper/keeper_inside.h"
#include "proto/base/clock.h"
#include "proto/terms/release_piece.h"
#include "proto/trust/message.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"
#include "tests/unit/refused.h"

static void pull(struct world *w, ProtobufCBinaryData hash, uint32_t piece)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__ReleasePull body = RIKSTAL__V1__RELEASE_PULL__INIT;

    body.hash = hash;
    body.piece = piece;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_RELEASE_PULL;
    frame.release_pull = &body;
    world_send(w, &frame);
}

static Rikstal__V1__Releases *list(struct world *w)
{
    Rikstal__V1__Frame *got;
    ProtobufCMessage *message;

    pull(w, (ProtobufCBinaryData){0, NULL}, 0);
    got = world_receive(w);
    assert_int_equal(got->body_case, RIKSTAL__V1__FRAME__BODY_RELEASES);
    assert_true(envelope_open(
        got->releases, (struct envelope_kind){DOMAIN_RELEASES, &rikstal__v1__releases__descriptor},
        secret_key_public(w->people.node[1]), w->people.arena, &message, &w->err));
    return (Rikstal__V1__Releases *)message;
}

static void test_the_list_is_signed_and_a_file_comes_whole(void **state)
{
    uint8_t file[FAKE_FILE_BYTES];
    Rikstal__V1__Releases *releases;
    struct world w;
    size_t used = 0;

    (void)state;
    world_up(&w);
    world_start(&w);
    releases = list(&w);
    assert_string_equal(releases->node, "12");
    assert_string_equal(releases->network, "test");
    assert_int_equal(releases->n_releases, 2);
    assert_string_equal(releases->releases[0]->system, "hp");
    assert_int_equal(releases->releases[0]->hash.len, 32);
    assert_int_equal(releases->releases[0]->size, FAKE_FILE_BYTES);
    assert_int_equal(releases->releases[1]->hash.len, 0);
    for (uint32_t i = 0; i < release_pieces(FAKE_FILE_BYTES); i++) {
        Rikstal__V1__Frame *got;

        pull(&w, releases->releases[0]->hash, i);
        got = world_receive(&w);
        assert_int_equal(got->body_case, RIKSTAL__V1__FRAME__BODY_RELEASE_PIECE);
        assert_int_equal(got->release_piece->piece, i);
        assert_true(got->release_piece->data.len <= sizeof(file) - used);
        memcpy(file + used, got->release_piece->data.data, got->release_piece->data.len);
        used += got->release_piece->data.len;
    }
    assert_int_equal(used, FAKE_FILE_BYTES);
    for (size_t i = 0; i < used; i++)
        assert_int_equal(file[i], fake_file_byte(i));
    world_down(&w);
}

static void test_what_is_not_there_is_an_empty_piece(void **state)
{
    Rikstal__V1__Releases *releases;
    Rikstal__V1__Frame *got;
    uint8_t other[32] = {1};
    struct world w;

    (void)state;
    world_up(&w);
    world_start(&w);
    releases = list(&w);
    pull(&w, releases->releases[0]->hash, release_pieces(FAKE_FILE_BYTES));
    got = world_receive(&w);
    assert_int_equal(got->release_piece->data.len, 0);
    pull(&w, (ProtobufCBinaryData){32, other}, 0);
    got = world_receive(&w);
    assert_int_equal(got->release_piece->data.len, 0);
    pull(&w, (ProtobufCBinaryData){31, other}, 0); /* is dropped */
    assert_int_equal(list(&w)->n_releases, 2);
    world_publish(&w, "");
    world_stop(&w);
    world_start(&w);
    assert_int_equal(list(&w)->n_releases, 0);
    world_down(&w);
}

static void test_one_waits_and_another_is_dropped(void **state)
{
    Rikstal__V1__ReleasePull body = RIKSTAL__V1__RELEASE_PULL__INIT;
    struct arena *arena = arena_new((size_t)4 << 20);
    struct keeper *keeper;
    struct world w;

    (void)state;
    assert_non_null(arena);
    world_up(&w);
    assert_true(keeper_open(w.dir, &keeper, &w.err)); /* without a thread that serves */
    assert_true(announce_hear(keeper, &body, arena, &w.err));
    assert_true(announce_hear(keeper, &body, arena, &w.err)); /* due ANNOUNCE_MS later */
    assert_refused(announce_hear(keeper, &body, arena, &w.err), &w.err, ERR_EXHAUSTED);
    assert_int_equal(keeper->outbox.n, 2);
    assert_true(keeper->outbox.waiting[1].due_ms >= keeper->outbox.waiting[0].due_ms + ANNOUNCE_MS);
    arena_free(arena);
    keeper_close(keeper);
    world_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_list_is_signed_and_a_file_comes_whole),
        cmocka_unit_test(test_what_is_not_there_is_an_empty_piece),
        cmocka_unit_test(test_one_waits_and_another_is_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
