/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of a sum's plain values: an attestation is the dialling node's own; a list made here is
 * verified with the nodes' keys there, read back from a store, and bound to its question; vectors
 * whose masks cancel add up exactly, wrapping and negative figures included, and others are no
 * total; of a blind sum only those are a total that are without the asker's veil.
 */
#include "coordinator/report/sum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/trust/message.h"
#include "tests/unit/ask/country.h"
#include "tests/unit/refused.h"

#define NODES 4

struct bench {
    struct country c;
    struct roster *roster;
    struct plan plan;
    struct attendance *attendance[NODES];
    struct sum_list *list;
    struct err err;
};

static void attest(struct bench *b, size_t node, const uint8_t **data, size_t *size)
{
    Rikstal__V1__Attestation a = RIKSTAL__V1__ATTESTATION__INIT;
    Rikstal__V1__Envelope *envelope;
    uint8_t bytes[32] = {(uint8_t)node}, *packed;

    a.question_hash = (ProtobufCBinaryData){32, b->plan.hash};
    a.snapshot = a.population = a.ephemeral_key = (ProtobufCBinaryData){32, bytes};
    a.nonce = (ProtobufCBinaryData){PARTICIPANTS_NONCE_BYTES, bytes};
    a.node = b->c.node[node].id;
    a.attempt = 1;
    a.not_after = clock_wall_s() + 30;
    assert_true(envelope_sign_message(DOMAIN_ATTEST, &a.base, b->c.node[node].key, b->c.arena,
                                      &envelope, &b->err));
    assert_true(message_pack(&envelope->base, b->c.arena, &packed, size, &b->err));
    *data = packed;
}

static bool come(struct bench *b, size_t node, size_t as)
{
    const uint8_t *data;
    size_t size;

    attest(b, node, &data, &size);
    return attendance_open((struct roster_view){b->roster, b->c.node[as].id, clock_wall_s()},
                           (struct bytes_view){data, size}, &b->attendance[node], &b->err);
}

static void bench_up(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    country_up(&b->c, NODES);
    assert_true(
        roster_read(country_path(&b->c, "roster"), &b->c.roots, NULL, 0, &b->roster, &b->err));
    b->plan.hash[0] = 3;
    b->plan.n_regions = NODES;
    for (size_t i = 0; i < NODES; i++) {
        memcpy(b->plan.region[i], b->c.node[i].id, 3);
        assert_true(come(b, i, i));
    }
}

static void bench_down(struct bench *b)
{
    for (size_t i = 0; i < NODES; i++)
        attendance_free(b->attendance[i]);
    sum_list_free(b->list);
    roster_free(b->roster);
    country_down(&b->c);
}

/* Node i can pay for nothing new; it can repeat the sum of these nodes, "01,02". */
static void make_short(struct bench *b, size_t i, const char *nodes)
{
    struct attendance *attendance = b->attendance[i];
    struct participants_of of[NODES];
    size_t n = 0;

    for (size_t k = 0; k < NODES; k++)
        if (strstr(nodes, b->c.node[k].id))
            of[n++] = (struct participants_of){b->c.node[k].id, b->attendance[k]->population};
    participants_set_id(of, n, attendance->only[attendance->n_only].id);
    snprintf(attendance->only[attendance->n_only++].nodes, PARTICIPANTS_NAMES_BYTES, "%s", nodes);
}

/* Who of them pays together, as "1234". */
static const char *payers(struct bench *b)
{
    const struct attendance *all[NODES];
    static char text[NODES + 1];
    size_t n;

    for (size_t i = 0; i < NODES; i++)
        all[i] = b->attendance[i];
    n = attendance_that_pay(all, NODES);
    for (size_t i = 0; i < n; i++)
        text[i] = all[i]->node[1];
    text[n] = 0;
    return text;
}

static void test_who_cannot_pay_repeats_or_is_left_out(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_string_equal(payers(&b), "1234");
    make_short(&b, 1, "01,02,03,04"); /* the sum of all is a repeat */
    assert_string_equal(payers(&b), "1234");
    b.attendance[3]->population[5]++; /* somebody has published */
    assert_string_equal(payers(&b), "134");
    make_short(&b, 2, "01,03");
    assert_string_equal(payers(&b), "13"); /* the first set that can be repeated, whoever can pay */
    b.attendance[0]->population[5]++;
    assert_string_equal(payers(&b), "14");
    b.attendance[0]->population[5]--;
    make_short(&b, 1, "01,02,03"); /* his second: all of it are there */
    assert_string_equal(payers(&b), "123");
    bench_down(&b);
}

static void test_a_set_that_is_not_there_in_order_is_none(void **state)
{
    static const char *const texts[] = {"02,01,03", "01,01,03", "01,,03", ",01,03", "01,03,09", ""};
    struct bench b;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        bench_up(&b);
        make_short(&b, 0, "01,03");
        snprintf(b.attendance[0]->only[0].nodes, PARTICIPANTS_NAMES_BYTES, "%s", texts[i]);
        assert_string_equal(payers(&b), "234");
        bench_down(&b);
    }
}

