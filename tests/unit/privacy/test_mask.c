/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The masks' promises: they cancel exactly in the sum of all participants and in no smaller sum, a
 * vector by itself looks like chance, a key works once, and a list that is not everybody's gives
 * garbage, never a wrong sum that looks right. Of a blind sum the asker's streams, and nothing less
 * or else, leave the exact sum; keys that hide nothing, or are another's, are refused.
 */
#include "node/privacy/mask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "proto/base/random.h"
#include "proto/trust/keystream.h"
#include "tests/unit/refused.h"

#define NODES 21
#define CELLS 1030 /* more than one piece, not a whole number of them */

struct round {
    char names[NODES][24];
    struct mask *masks[NODES];
    uint8_t session[MASK_SESSION_BYTES];
    const uint8_t *asker;
    size_t m;
};

static void round_up(struct round *round, size_t m)
{
    round->m = m;
    round->asker = NULL;
    for (size_t i = 0; i < m; i++) {
        snprintf(round->names[i], sizeof(round->names[i]), "%02zu", i + 1);
        round->masks[i] = mask_new();
        assert_non_null(round->masks[i]);
    }
    random_bytes(round->session, sizeof(round->session));
}

static void round_down(struct round *round)
{
    for (size_t i = 0; i < round->m; i++)
        mask_free(round->masks[i]);
}

/* Node i masks its cells for the participants of the round. */
static bool send(struct round *round, size_t i, int64_t *cells, size_t n, struct err *err)
{
    struct mask_peer peers[NODES];
    struct mask_session session = {.self = round->names[i], .peers = peers, .asker = round->asker};

    for (size_t j = 0; j < round->m; j++)
        if (j != i)
            peers[session.n_peers++] =
                (struct mask_peer){round->names[j], mask_public_key(round->masks[j])};
    memcpy(session.id, round->session, sizeof(session.id));
    return mask_apply(round->masks[i], &session, cells, n, err);
}

static void test_masks_cancel_in_the_sum_of_all(void **state)
{
    static int64_t cells[NODES][CELLS];
    struct err err = {0};

    (void)state;
    for (size_t m = 2; m <= NODES; m += m < 5 ? 1 : 8) {
        int64_t truth[CELLS] = {0};
        uint64_t sum[CELLS] = {0};
        struct round round;

        round_up(&round, m);
        for (size_t i = 0; i < m; i++) {
            for (size_t c = 0; c < CELLS; c++) {
                cells[i][c] = (int64_t)random_below(2000) - 1000; /* negatives too */
                truth[c] += cells[i][c];
            }
            assert_true(send(&round, i, cells[i], CELLS, &err));
            for (size_t c = 0; c < CELLS; c++)
                sum[c] += (uint64_t)cells[i][c];
        }
        for (size_t c = 0; c < CELLS; c++)
            assert_true((int64_t)sum[c] == truth[c]);
        round_down(&round);
    }
}

static void test_a_missing_vector_leaves_garbage_in_every_cell(void **state)
{
    static int64_t cells[NODES][CELLS];
    struct err err = {0};
    struct round round;

    (void)state;
    round_up(&round, NODES);
    for (size_t i = 0; i < NODES; i++) {
        memset(cells[i], 0, sizeof(cells[i]));
        assert_true(send(&round, i, cells[i], CELLS, &err));
    }
    for (size_t gone = 0; gone < NODES; gone++) {
        for (size_t c = 0; c < CELLS; c++) {
            uint64_t sum = 0;

            for (size_t i = 0; i < NODES; i++)
                sum += i == gone ? 0 : (uint64_t)cells[i][c];
            assert_true(llabs((int64_t)sum) > 1000000); /* 2^-43 of failing by chance */
        }
    }
    round_down(&round);
}

static void test_another_session_or_list_never_gives_a_sum(void **state)
{
    int64_t one[64] = {0}, two[64] = {0}, three[64] = {0};
    struct err err = {0};
    struct round round;

    (void)state;
    round_up(&round, 3);
    assert_true(send(&round, 0, one, 64, &err));
    assert_true(send(&round, 1, two, 64, &err));
    round.session[0] ^= 1; /* the coordinator showed node 3 another list */
    assert_true(send(&round, 2, three, 64, &err));
    for (int c = 0; c < 64; c++)
        assert_true(llabs((int64_t)((uint64_t)one[c] + (uint64_t)two[c] + (uint64_t)three[c])) >
                    1000000);
    round_down(&round);
}

