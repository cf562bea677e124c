/*
 * Promises of mode sum at the keeper: round one charges and computes nothing; what leaves in round
 * two is the recorded share under masks, which only all participants together take off; the same
 * participants get the same share again for nothing, others get other noise and pay, a third set
 * gets nothing; a list that is not exactly what the roster's nodes have signed for this question
 * and this attempt, now, is refused by its code, uncharged, and its key is gone.
 *
 * The other nodes are played by the test, with figures of zero, so that what remains when all masks
 * have cancelled is our share.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/privacy/mask.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/trust/message.h"
#include "proto/trust/roll.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

#define NODES 5
#define SELF 1  /* "12" */
#define ALL 31u /* a bit a node */
#define WITHOUT(i) (ALL & ~(1u << (i)))
#define PRICE 20000000

struct sum {
    struct world w;
    struct secret_key *key[NODES];
    Rikstal__V1__RosterNode node[NODES];
    Rikstal__V1__RosterNode *list_of_nodes[NODES];
    char *audience[NODES];
    Rikstal__V1__Envelope *question;
    uint8_t hash[32];
    /* of the attempt under way */
    uint32_t attempt;
    struct mask *mask[NODES];
    Rikstal__V1__Envelope *attestation[NODES];
    Rikstal__V1__Envelope *listed[NODES + 1];
    uint8_t population; /* of the others, attested */
    uint64_t overlay;
    Rikstal__V1__MaskList list;
};

static char *const ids[NODES] = {"01", "12", "13", "14", "17"};

static void join(struct sum *s)
{
    Rikstal__V1__Roster *roster = &s->w.people.roster;

    for (size_t i = 0; i < NODES; i++) {
        s->key[i] = i < PEOPLE_NODES ? s->w.people.node[i] : NULL;
        if (!s->key[i])
            assert_true(secret_key_new(&s->key[i], &s->w.err));
        rikstal__v1__roster_node__init(&s->node[i]);
        s->node[i].node = s->audience[i] = ids[i];
        s->node[i].name = ids[i];
        s->node[i].key = people_key(&s->w.people, s->key[i]);
        s->list_of_nodes[i] = &s->node[i];
    }
    roster->nodes = s->list_of_nodes;
    roster->n_nodes = NODES;
    roster->participants_min = 3;
    world_write_roster(&s->w);
}

static void ask_about(struct sum *s, const char *text)
{
    Rikstal__V1__Question q;

    world_question(&s->w, text, &q);
    q.mode = RIKSTAL__V1__MODE__MODE_SUM;
    q.audience = s->audience;
    q.n_audience = NODES;
    s->question = people_ask(&s->w.people, &q);
    envelope_hash(s->question, s->hash);
}

static void up(struct sum *s)
{
    *s = (struct sum){0};
    fake = (struct fake){.matched = 1234, .undetermined = 56, .release = "2026-06-01"};
    world_up(&s->w);
    join(s);
    world_start(&s->w);
    ask_about(s, "age >= 18");
}

static void down(struct sum *s)
{
    for (size_t i = 0; i < NODES; i++) {
        mask_free(s->mask[i]);
        if (i >= PEOPLE_NODES)
            secret_key_free(s->key[i]);
    }
    world_down(&s->w);
}

/* ---- round one ------------------------------------------------------------------------------- */

static Rikstal__V1__Frame *call(struct sum *s, uint32_t attempt)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ask ask = RIKSTAL__V1__ASK__INIT;

    ask.question = s->question;
    ask.time_left_ms = 20000;
    ask.attempt = attempt;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &ask;
    world_send(&s->w, &frame);
    return world_receive(&s->w);
}

/* How a foreign attestation may be wrong. */
enum wrong { RIGHT, OF_ANOTHER_QUESTION, OF_ANOTHER_ATTEMPT, STALE, OF_TOMORROW, NOT_ITS_KEY };

static void attest_as(struct sum *s, size_t i, enum wrong wrong)
{
    Rikstal__V1__Attestation a = RIKSTAL__V1__ATTESTATION__INIT;
    uint8_t zero[32] = {0}, population[32] = {s->population};
    uint8_t *key = arena_alloc(s->w.people.arena, 32);

    mask_free(s->mask[i]);
    s->mask[i] = mask_new();
    assert_true(key && s->mask[i]);
    memcpy(key, mask_public_key(s->mask[i]), 32);
    a.question_hash = (ProtobufCBinaryData){32, wrong == OF_ANOTHER_QUESTION ? zero : s->hash};
    a.snapshot = (ProtobufCBinaryData){32, zero};
    a.population = (ProtobufCBinaryData){32, population};
    a.overlay = s->overlay;
    a.node = ids[i];
    a.attempt = s->attempt + (wrong == OF_ANOTHER_ATTEMPT);
    a.ephemeral_key = (ProtobufCBinaryData){32, key};
    a.nonce = (ProtobufCBinaryData){ROLL_NONCE_BYTES, zero};
    a.not_after = clock_wall_s() + (wrong == STALE ? -200 : wrong == OF_TOMORROW ? 86400 : 30);
    assert_true(envelope_sign_message(DOMAIN_ATTEST, &a.base,
                                      s->key[wrong == NOT_ITS_KEY ? (i + 1) % NODES : i],
                                      s->w.people.arena, &s->attestation[i], &s->w.err));
}

