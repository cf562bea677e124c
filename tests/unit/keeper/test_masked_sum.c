/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of mode sum at the keeper: round one charges and computes nothing; what leaves in round
 * two is the recorded share under masks, which only all participants together take off; the same
 * participants get the same share again for nothing, others get other noise and pay, a third set
 * gets nothing; a list that is not exactly what the roster's nodes have signed for this question
 * and this attempt, now, is refused by its code, uncharged, and its key is gone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/trust/message.h"
#include "proto/trust/participants.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/sum_world.h"

#define PRICE 20000000

static void refused(const Rikstal__V1__Answer *answer, const char *code)
{
    assert_string_equal(answer->code, code);
    assert_int_not_equal(answer->state, RIKSTAL__V1__STATE__STATE_VALUE);
    assert_int_equal(answer->n_cells, 0);
}

static void charged_is(struct sum *s, uint64_t charges)
{
    world_stop(&s->w);
    assert_int_equal(world_books(&s->w).charges, charges);
    assert_int_equal(world_books(&s->w).spent_nrho, (int64_t)charges * PRICE);
}

/* ---- the tests ------------------------------------------------------------------------------- */

static void test_round_one_charges_and_computes_nothing(void **state)
{
    Rikstal__V1__Envelope *first;
    struct sum s;

    (void)state;
    sum_up(&s);
    sum_all_attend(&s, 1);
    first = s.attestation[SELF];
    sum_all_attend(&s, 1); /* asked again: the same, or the coordinator's list could not hold */
    assert_memory_equal(first->payload.data, s.attestation[SELF]->payload.data, first->payload.len);
    sum_all_attend(&s, 2);
    assert_memory_not_equal(first->payload.data, s.attestation[SELF]->payload.data,
                            first->payload.len);
    assert_int_equal(fake.evaluations, 0);
    charged_is(&s, 0);
    sum_down(&s);
}

/* The others are charged by then: a minute's work that another question took refuses no list. */
static void test_round_two_waits_for_no_work(void **state)
{
    char *policy, *version;
    struct sum s;

    (void)state;
    sum_up(&s);
    world_stop(&s.w);
    policy = arena_printf(s.w.people.arena,
                          "{\"rate\": {\"per_minute\": 1000, \"per_day\": 1000, "
                          "\"organisation_work_ms\": 1},%s",
                          world_policy(s.w.people.arena) + 1);
    assert_non_null(policy);
    version = strstr(policy, "\"version\": 1");
    assert_non_null(version);
    version[strlen("\"version\": ")] = '2';
    world_write(&s.w, "policy.json", policy, strlen(policy));
    world_start(&s.w);
    sum_all_attend(&s, 1);
    assert_string_equal(world_ask_text(&s.w, "age >= 20")->code, "");
    assert_string_equal(world_ask_text(&s.w, "age >= 21")->code, "rate");
    sum_list(&s, ALL);
    assert_true(sum_answer_to_list(&s)->charged);
    charged_is(&s, 2);
    sum_down(&s);
}

static void test_all_masks_together_leave_a_noised_share(void **state)
{
    Rikstal__V1__Answer *answer;
    int64_t share[2];
    struct sum s;

    (void)state;
    sum_up(&s);
    answer = sum_whole(&s, 1, ALL, share);
    print_message("share %lld and %lld of 1234 and 56\n", (long long)share[0], (long long)share[1]);
    assert_true(llabs(share[0] - 1234) <= 20); /* 8 deviations of 2.5: five nodes, four shares */
    assert_true(llabs(share[1] - 56) <= 20);
    assert_true(answer->charged);
    assert_int_equal(answer->price_nrho, PRICE);
    assert_int_equal(answer->display_below, 5);
    charged_is(&s, 1);
    sum_down(&s);
}

static void test_the_same_participants_have_the_same_share_for_nothing(void **state)
{
    Rikstal__V1__Answer *first, *again;
    int64_t share[2], repeat[2];
    struct sum s;

    (void)state;
    sum_up(&s);
    first = sum_whole(&s, 1, ALL, share);
    again = sum_whole(&s, 2, ALL, repeat);
    assert_memory_equal(share, repeat, sizeof(share));
    assert_memory_not_equal(first->cells, again->cells, sizeof(share)); /* other masks */
    assert_true(again->charged);   /* the same question: it says the same of itself */
    sum_whole(&s, 1, ALL, repeat); /* the coordinator starts anew, and may */
    assert_memory_equal(share, repeat, sizeof(share));
    sum_ask(&s, "not (not (age >= 18))");
    again = sum_whole(&s, 1, ALL, repeat);
    assert_memory_equal(share, repeat, sizeof(share));
    assert_false(again->charged);
    world_stop(&s.w);
    world_start(&s.w);
    sum_whole(&s, 1, ALL, repeat);
    assert_memory_equal(share, repeat, sizeof(share));
    assert_int_equal(fake.evaluations, 1);
    charged_is(&s, 1);
    sum_down(&s);
}

