/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the asker's key: its veil is the sum of what every node of the list has put over
 * its vector, and no other key's or session's; it comes back from its secret; a list with a key
 * that hides nothing has no veil.
 */
#include "coordinator/analyst/blind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "proto/base/random.h"
#include "proto/trust/keystream.h"
#include "tests/unit/refused.h"

#define NODES 5
#define CELLS 600

struct bench {
    struct sum_list list;
    uint8_t secret[NODES][KEYSTREAM_KEY_BYTES];
    struct blind *blind;
    struct err err;
};

static void bench_up(struct bench *b)
{
    *b = (struct bench){.list = {.n = NODES}, .blind = blind_new()};
    assert_non_null(b->blind);
    random_bytes(b->list.session, sizeof(b->list.session));
    for (size_t i = 0; i < NODES; i++) {
        b->list.node[i][0] = (char)('1' + i);
        random_bytes(b->secret[i], KEYSTREAM_KEY_BYTES);
        crypto_scalarmult_base(b->list.key[i], b->secret[i]);
    }
}

/* What the nodes put over their vectors, added, each from its own end. */
static void cover(const struct bench *b, int64_t *cells)
{
    for (size_t i = 0; i < NODES; i++) {
        struct keystream_bond bond = {.domain = KEYSTREAM_BLIND,
                                      .first = blind_public_key(b->blind),
                                      .second = b->list.key[i],
                                      .session = b->list.session,
                                      .node = b->list.node[i]};
        uint8_t key[KEYSTREAM_KEY_BYTES];

        assert_true(keystream_key(b->secret[i], blind_public_key(b->blind), &bond, key));
        keystream_apply(key, true, cells, CELLS);
    }
}

static void test_the_veil_is_what_the_nodes_put_over(void **state)
{
    int64_t covered[CELLS] = {0}, veil[CELLS], other[CELLS];
    struct blind *again, *stranger = blind_new();
    struct bench b;

    (void)state;
    bench_up(&b);
    cover(&b, covered);
    memset(veil, 7, sizeof(veil));
    assert_true(blind_veil(b.blind, &b.list, veil, CELLS, &b.err));
    assert_memory_equal(veil, covered, sizeof(veil));
    again = blind_of(blind_secret_key(b.blind));
    assert_non_null(again);
    assert_memory_equal(blind_public_key(again), blind_public_key(b.blind), KEYSTREAM_KEY_BYTES);
    assert_true(blind_veil(again, &b.list, other, CELLS, &b.err));
    assert_memory_equal(other, veil, sizeof(veil));
    assert_true(blind_veil(stranger, &b.list, other, CELLS, &b.err));
    assert_memory_not_equal(other, veil, sizeof(veil));
    b.list.session[0] ^= 1;
    assert_true(blind_veil(b.blind, &b.list, other, CELLS, &b.err));
    for (size_t c = 0; c < CELLS; c++)
        assert_true(other[c] != veil[c]); /* 2^-54 of failing by chance */
    blind_free(again);
    blind_free(stranger);
    blind_free(b.blind);
    blind_free(NULL);
}

static void test_a_list_with_a_key_that_hides_nothing_has_no_veil(void **state)
{
    int64_t veil[1];
    struct bench b;

    (void)state;
    bench_up(&b);
    memset(b.list.key[3], 0, KEYSTREAM_KEY_BYTES);
    assert_refused(blind_veil(b.blind, &b.list, veil, 1, &b.err), &b.err, ERR_DENIED);
    blind_free(b.blind);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_veil_is_what_the_nodes_put_over),
        cmocka_unit_test(test_a_list_with_a_key_that_hides_nothing_has_no_veil),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