/* Everybody attests; then the list of these. */
static void attend(struct sum *s, uint32_t attempt)
{
    Rikstal__V1__Frame *got = call(s, attempt);

    assert_int_equal(got->body_case, RIKSTAL__V1__FRAME__BODY_ATTEST);
    s->attempt = attempt;
    for (size_t i = 0; i < NODES; i++)
        if (i != SELF)
            attest_as(s, i, RIGHT);
    s->attestation[SELF] = got->attest;
}

static void list_them(struct sum *s, unsigned who)
{
    rikstal__v1__mask_list__init(&s->list);
    s->list.question_hash = (ProtobufCBinaryData){32, s->hash};
    s->list.attempt = s->attempt;
    s->list.attestations = s->listed;
    for (size_t i = 0; i < NODES; i++)
        if (who & 1u << i)
            s->listed[s->list.n_attestations++] = s->attestation[i];
}

/* ---- round two ------------------------------------------------------------------------------- */

static void send_list(struct sum *s)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;

    frame.body_case = RIKSTAL__V1__FRAME__BODY_MASK_LIST;
    frame.mask_list = &s->list;
    world_send(&s->w, &frame);
}

static Rikstal__V1__Answer *answer_to_list(struct sum *s)
{
    Rikstal__V1__Frame *got;

    send_list(s);
    got = world_receive(&s->w);
    assert_int_equal(got->body_case, RIKSTAL__V1__FRAME__BODY_ANSWER);
    return world_open(&s->w, got->answer);
}

/* What the others would send for figures of zero, added: their masks. */
static void others_add(struct sum *s, unsigned who, const uint8_t *session_id, int64_t cells[2])
{
    for (size_t i = 0; i < NODES; i++) {
        struct mask_peer peer[NODES];
        struct mask_session session = {.self = ids[i], .peers = peer};
        int64_t zero[2] = {0, 0};

        if (i == SELF || !(who & 1u << i))
            continue;
        for (size_t j = 0; j < NODES; j++) {
            ProtobufCMessage *opened;

            if (j == i || !(who & 1u << j))
                continue;
            assert_true(message_unpack(
                &rikstal__v1__attestation__descriptor, s->attestation[j]->payload.data,
                s->attestation[j]->payload.len, s->w.people.arena, &opened, &s->w.err));
            peer[session.n_peers++] = (struct mask_peer){
                ids[j], ((Rikstal__V1__Attestation *)opened)->ephemeral_key.data};
        }
        memcpy(session.id, session_id, 32);
        assert_true(mask_apply(s->mask[i], &session, zero, 2, &s->w.err));
        for (size_t c = 0; c < 2; c++)
            cells[c] = (int64_t)((uint64_t)cells[c] + (uint64_t)zero[c]);
    }
}

/* A whole sum of these: our share, unmasked by all of them, and what we sent. */
static Rikstal__V1__Answer *whole_sum(struct sum *s, uint32_t attempt, unsigned who,
                                      int64_t share[2])
{
    Rikstal__V1__Answer *answer;
    uint8_t session[32];

    attend(s, attempt);
    list_them(s, who);
    answer = answer_to_list(s);
    if (answer->state != RIKSTAL__V1__STATE__STATE_VALUE)
        fail_msg("%s: %s", answer->code, answer->reason);
    assert_int_equal(answer->n_cells, 2);
    assert_int_equal(answer->mode, RIKSTAL__V1__MODE__MODE_SUM);
    assert_true(roll_session(&s->list, s->w.people.arena, session, &s->w.err));
    assert_int_equal(answer->session.len, 32);
    assert_memory_equal(answer->session.data, session, 32);
    for (size_t c = 0; c < 2; c++)
        assert_true(llabs(answer->cells[c]) > 1000000000); /* chance 2e-10 of a mask so small */
    memcpy(share, answer->cells, 2 * sizeof(int64_t));
    others_add(s, who, session, share);
    return answer;
}

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
    up(&s);
    attend(&s, 1);
    first = s.attestation[SELF];
    attend(&s, 1); /* asked again: the same, or the coordinator's list could not hold */
    assert_memory_equal(first->payload.data, s.attestation[SELF]->payload.data, first->payload.len);
    attend(&s, 2);
    assert_memory_not_equal(first->payload.data, s.attestation[SELF]->payload.data,
                            first->payload.len);
    assert_int_equal(fake.evaluations, 0);
    charged_is(&s, 0);
    down(&s);
}