static void test_an_attestation_is_of_the_node_that_brings_it(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_string_equal(b.attendance[2]->node, "03");
    assert_int_equal(b.attendance[2]->attempt, 1);
    assert_memory_equal(b.attendance[2]->question_hash, b.plan.hash, 32);
    attendance_free(b.attendance[0]);
    b.attendance[0] = NULL;
    assert_false(come(&b, 0, 1));
    assert_int_equal(b.err.code, ERR_DENIED);
    bench_down(&b);
}

static void test_a_list_is_verified_and_read_back(void **state)
{
    struct sum_list *again, *copy;
    uint8_t other[32] = {9};
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(sum_list_new(&b.plan, 1, (const struct attendance *const *)b.attendance, NODES,
                             &b.list, &b.err));
    assert_true(sum_list_has(b.list, "04"));
    assert_false(sum_list_has(b.list, "05"));
    assert_true(sum_list_verify(&b.plan, b.roster, clock_wall_s(),
                                (struct bytes_view){b.list->data, b.list->size}, &again, &b.err));
    assert_memory_equal(again->session, b.list->session, PARTICIPANTS_SESSION_BYTES);
    assert_int_equal(again->n, NODES);
    sum_list_free(again);
    assert_true(sum_list_parse(b.plan.hash, b.list->data, b.list->size, &again, &b.err));
    assert_memory_equal(again->session, b.list->session, PARTICIPANTS_SESSION_BYTES);
    sum_list_free(again);
    assert_refused(sum_list_parse(other, b.list->data, b.list->size, &again, &b.err), &b.err,
                   ERR_INVALID);
    copy = sum_list_copy(b.list);
    assert_non_null(copy);
    assert_memory_equal(copy->data, b.list->data, b.list->size);
    assert_ptr_not_equal(copy->data, b.list->data);
    sum_list_free(copy);
    bench_down(&b);
}

static void test_a_list_of_others_is_refused(void **state)
{
    struct sum_list *again;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(sum_list_new(&b.plan, 1, (const struct attendance *const *)b.attendance, NODES,
                             &b.list, &b.err));
    b.plan.n_regions--; /* 04 was not asked */
    assert_refused(sum_list_verify(&b.plan, b.roster, clock_wall_s(),
                                   (struct bytes_view){b.list->data, b.list->size}, &again, &b.err),
                   &b.err, ERR_DENIED);
    b.plan.n_regions++;
    b.list->data[b.list->size - 1] ^= 1; /* in the last signature */
    assert_refused(sum_list_verify(&b.plan, b.roster, clock_wall_s(),
                                   (struct bytes_view){b.list->data, b.list->size}, &again, &b.err),
                   &b.err, ERR_DENIED);
    sum_list_free(b.list);
    assert_true(sum_list_new(&b.plan, 1, (const struct attendance *const *)b.attendance, 2, &b.list,
                             &b.err));
    assert_refused(sum_list_verify(&b.plan, b.roster, clock_wall_s(),
                                   (struct bytes_view){b.list->data, b.list->size}, &again, &b.err),
                   &b.err, ERR_UNAVAILABLE);
    bench_down(&b);
}

static void test_vectors_add_up_modulo_two_to_the_64(void **state)
{
    const int64_t veil[2] = {INT64_MAX, -5}; /* it wraps around too */
    struct answer *vector[3];
    int64_t total[2];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        vector[i] = answer_new(2, 0);
        assert_non_null(vector[i]);
    }
    vector[0]->cell[0] = INT64_MAX;
    vector[1]->cell[0] = INT64_MAX;
    vector[2]->cell[0] = 7; /* 2^64 - 2 + 7 */
    vector[0]->cell[1] = INT64_MIN;
    vector[1]->cell[1] = INT64_MIN;
    vector[2]->cell[1] = -12;
    assert_true(sum_cells((const struct answer *const *)vector, 3, NULL, 2, total));
    assert_int_equal(total[0], 5);
    assert_int_equal(total[1], -12);
    vector[2]->cell[1] = 3 * ANSWER_CELL_MAX; /* as much as three regions can have, and one more */
    assert_true(sum_cells((const struct answer *const *)vector, 3, NULL, 2, total));
    vector[2]->cell[1]++;
    assert_false(sum_cells((const struct answer *const *)vector, 3, NULL, 2, total));
    vector[2]->cell[0] = (int64_t)((uint64_t)vector[2]->cell[0] + (uint64_t)INT64_MAX);
    vector[2]->cell[1] = -12 - 5;
    assert_true(sum_cells((const struct answer *const *)vector, 3, veil, 2, total));
    assert_int_equal(total[0], 5);
    assert_int_equal(total[1], -12);
    assert_false(sum_cells((const struct answer *const *)vector, 3, NULL, 2, total));
    for (size_t i = 0; i < 3; i++)
        answer_free(vector[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_cannot_pay_repeats_or_is_left_out),
        cmocka_unit_test(test_a_set_that_is_not_there_in_order_is_none),
        cmocka_unit_test(test_an_attestation_is_of_the_node_that_brings_it),
        cmocka_unit_test(test_a_list_is_verified_and_read_back),
        cmocka_unit_test(test_a_list_of_others_is_refused),
        cmocka_unit_test(test_vectors_add_up_modulo_two_to_the_64),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