/* One of many questions that differ. */
static void ask_age(struct sum *s, int age)
{
    char text[24];

    snprintf(text, sizeof(text), "age >= %d", age);
    sum_ask(s, text);
}

static void test_other_participants_pay_and_a_third_set_is_refused(void **state)
{
    int64_t all[2], four[2], again[2];
    int same = 0;
    struct sum s;

    (void)state;
    sum_up(&s);
    for (int i = 0; i < 6; i++) {
        ask_age(&s, 1 + i);
        sum_whole(&s, 1, ALL, all);
        sum_whole(&s, 2, WITHOUT(3), four);
        same += all[0] == four[0] && all[1] == four[1];
        sum_whole(&s, 1, ALL, again); /* still free */
        assert_memory_equal(all, again, sizeof(all));
    }
    assert_true(same < 4);
    sum_all_attend(&s, 2);
    sum_list(&s, WITHOUT(4));
    refused(sum_answer_to_list(&s), "participants");
    charged_is(&s, 12);
    sum_down(&s);
}

/* Or the difference of two sums would have one region's noise, and tell who left it. */
static void test_when_another_regions_data_change_the_share_is_drawn_and_paid_anew(void **state)
{
    int64_t before[2], after[2], again[2];
    int same = 0;
    struct sum s;

    (void)state;
    sum_up(&s);
    for (int i = 0; i < 6; i++) {
        ask_age(&s, 1 + i);
        sum_whole(&s, 1, ALL, before);
        s.population++;
        ask_age(&s, 1 + i); /* the same question, asked again */
        sum_whole(&s, 1, ALL, after);
        same += before[0] == after[0] && before[1] == after[1];
        s.population--;
        sum_whole(&s, 1, ALL, again); /* the region went back: what was paid for */
        assert_memory_equal(before, again, sizeof(before));
    }
    assert_true(same < 4); /* two equal of two cells by chance: 0.02 */
    assert_int_equal(fake.evaluations, 12);
    charged_is(&s, 12);
    sum_down(&s);
}

static void test_attempts_and_modes_out_of_order_are_refused(void **state)
{
    Rikstal__V1__Question q;
    struct sum s;

    (void)state;
    sum_up(&s);
    refused(world_open(&s.w, sum_call(&s, 3)->answer), "session");
    refused(world_open(&s.w, sum_call(&s, 0)->answer), "unsupported");
    world_question(&s.w, "age >= 18", &q);
    s.question = people_ask(&s.w.people, &q);
    refused(world_open(&s.w, sum_call(&s, 1)->answer), "unsupported");
    sum_ask(&s, "age >= 18");
    s.audience[2] = sum_ids[2];
    world_question(&s.w, "age >= 18", &q);
    q.mode = RIKSTAL__V1__MODE__MODE_SUM; /* to "01" and "12" only */
    s.question = people_ask(&s.w.people, &q);
    refused(world_open(&s.w, sum_call(&s, 1)->answer), "participants");
    charged_is(&s, 0);
    sum_down(&s);
}

static void wrong_list(struct sum *s, const char *code)
{
    refused(sum_answer_to_list(s), code);
    sum_all_attend(s, 1);
}

static void test_a_list_that_is_not_the_nodes_own_is_refused(void **state)
{
    Rikstal__V1__Envelope *mine;
    struct sum s;

    (void)state;
    sum_up(&s);
    sum_all_attend(&s, 1);
    sum_list(&s, WITHOUT(SELF));
    wrong_list(&s, "session");
    mine = s.attestation[SELF];
    sum_all_attend(&s, 2);
    sum_list(&s, ALL); /* ours of the other attempt in our name */
    s.listed[SELF] = mine;
    wrong_list(&s, "session");
    for (int wrong = OF_ANOTHER_QUESTION; wrong <= NOT_ITS_KEY; wrong++) {
        sum_attest_as(&s, 2, (enum wrong)wrong);
        sum_list(&s, ALL);
        wrong_list(&s, "session");
    }
    sum_list(&s, ALL); /* the same node twice */
    s.listed[3] = s.listed[2];
    wrong_list(&s, "session");
    sum_list(&s, ALL); /* not in order */
    s.listed[2] = s.attestation[3];
    s.listed[3] = s.attestation[2];
    wrong_list(&s, "session");
    sum_list(&s, 3u); /* two nodes */
    wrong_list(&s, "participants");
    assert_int_equal(fake.evaluations, 0);
    charged_is(&s, 0);
    sum_down(&s);
}