static void test_all_masks_together_leave_a_noised_share(void **state)
{
    Rikstal__V1__Answer *answer;
    int64_t share[2];
    struct sum s;

    (void)state;
    up(&s);
    answer = whole_sum(&s, 1, ALL, share);
    print_message("share %lld and %lld of 1234 and 56\n", (long long)share[0], (long long)share[1]);
    assert_true(llabs(share[0] - 1234) <= 20); /* 8 deviations of 2.5: five nodes, four shares */
    assert_true(llabs(share[1] - 56) <= 20);
    assert_true(answer->charged);
    assert_int_equal(answer->price_nrho, PRICE);
    assert_int_equal(answer->display_below, 5);
    charged_is(&s, 1);
    down(&s);
}

static void test_the_same_participants_have_the_same_share_for_nothing(void **state)
{
    Rikstal__V1__Answer *first, *again;
    int64_t share[2], repeat[2];
    struct sum s;

    (void)state;
    up(&s);
    first = whole_sum(&s, 1, ALL, share);
    again = whole_sum(&s, 2, ALL, repeat);
    assert_memory_equal(share, repeat, sizeof(share));
    assert_memory_not_equal(first->cells, again->cells, sizeof(share)); /* other masks */
    assert_true(again->charged);   /* the same question: it says the same of itself */
    whole_sum(&s, 1, ALL, repeat); /* the coordinator starts anew, and may */
    assert_memory_equal(share, repeat, sizeof(share));
    ask_about(&s, "not (not (age >= 18))");
    again = whole_sum(&s, 1, ALL, repeat);
    assert_memory_equal(share, repeat, sizeof(share));
    assert_false(again->charged);
    world_stop(&s.w);
    world_start(&s.w);
    whole_sum(&s, 1, ALL, repeat);
    assert_memory_equal(share, repeat, sizeof(share));
    assert_int_equal(fake.evaluations, 1);
    charged_is(&s, 1);
    down(&s);
}

static void test_other_participants_pay_and_a_third_set_is_refused(void **state)
{
    int64_t all[2], four[2], again[2];
    int same = 0;
    struct sum s;

    (void)state;
    up(&s);
    for (int i = 0; i < 6; i++) {
        char text[] = {'a', 'g', 'e', ' ', '>', '=', ' ', (char)('1' + i), 0};

        ask_about(&s, text);
        whole_sum(&s, 1, ALL, all);
        whole_sum(&s, 2, WITHOUT(3), four);
        same += all[0] == four[0] && all[1] == four[1];
        whole_sum(&s, 1, ALL, again); /* still free */
        assert_memory_equal(all, again, sizeof(all));
    }
    assert_true(same < 4);
    attend(&s, 2);
    list_them(&s, WITHOUT(4));
    refused(answer_to_list(&s), "participants");
    charged_is(&s, 12);
    down(&s);
}

/* Or the difference of two sums would have one region's noise, and tell who left it. */
static void test_when_another_regions_data_change_the_share_is_drawn_and_paid_anew(void **state)
{
    int64_t before[2], after[2], again[2];
    int same = 0;
    struct sum s;

    (void)state;
    up(&s);
    for (int i = 0; i < 6; i++) {
        char text[] = {'a', 'g', 'e', ' ', '>', '=', ' ', (char)('1' + i), 0};

        ask_about(&s, text);
        whole_sum(&s, 1, ALL, before);
        s.population++;
        ask_about(&s, text); /* the same question, asked again */
        whole_sum(&s, 1, ALL, after);
        same += before[0] == after[0] && before[1] == after[1];
        s.population--;
        whole_sum(&s, 1, ALL, again); /* the region went back: what was paid for */
        assert_memory_equal(before, again, sizeof(before));
        s.overlay++; /* of a snapshot with an answer: it is given again, as in mode regions */
        whole_sum(&s, 1, ALL, again);
        assert_memory_equal(before, again, sizeof(before));
    }
    assert_true(same < 4); /* two equal of two cells by chance: 0.02 */
    assert_int_equal(fake.evaluations, 12);
    charged_is(&s, 12);
    down(&s);
}

