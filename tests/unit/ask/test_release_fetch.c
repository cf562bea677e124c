/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each file is asked for once, at one node, one piece at a time; a node that is silent, sends
 * another piece or lies is not asked for that file again before its next list, and another is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "coordinator/ask/release_fetch.h"
#include "proto/terms/release_piece.h"

#define SIZE (RELEASE_PIECE_BYTES + 3)

struct bench {
    struct release_fetch *fetch;
    uint8_t here; /* the hash, by its first byte, that is here already; 0: none */
    int64_t now_ms;
};

static bool have(void *context, const uint8_t *hash)
{
    return ((struct bench *)context)->here == hash[0];
}

static void up(struct bench *b)
{
    *b = (struct bench){.fetch = release_fetch_new(), .now_ms = 1000};
    assert_non_null(b->fetch);
}

static void announce(struct bench *b, const char *node, uint8_t hash)
{
    struct announced announced = {.n = 2};

    memcpy(announced.node, node, strlen(node) + 1);
    memcpy(announced.release[0].system, "atc", 4);
    memcpy(announced.release[1].system, "hp", 3);
    announced.release[1].has_file = true;
    announced.release[1].hash[0] = hash;
    announced.release[1].size = SIZE;
    assert_true(
        release_fetch_heard(b->fetch, &announced, (struct bytes_view){(const uint8_t *)node, 2}));
}

static bool next(struct bench *b, struct release_wanted *out)
{
    return release_fetch_next(b->fetch, have, b, b->now_ms, out);
}

static bool give(struct bench *b, const char *node, const struct release_wanted *piece, size_t size,
                 struct bytes *file)
{
    static uint8_t data[RELEASE_PIECE_BYTES + 1];

    *file = (struct bytes){0};
    memset(data, 'a' + (int)piece->piece, sizeof(data));
    return release_fetch_piece(b->fetch, node, piece, (struct bytes_view){data, size}, file);
}

static void test_a_file_comes_once_in_order(void **state)
{
    struct release_wanted wanted;
    struct bytes_view envelope;
    struct bytes file;
    struct bench b;

    (void)state;
    up(&b);
    assert_false(next(&b, &wanted));
    announce(&b, "01", 7);
    announce(&b, "12", 7);
    assert_true(next(&b, &wanted));
    assert_string_equal(wanted.node, "01");
    assert_int_equal(wanted.piece, 0);
    assert_false(next(&b, &wanted));
    assert_false(give(&b, "12", &wanted, RELEASE_PIECE_BYTES, &file)); /* nobody asked it */
    assert_false(give(&b, "01", &wanted, RELEASE_PIECE_BYTES, &file));
    assert_true(next(&b, &wanted));
    assert_int_equal(wanted.piece, 1);
    assert_true(give(&b, "01", &wanted, 3, &file));
    assert_int_equal(file.size, SIZE);
    assert_int_equal(file.data[0], 'a');
    assert_int_equal(file.data[SIZE - 1], 'b');
    bytes_clear(&file);
    b.here = 7;
    assert_false(next(&b, &wanted));
    assert_non_null(release_fetch_list(b.fetch, "12", &envelope));
    assert_memory_equal(envelope.data, "12", 2);
    assert_null(release_fetch_list(b.fetch, "13", &envelope));
    release_fetch_free(b.fetch);
}

static void test_a_silent_node_is_passed_over_until_its_next_list(void **state)
{
    struct release_wanted wanted;
    struct bytes file;
    struct bench b;

    (void)state;
    up(&b);
    announce(&b, "01", 7);
    announce(&b, "12", 7);
    assert_true(next(&b, &wanted));
    b.now_ms += FETCH_PATIENCE_MS - 1;
    assert_false(next(&b, &wanted));
    b.now_ms += 1;
    assert_true(next(&b, &wanted));
    assert_string_equal(wanted.node, "12");
    assert_int_equal(wanted.piece, 0);
    assert_false(give(&b, "12", &wanted, RELEASE_PIECE_BYTES, &file));
    assert_true(next(&b, &wanted)); /* it goes on */
    assert_string_equal(wanted.node, "12");
    b.now_ms += FETCH_PATIENCE_MS;
    assert_false(next(&b, &wanted)); /* neither is asked now */
    announce(&b, "01", 7);
    assert_true(next(&b, &wanted));
    assert_string_equal(wanted.node, "01");
    assert_int_equal(wanted.piece, 0);
    release_fetch_free(b.fetch);
}

static void test_a_piece_holds_at_its_size_and_one_off(void **state)
{
    static const size_t sizes[] = {0, RELEASE_PIECE_BYTES - 1, RELEASE_PIECE_BYTES + 1};
    struct release_wanted wanted;
    struct bytes file;

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct bench b;

        up(&b);
        announce(&b, "01", 7);
        assert_true(next(&b, &wanted));
        assert_false(give(&b, "01", &wanted, sizes[i], &file));
        assert_false(next(&b, &wanted));
        announce(&b, "12", 7);
        assert_true(next(&b, &wanted));
        assert_string_equal(wanted.node, "12");
        release_fetch_free(b.fetch);
    }
}

static void test_a_liar_is_not_asked_again(void **state)
{
    struct release_wanted wanted;
    struct bytes file;
    struct bench b;

    (void)state;
    up(&b);
    announce(&b, "01", 7);
    assert_true(next(&b, &wanted));
    assert_false(give(&b, "01", &wanted, RELEASE_PIECE_BYTES, &file));
    assert_true(next(&b, &wanted));
    assert_true(give(&b, "01", &wanted, 3, &file));
    bytes_clear(&file);
    release_fetch_refused(b.fetch, "01", wanted.hash);
    assert_false(next(&b, &wanted));
    release_fetch_free(b.fetch);
}

static void test_a_lost_link_begins_elsewhere(void **state)
{
    struct release_wanted wanted;
    struct bytes_view envelope;
    struct bytes file;
    struct bench b;

    (void)state;
    up(&b);
    announce(&b, "01", 7);
    assert_true(next(&b, &wanted));
    assert_false(give(&b, "01", &wanted, RELEASE_PIECE_BYTES, &file));
    release_fetch_lost(b.fetch, "01");
    assert_false(next(&b, &wanted));
    assert_non_null(release_fetch_list(b.fetch, "01", &envelope)); /* what it said stays */
    announce(&b, "12", 7);
    assert_true(next(&b, &wanted));
    assert_string_equal(wanted.node, "12");
    assert_int_equal(wanted.piece, 0);
    release_fetch_free(b.fetch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_comes_once_in_order),
        cmocka_unit_test(test_a_silent_node_is_passed_over_until_its_next_list),
        cmocka_unit_test(test_a_piece_holds_at_its_size_and_one_off),
        cmocka_unit_test(test_a_liar_is_not_asked_again),
        cmocka_unit_test(test_a_lost_link_begins_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