static void test_nodes_that_are_not_of_the_roster_or_were_not_asked_are_refused(void **state)
{
    Rikstal__V1__Question q;
    struct sum s;

    (void)state;
    sum_up(&s);
    sum_all_attend(&s, 1);
    s.attestation[4]->payload.data[0] ^= 0; /* as it is */
    for (size_t i = 0; i + 1 < s.attestation[4]->payload.len; i++)
        if (memcmp(s.attestation[4]->payload.data + i, "17", 2) == 0)
            memcpy(s.attestation[4]->payload.data + i, "99", 2);
    sum_list(&s, ALL);
    wrong_list(&s, "session");
    world_question(&s.w, "age >= 18", &q);
    q.mode = RIKSTAL__V1__MODE__MODE_SUM;
    q.audience = s.audience;
    q.n_audience = 4; /* not "17" */
    s.question = people_ask(&s.w.people, &q);
    envelope_hash(s.question, s.hash);
    sum_all_attend(&s, 1);
    sum_list(&s, ALL);
    refused(sum_answer_to_list(&s), "session");
    charged_is(&s, 0);
    sum_down(&s);
}

static void test_no_bit_of_a_foreign_attestation_may_change(void **state)
{
    int flips = 0;
    struct sum s;

    (void)state;
    sum_up(&s);
    sum_all_attend(&s, 1);
    for (size_t i = 0; i < s.attestation[0]->payload.len; i += 5, flips++) {
        s.attestation[0]->payload.data[i] ^= (uint8_t)(1u << (i % 8));
        sum_list(&s, ALL);
        wrong_list(&s, "session");
    }
    for (size_t i = 0; i < s.attestation[0]->signature.len; i += 5, flips++) {
        s.attestation[0]->signature.data[i] ^= (uint8_t)(1u << (i % 8));
        sum_list(&s, ALL);
        wrong_list(&s, "session");
    }
    print_message("%d bits\n", flips);
    charged_is(&s, 0);
    sum_down(&s);
}

static void test_a_list_works_once_and_never_after_a_withdrawal(void **state)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Cancel cancel = RIKSTAL__V1__CANCEL__INIT;
    Rikstal__V1__Answer *answer;
    int64_t share[2];
    struct sum s;

    (void)state;
    sum_up(&s);
    sum_whole(&s, 1, ALL, share);
    sum_send_list(&s); /* nothing comes: the next answer is the next question's */
    answer = world_ask_text(&s.w, "age >= 77");
    assert_int_equal(answer->mode, RIKSTAL__V1__MODE__MODE_REGIONS);
    sum_all_attend(&s, 2);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_CANCEL;
    frame.cancel = &cancel;
    s.w.correlation--; /* of the Ask */
    world_send(&s.w, &frame);
    sum_list(&s, ALL);
    sum_send_list(&s);
    answer = world_ask_text(&s.w, "age >= 77");
    assert_int_equal(answer->mode, RIKSTAL__V1__MODE__MODE_REGIONS);
    charged_is(&s, 2);
    sum_down(&s);
}

static void test_a_new_snapshot_between_the_rounds_ends_them(void **state)
{
    int64_t share[2];
    struct sum s;

    (void)state;
    sum_up(&s);
    sum_all_attend(&s, 1);
    world_publish(&s.w, "second");
    sum_list(&s, ALL);
    refused(sum_answer_to_list(&s), "session");
    sum_whole(&s, 2, ALL, share);
    charged_is(&s, 1);
    sum_down(&s);
}

static void send_list(void *of)
{
    sum_send_list(of);
}