/* Round one does not know yet whether it will be a repeat; the budget must not end it there. */
static void test_a_repeat_is_free_when_the_budget_is_spent(void **state)
{
    int64_t share[2], again[2];
    char text[] = "age >= 10";
    struct sum s;

    (void)state;
    up(&s);
    whole_sum(&s, 1, ALL, share);
    for (int i = 0; i < 24; i++) {
        text[7] = (char)('2' + i / 10);
        text[8] = (char)('0' + i % 10);
        ask_about(&s, text);
        whole_sum(&s, 1, ALL, again);
    }
    ask_about(&s, "age >= 50");
    refused(world_open(&s.w, call(&s, 1)->answer), "budget");
    ask_about(&s, "age >= 18");
    whole_sum(&s, 1, ALL, again);
    assert_memory_equal(share, again, sizeof(share));
    s.population++; /* a repeat it was not: round two says so */
    ask_about(&s, "age >= 18");
    attend(&s, 1);
    list_them(&s, ALL);
    refused(answer_to_list(&s), "budget");
    charged_is(&s, 25);
    down(&s);
}

static void test_attempts_and_modes_out_of_order_are_refused(void **state)
{
    Rikstal__V1__Question q;
    struct sum s;

    (void)state;
    up(&s);
    refused(world_open(&s.w, call(&s, 3)->answer), "session");
    refused(world_open(&s.w, call(&s, 0)->answer), "unsupported");
    world_question(&s.w, "age >= 18", &q);
    s.question = people_ask(&s.w.people, &q);
    refused(world_open(&s.w, call(&s, 1)->answer), "unsupported");
    ask_about(&s, "age >= 18");
    s.audience[2] = ids[2];
    world_question(&s.w, "age >= 18", &q);
    q.mode = RIKSTAL__V1__MODE__MODE_SUM; /* to "01" and "12" only */
    s.question = people_ask(&s.w.people, &q);
    refused(world_open(&s.w, call(&s, 1)->answer), "participants");
    charged_is(&s, 0);
    down(&s);
}

static void wrong_list(struct sum *s, const char *code)
{
    refused(answer_to_list(s), code);
    attend(s, 1);
}

static void test_a_list_that_is_not_the_nodes_own_is_refused(void **state)
{
    Rikstal__V1__Envelope *mine;
    struct sum s;

    (void)state;
    up(&s);
    attend(&s, 1);
    list_them(&s, WITHOUT(SELF));
    wrong_list(&s, "session");
    mine = s.attestation[SELF];
    attend(&s, 2);
    list_them(&s, ALL); /* ours of the other attempt in our name */
    s.listed[SELF] = mine;
    wrong_list(&s, "session");
    for (int wrong = OF_ANOTHER_QUESTION; wrong <= NOT_ITS_KEY; wrong++) {
        attest_as(&s, 2, (enum wrong)wrong);
        list_them(&s, ALL);
        wrong_list(&s, "session");
    }
    list_them(&s, ALL); /* the same node twice */
    s.listed[3] = s.listed[2];
    wrong_list(&s, "session");
    list_them(&s, ALL); /* not in order */
    s.listed[2] = s.attestation[3];
    s.listed[3] = s.attestation[2];
    wrong_list(&s, "session");
    list_them(&s, 3u); /* two nodes */
    wrong_list(&s, "participants");
    assert_int_equal(fake.evaluations, 0);
    charged_is(&s, 0);
    down(&s);
}

static void test_nodes_that_are_not_of_the_roster_or_were_not_asked_are_refused(void **state)
{
    Rikstal__V1__Question q;
    struct sum s;

    (void)state;
    up(&s);
    attend(&s, 1);
    s.attestation[4]->payload.data[0] ^= 0; /* as it is */
    for (size_t i = 0; i + 1 < s.attestation[4]->payload.len; i++)
        if (memcmp(s.attestation[4]->payload.data + i, "17", 2) == 0)
            memcpy(s.attestation[4]->payload.data + i, "99", 2);
    list_them(&s, ALL);
    wrong_list(&s, "session");
    world_question(&s.w, "age >= 18", &q);
    q.mode = RIKSTAL__V1__MODE__MODE_SUM;
    q.audience = s.audience;
    q.n_audience = 4; /* not "17" */
    s.question = people_ask(&s.w.people, &q);
    envelope_hash(s.question, s.hash);
    attend(&s, 1);
    list_them(&s, ALL);
    refused(answer_to_list(&s), "session");
    charged_is(&s, 0);
    down(&s);
}