static void test_a_key_works_once(void **state)
{
    int64_t cells[2] = {5, 6}, again[2] = {5, 6};
    struct err err = {0};
    struct round round;

    (void)state;
    round_up(&round, 2);
    assert_true(send(&round, 0, cells, 2, &err));
    assert_refused(send(&round, 0, again, 2, &err), &err, ERR_DENIED);
    assert_int_equal(again[0], 5);
    round_down(&round);
}

static void test_bad_peers_are_refused_and_cells_untouched(void **state)
{
    static const uint8_t zero[MASK_KEY_BYTES];
    struct mask_peer peers[2] = {{"02", zero}, {"03", zero}};
    struct mask_session session = {.self = "01", .peers = peers, .n_peers = 1};
    int64_t cells[1] = {7};
    struct err err = {0};
    struct mask *mask;

    (void)state;
    mask = mask_new();
    assert_refused(mask_apply(mask, &session, cells, 1, &err), &err,
                   ERR_DENIED); /* a key of small order */
    mask_free(mask);
    mask = mask_new();
    peers[0].node = "01";
    assert_refused(mask_apply(mask, &session, cells, 1, &err), &err, ERR_DENIED); /* itself */
    mask_free(mask);
    mask = mask_new();
    peers[0].node = "03";
    session.n_peers = 2;
    assert_refused(mask_apply(mask, &session, cells, 1, &err), &err, ERR_DENIED); /* twice */
    mask_free(mask);
    mask = mask_new();
    session.n_peers = 0;
    assert_refused(mask_apply(mask, &session, cells, 1, &err), &err, ERR_DENIED); /* alone */
    mask_free(mask);
    assert_int_equal(cells[0], 7);
    mask_free(NULL);
}

/* The same key on both sides of a node: its masks towards them would cancel. */
static void test_a_key_that_is_anothers_is_refused(void **state)
{
    int64_t cells[1] = {7};
    struct err err = {0};

    (void)state;
    for (size_t copied = 0; copied < 2; copied++) { /* the first's, the node's own */
        struct round round;
        struct mask_peer peers[2];
        struct mask_session session = {.peers = peers, .n_peers = 2};

        round_up(&round, 3);
        session.self = round.names[1];
        peers[0] = (struct mask_peer){round.names[0], mask_public_key(round.masks[0])};
        peers[1] = (struct mask_peer){round.names[2], mask_public_key(round.masks[copied])};
        assert_refused(mask_apply(round.masks[1], &session, cells, 1, &err), &err, ERR_DENIED);
        assert_int_equal(cells[0], 7);
        round_down(&round);
    }
}

static void test_a_renewed_key_is_another_and_a_wiped_one_masks_nothing(void **state)
{
    struct mask *ours = mask_new(), *theirs = mask_new();
    struct mask_peer peer = {"02", NULL};
    struct mask_session session = {.self = "01", .peers = &peer, .n_peers = 1};
    uint8_t before[MASK_KEY_BYTES];
    int64_t cells[1] = {7};
    struct err err = {0};

    (void)state;
    peer.key = mask_public_key(theirs);
    memcpy(before, mask_public_key(ours), sizeof(before));
    mask_wipe(ours);
    assert_refused(mask_apply(ours, &session, cells, 1, &err), &err, ERR_DENIED);
    assert_int_equal(cells[0], 7);
    mask_renew(ours);
    assert_memory_not_equal(before, mask_public_key(ours), sizeof(before));
    assert_true(mask_apply(ours, &session, cells, 1, &err));
    assert_int_not_equal(cells[0], 7);
    assert_refused(mask_apply(ours, &session, cells, 1, &err), &err, ERR_DENIED); /* again once */
    mask_free(ours);
    mask_free(theirs);
}

/* What remains of the sum when the streams that this secret gives are taken off. */
static void take_off(const struct round *round, const uint8_t *secret, const uint8_t *asker,
                     int64_t *sum)
{
    for (size_t i = 0; i < round->m; i++) {
        struct keystream_bond bond = {.domain = KEYSTREAM_BLIND,
                                      .first = asker,
                                      .second = mask_public_key(round->masks[i]),
                                      .session = round->session,
                                      .node = round->names[i]};
        uint8_t key[KEYSTREAM_KEY_BYTES];

        assert_true(keystream_key(secret, mask_public_key(round->masks[i]), &bond, key));
        keystream_apply(key, false, sum, CELLS);
    }
}