static void test_a_failed_evaluation_is_finished_by_the_next_attempt(void **state)
{
    int64_t share[2];
    struct sum s;

    (void)state;
    sum_up(&s);
    sum_all_attend(&s, 1);
    sum_list(&s, ALL);
    fake.out_of_time = true;
    refused(world_open(&s.w, world_last_slot(&s.w, send_list, &s)), "timed_out");
    fake.out_of_time = false;
    charged_is(&s, 0);
    world_publish(&s.w, "second"); /* on the first it is not begun again */
    world_start(&s.w);
    sum_whole(&s, 2, ALL, share);
    charged_is(&s, 1);
    sum_down(&s);
}

/* Our attestation says that we pay for nothing new, and can repeat the sum of these. */
static void repeats_only(struct sum *s, const char *nodes)
{
    const ProtobufCBinaryData *payload = &s->attestation[SELF]->payload;
    const Rikstal__V1__Attestation *ours;
    ProtobufCMessage *message;

    assert_true(message_unpack(&rikstal__v1__attestation__descriptor, payload->data, payload->len,
                               s->w.people.arena, &message, &s->w.err));
    ours = (const Rikstal__V1__Attestation *)message;
    assert_int_equal(ours->n_only, nodes ? 1 : 0);
    assert_true(!nodes || strcmp(ours->only[0]->nodes, nodes) == 0);
}

/* One of the others pays for nothing new: the list of all is refused before we are charged. */
static void test_a_list_that_another_cannot_pay_for_charges_nobody(void **state)
{
    int64_t share[2];
    struct sum s;

    (void)state;
    sum_up(&s);
    sum_whole(&s, 1, ALL, share);
    sum_ask(&s, "age >= 19");
    sum_all_attend(&s, 1);
    repeats_only(&s, NULL);
    sum_attest_as(&s, 0, SHORT_OF_BUDGET);
    sum_list(&s, ALL);
    refused(sum_answer_to_list(&s), "participants");
    sum_whole(&s, 2, WITHOUT(0), share);
    charged_is(&s, 2);
    sum_down(&s);
}

static void test_each_draws_a_share_and_without_budget_nobody_takes_part(void **state)
{
    int64_t share[2], squares = 0;
    struct sum s;

    (void)state;
    sum_up(&s);
    for (int i = 0; i < 25; i++) { /* 500 points, 20 each */
        ask_age(&s, 10 + i);
        sum_whole(&s, 1, ALL, share);
        squares += (share[0] - 1234) * (share[0] - 1234) + (share[1] - 56) * (share[1] - 56);
    }
    /* 50 draws of a share, variance 25 / 4; of a whole noise they would be four times as wide.
     * Chi-square of 50 degrees: below 11 or above 130 in fewer than one of 10^8 runs. */
    assert_in_range(4 * squares / 25, 11, 130);
    sum_ask(&s, "age >= 99");
    refused(world_open(&s.w, sum_call(&s, 1)->answer), "budget");
    sum_ask(&s, "age >= 10"); /* was paid for */
    sum_whole(&s, 1, ALL, share);
    s.population++; /* with other data of the others it was not */
    sum_ask(&s, "age >= 10");
    sum_all_attend(&s, 1);
    repeats_only(&s, "01,12,13,14,17");
    sum_list(&s, ALL); /* whoever makes such a list all the same: nobody is charged for it */
    refused(sum_answer_to_list(&s), "participants");
    charged_is(&s, 25);
    sum_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_one_charges_and_computes_nothing),
        cmocka_unit_test(test_round_two_waits_for_no_work),
        cmocka_unit_test(test_all_masks_together_leave_a_noised_share),
        cmocka_unit_test(test_the_same_participants_have_the_same_share_for_nothing),
        cmocka_unit_test(test_other_participants_pay_and_a_third_set_is_refused),
        cmocka_unit_test(test_when_another_regions_data_change_the_share_is_drawn_and_paid_anew),
        cmocka_unit_test(test_attempts_and_modes_out_of_order_are_refused),
        cmocka_unit_test(test_a_list_that_is_not_the_nodes_own_is_refused),
        cmocka_unit_test(test_nodes_that_are_not_of_the_roster_or_were_not_asked_are_refused),
        cmocka_unit_test(test_no_bit_of_a_foreign_attestation_may_change),
        cmocka_unit_test(test_a_list_works_once_and_never_after_a_withdrawal),
        cmocka_unit_test(test_a_new_snapshot_between_the_rounds_ends_them),
        cmocka_unit_test(test_a_failed_evaluation_is_finished_by_the_next_attempt),
        cmocka_unit_test(test_a_list_that_another_cannot_pay_for_charges_nobody),
        cmocka_unit_test(test_each_draws_a_share_and_without_budget_nobody_takes_part),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