static void test_no_bit_of_a_foreign_attestation_may_change(void **state)
{
    int flips = 0;
    struct sum s;

    (void)state;
    up(&s);
    attend(&s, 1);
    for (size_t i = 0; i < s.attestation[0]->payload.len; i += 5, flips++) {
        s.attestation[0]->payload.data[i] ^= (uint8_t)(1u << (i % 8));
        list_them(&s, ALL);
        wrong_list(&s, "session");
    }
    for (size_t i = 0; i < s.attestation[0]->signature.len; i += 5, flips++) {
        s.attestation[0]->signature.data[i] ^= (uint8_t)(1u << (i % 8));
        list_them(&s, ALL);
        wrong_list(&s, "session");
    }
    print_message("%d bits\n", flips);
    charged_is(&s, 0);
    down(&s);
}

static void test_a_list_works_once_and_never_after_a_withdrawal(void **state)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Cancel cancel = RIKSTAL__V1__CANCEL__INIT;
    Rikstal__V1__Answer *answer;
    int64_t share[2];
    struct sum s;

    (void)state;
    up(&s);
    whole_sum(&s, 1, ALL, share);
    send_list(&s); /* nothing comes: the next answer is the next question's */
    answer = world_ask_text(&s.w, "age >= 77");
    assert_int_equal(answer->mode, RIKSTAL__V1__MODE__MODE_REGIONS);
    attend(&s, 2);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_CANCEL;
    frame.cancel = &cancel;
    s.w.correlation--; /* of the Ask */
    world_send(&s.w, &frame);
    list_them(&s, ALL);
    send_list(&s);
    answer = world_ask_text(&s.w, "age >= 77");
    assert_int_equal(answer->mode, RIKSTAL__V1__MODE__MODE_REGIONS);
    charged_is(&s, 2);
    down(&s);
}

static void test_a_new_snapshot_between_the_rounds_ends_them(void **state)
{
    int64_t share[2];
    struct sum s;

    (void)state;
    up(&s);
    attend(&s, 1);
    world_publish(&s.w, "second");
    list_them(&s, ALL);
    refused(answer_to_list(&s), "session");
    whole_sum(&s, 2, ALL, share);
    charged_is(&s, 1);
    down(&s);
}

static void test_a_failed_evaluation_is_finished_by_the_next_attempt(void **state)
{
    int64_t share[2];
    struct sum s;

    (void)state;
    up(&s);
    attend(&s, 1);
    list_them(&s, ALL);
    fake.out_of_time = true;
    refused(answer_to_list(&s), "timed_out");
    fake.out_of_time = false;
    whole_sum(&s, 2, ALL, share);
    charged_is(&s, 1);
    down(&s);
}

static void test_without_budget_nobody_takes_part(void **state)
{
    int64_t share[2];
    struct sum s;

    (void)state;
    up(&s);
    for (int i = 0; i < 25; i++) { /* 500 points, 20 each */
        char text[] = {'a', 'g', 'e', ' ', '>', '=', ' ', (char)('1' + i / 5), (char)('0' + i % 5),
                       0};

        ask_about(&s, text);
        whole_sum(&s, 1, ALL, share);
    }
    ask_about(&s, "age >= 99");
    refused(world_open(&s.w, call(&s, 1)->answer), "budget");
    ask_about(&s, "age >= 10"); /* was paid for */
    whole_sum(&s, 1, ALL, share);
    charged_is(&s, 25);
    down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_one_charges_and_computes_nothing),
        cmocka_unit_test(test_all_masks_together_leave_a_noised_share),
        cmocka_unit_test(test_the_same_participants_have_the_same_share_for_nothing),
        cmocka_unit_test(test_other_participants_pay_and_a_third_set_is_refused),
        cmocka_unit_test(test_when_another_regions_data_change_the_share_is_drawn_and_paid_anew),
        cmocka_unit_test(test_a_repeat_is_free_when_the_budget_is_spent),
        cmocka_unit_test(test_attempts_and_modes_out_of_order_are_refused),
        cmocka_unit_test(test_a_list_that_is_not_the_nodes_own_is_refused),
        cmocka_unit_test(test_nodes_that_are_not_of_the_roster_or_were_not_asked_are_refused),
        cmocka_unit_test(test_no_bit_of_a_foreign_attestation_may_change),
        cmocka_unit_test(test_a_list_works_once_and_never_after_a_withdrawal),
        cmocka_unit_test(test_a_new_snapshot_between_the_rounds_ends_them),
        cmocka_unit_test(test_a_failed_evaluation_is_finished_by_the_next_attempt),
        cmocka_unit_test(test_without_budget_nobody_takes_part),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