static void test_a_blind_sum_is_the_askers_alone(void **state)
{
    uint8_t secret[2][KEYSTREAM_KEY_BYTES], asker[2][KEYSTREAM_KEY_BYTES];
    int64_t truth[CELLS] = {0}, sum[CELLS] = {0}, other[CELLS], cells[CELLS];
    struct err err = {0};
    struct round round;

    (void)state;
    for (int who = 0; who < 2; who++) {
        random_bytes(secret[who], sizeof(secret[who]));
        crypto_scalarmult_base(asker[who], secret[who]);
    }
    round_up(&round, NODES);
    round.asker = asker[0];
    for (size_t i = 0; i < NODES; i++) {
        for (size_t c = 0; c < CELLS; c++) {
            cells[c] = (int64_t)random_below(2000) - 1000;
            truth[c] += cells[c];
        }
        assert_true(send(&round, i, cells, CELLS, &err));
        for (size_t c = 0; c < CELLS; c++)
            sum[c] = (int64_t)((uint64_t)sum[c] + (uint64_t)cells[c]);
    }
    memcpy(other, sum, sizeof(sum));
    for (size_t c = 0; c < CELLS; c++)
        assert_true(llabs(sum[c]) > 1000000);     /* 2^-43 of failing by chance */
    take_off(&round, secret[1], asker[1], other); /* another's secret */
    for (size_t c = 0; c < CELLS; c++)
        assert_true(llabs(other[c]) > 1000000);
    take_off(&round, secret[0], asker[0], sum);
    assert_memory_equal(sum, truth, sizeof(sum));
    round_down(&round);
}

static void test_an_asker_whose_key_hides_nothing_is_refused(void **state)
{
    static const uint8_t zero[MASK_KEY_BYTES], one[MASK_KEY_BYTES] = {1};
    const uint8_t *const bad[] = {zero, one};
    int64_t cells[1] = {7};
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct round round;

        round_up(&round, 3);
        round.asker = bad[i];
        assert_refused(send(&round, 0, cells, 1, &err), &err, ERR_DENIED);
        assert_int_equal(cells[0], 7);
        round_down(&round);
    }
}

static void test_shares_follow_the_rule_of_a_third(void **state)
{
    struct err err = {0};
    uint32_t shares = 0;

    (void)state;
    assert_true(mask_shares(21, 14, 5, &shares, &err));
    assert_int_equal(shares, 15);
    assert_true(mask_shares(15, 14, 5, &shares, &err));
    assert_int_equal(shares, 11);
    assert_true(mask_shares(3, 0, 5, &shares, &err));
    assert_int_equal(shares, 3);
    assert_true(mask_shares(23, 14, 5, &shares, &err));
    assert_int_equal(shares, 16);
    assert_refused(mask_shares(24, 14, 5, &shares, &err), &err, ERR_DENIED); /* 25 / 17 < 1.5 */
    assert_refused(mask_shares(13, 14, 5, &shares, &err), &err, ERR_DENIED);
    assert_refused(mask_shares(2, 0, 5, &shares, &err), &err, ERR_DENIED);
    for (uint32_t least = 1; least <= 6; least++) { /* a roster's minimum, and never below three */
        uint32_t few = least > 3 ? least : 3;

        assert_true(mask_shares(few, least, 5, &shares, &err));
        assert_refused(mask_shares(few - 1, least, 5, &shares, &err), &err, ERR_DENIED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks_cancel_in_the_sum_of_all),
        cmocka_unit_test(test_a_missing_vector_leaves_garbage_in_every_cell),
        cmocka_unit_test(test_another_session_or_list_never_gives_a_sum),
        cmocka_unit_test(test_a_key_works_once),
        cmocka_unit_test(test_bad_peers_are_refused_and_cells_untouched),
        cmocka_unit_test(test_a_key_that_is_anothers_is_refused),
        cmocka_unit_test(test_a_renewed_key_is_another_and_a_wiped_one_masks_nothing),
        cmocka_unit_test(test_a_blind_sum_is_the_askers_alone),
        cmocka_unit_test(test_an_asker_whose_key_hides_nothing_is_refused),
        cmocka_unit_test(test_shares_follow_the_rule_of_a_third),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
