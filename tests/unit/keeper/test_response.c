/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of what leaves: a value near the truth and never the truth's own bytes; the same
 * question, reworded or repeated, has the same figures and costs nothing, for another purpose or
 * with another sigma it is another one; who withdrew is not in its noise; the very same bytes get
 * the very same answer, also after a restart and after other charges; another snapshot means other
 * noise and a new charge; and a leaf for each charge and each answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "node/store/overlay.h"
#include "proto/base/random.h"
#include "proto/query/shape.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

#define FIRST_LEAVES 2 /* policy, snapshot */

static void up(struct world *w)
{
    fake = (struct fake){.matched = 1234, .undetermined = 56, .release = "2026-06-01"};
    world_up(w);
    world_start(w);
}

static void is_value(const Rikstal__V1__Answer *answer)
{
    if (answer->state != RIKSTAL__V1__STATE__STATE_VALUE)
        fail_msg("%s: %s", answer->code, answer->reason);
    assert_int_equal(answer->n_cells, 2);
}

static void same_cells(const Rikstal__V1__Answer *a, const Rikstal__V1__Answer *b)
{
    is_value(a);
    is_value(b);
    assert_memory_equal(a->cells, b->cells, 2 * sizeof(int64_t));
}

static void test_an_answer_is_noised_priced_and_says_what_it_was_counted_on(void **state)
{
    Rikstal__V1__Answer *answer;
    struct world_books journal;
    struct world w;

    (void)state;
    up(&w);
    answer = world_ask_text(&w, "age >= 18");
    is_value(answer);
    assert_true(labs((long)answer->cells[0] - 1234) <= 35); /* 7 sigma */
    assert_true(labs((long)answer->cells[1] - 56) <= 35);
    assert_string_equal(answer->node, "12");
    assert_int_equal(answer->price_nrho, 20000000);
    assert_true(answer->charged);
    assert_int_equal(answer->budget_left_nrho, 480000000);
    assert_string_equal(answer->balance->dataset, "main");
    assert_string_equal(answer->balance->window, "2026");
    assert_int_equal(answer->balance->year_left_nrho, 480000000);
    assert_int_equal(answer->balance->year_cap_nrho, 500000000);
    assert_int_equal(answer->balance->lifetime_left_nrho, 1980000000);
    assert_int_equal(answer->balance->lifetime_cap_nrho, 2000000000);
    assert_int_equal(answer->display_below, 10);
    assert_int_equal(answer->display_base, 5);
    assert_string_equal(answer->assembly, "GRCh38");
    assert_true(fake.by_assays); /* no file's list of sites says who was tested */
    assert_string_equal(answer->snapshot_date, "2024-10-04");
    assert_int_equal(answer->n_terms, 1);
    assert_string_equal(answer->terms[0]->release, "2026-06-01");
    assert_int_equal(answer->question_identity.len, 32);
    world_stop(&w);
    journal = world_books(&w);
    assert_int_equal(journal.leaves, FIRST_LEAVES + 2); /* charge, release */
    assert_int_equal(journal.spent_nrho, 20000000);
    world_down(&w);
}

static void test_a_repeat_and_a_rewording_have_the_same_figures_and_cost_nothing(void **state)
{
    static const char *const words[] = {"sex = female and age >= 18", "age >= 18 and sex = female",
                                        "not (not (age >= 18)) and sex = female",
                                        "(sex = female and age >= 18)",
                                        "sex = female and age >= 18 and sex = female"};
    Rikstal__V1__Answer *first, *answer;
    struct world_books journal;
    struct world w;

    (void)state;
    up(&w);
    first = world_ask_text(&w, words[0]);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        answer = world_ask_text(&w, words[i]);
        same_cells(first, answer);
        assert_false(answer->charged);
        assert_memory_equal(answer->question_identity.data, first->question_identity.data, 32);
    }
    assert_int_equal(fake.evaluations, 1);
    answer = world_ask_text(&w, "sex = female and age >= 19");
    is_value(answer);
    assert_true(answer->charged);
    world_stop(&w);
    journal = world_books(&w);
    assert_int_equal(journal.charges, 2);
    assert_int_equal(journal.leaves, FIRST_LEAVES + 4);
    world_down(&w);
}

/* Statistics and planning need the same permission and count the same persons, and are two. */
static void test_purpose_and_sigma_make_another_answer_that_is_paid_for(void **state)
{
    static const struct {
        char *purpose;
        uint32_t sigma;
    } ask[] = {{"research", 5}, {"research", 10}, {"statistics", 5}, {"planning", 5}};
    Rikstal__V1__Answer *answer;
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    for (unsigned i = 0; i < 8; i++) {
        world_question(&w, "age >= 18", &q);
        q.purpose = ask[i % 4].purpose;
        q.sigma = ask[i % 4].sigma;
        answer = world_ask(&w, &q);
        is_value(answer);
        assert_int_equal(answer->sigma, q.sigma);
        assert_int_equal(answer->charged, i < 4);
        assert_int_equal(fake.evaluations, i < 4 ? i + 1 : 4);
    }
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 4);
    assert_int_equal(world_books(&w).spent_nrho, 65000000);
    world_down(&w);
}

/* By which key the one release of the stopped node was, or will be, noised. */
static void noise_key_of(struct world *w, uint8_t key[static 32])
{
    char path[128];
    sqlite3_stmt *row;
    sqlite3 *db;

    snprintf(path, sizeof(path), "%s/ledger.db", w->dir);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT noise_key FROM release", -1, &row, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    assert_int_equal(sqlite3_column_bytes(row, 0), 32);
    memcpy(key, sqlite3_column_blob(row, 0), 32);
    assert_int_equal(sqlite3_step(row), SQLITE_DONE);
    sqlite3_finalize(row);
    sqlite3_close(db);
}

/* Charged before somebody withdrew, computed after: on other persons, so with other noise. */
static void test_a_withdrawal_before_the_figures_means_other_noise_for_no_new_charge(void **state)
{
    static const char overlay[] = "rikstal-overlay-v1 1\n00000000000000000000000000000001 block\n";
    uint8_t before[32], after[32];
    bool counted_without;
    struct world w;

    (void)state;
    up(&w);
    fake.broken = true;
    assert_string_equal(world_ask_text(&w, "age >= 18")->code, "failed");
    world_stop(&w);
    noise_key_of(&w, before);
    fake.broken = false;
    world_write(&w, "overlay", overlay, strlen(overlay));
    world_start(&w);
    is_value(world_ask_text(&w, "age >= 18"));
    counted_without = fake.who.overlay && overlay_count(fake.who.overlay) == 1;
    world_stop(&w);
    noise_key_of(&w, after);
    assert_memory_not_equal(before, after, 32);
    assert_true(counted_without);
    assert_int_equal(world_books(&w).charges, 1);
    world_down(&w);
}

static void test_the_same_bytes_get_the_same_answer_for_ever(void **state)
{
    Rikstal__V1__Envelope *question, *first, *again;
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18", &q);
    question = people_ask(&w.people, &q);
    first = world_ask_envelope(&w, question, 20000);
    is_value(world_ask_text(&w, "age >= 19")); /* the balance goes on */
    for (int restart = 0; restart < 2; restart++) {
        again = world_ask_envelope(&w, question, 20000);
        assert_int_equal(again->payload.len, first->payload.len);
        assert_memory_equal(again->payload.data, first->payload.data, first->payload.len);
        assert_memory_equal(again->signature.data, first->signature.data, 64);
        world_stop(&w);
        world_start(&w);
    }
    world_publish(&w, "second"); /* and on another snapshot it is still that question's answer */
    again = world_ask_envelope(&w, question, 20000);
    assert_memory_equal(again->signature.data, first->signature.data, 64);
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 2);
    world_down(&w);
}

static void test_another_snapshot_has_other_noise_and_is_charged(void **state)
{
    Rikstal__V1__Answer *answer[12];
    struct world w;
    int same = 0;

    (void)state;
    up(&w);
    for (int i = 0; i < 12; i++) {
        char name[] = {'s', (char)('a' + i), 0};

        world_publish(&w, name);
        answer[i] = world_ask_text(&w, "age >= 18");
        is_value(answer[i]);
        assert_true(answer[i]->charged);
        same += i > 0 && answer[i]->cells[0] == answer[0]->cells[0];
    }
    assert_true(same < 6); /* P(same) is about 0.06 each */
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 12);
    world_down(&w);
}

/* It leaves at the last slot, whatever its class, and the books are as if nobody had asked. */
static void test_what_is_not_ready_at_its_slot_costs_nothing(void **state)
{
    struct world_books before, after;
    Rikstal__V1__Answer *answer;
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    is_value(world_ask_text(&w, "age >= 17"));
    world_stop(&w);
    before = world_books(&w);
    world_start(&w);
    for (size_t i = 0; i < 2; i++) {
        world_question(&w, "age >= 18", &q);
        if (i > 0) {
            q.measure = RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN;
            assert_true(shape_dimensions("sex", w.people.arena, &q, &w.err));
        }
        fake.out_of_time = true;
        answer = world_open(&w, world_ask_late(&w, people_ask(&w.people, &q)));
        fake.out_of_time = false;
        assert_int_equal(answer->state, RIKSTAL__V1__STATE__STATE_FAILED);
        assert_string_equal(answer->code, "timed_out");
        assert_int_equal(answer->n_cells, 0);
    }
    world_stop(&w);
    after = world_books(&w);
    assert_int_equal(after.spent_nrho, before.spent_nrho);
    assert_int_equal(after.charges, before.charges);
    assert_int_equal(after.leaves, before.leaves + 2 * 3 + 1); /* charge, given back, deny; start */
    world_down(&w);
}

static void test_a_failed_evaluation_is_charged_once_and_can_be_finished(void **state)
{
    Rikstal__V1__Envelope *question;
    Rikstal__V1__Answer *answer;
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, "age >= 18", &q);
    question = people_ask(&w.people, &q);
    fake.out_of_time = true;
    answer = world_open(&w, world_ask_late(&w, question));
    assert_int_equal(answer->state, RIKSTAL__V1__STATE__STATE_FAILED);
    assert_string_equal(answer->code, "timed_out");
    assert_int_equal(answer->n_cells, 0);
    fake.out_of_time = false;
    answer = world_open(&w, world_ask_envelope(&w, question, 20000));
    assert_string_equal(answer->code, "work"); /* not again on this snapshot */
    world_publish(&w, "second");
    fake.broken = true;
    answer = world_open(&w, world_ask_envelope(&w, question, 20000));
    assert_string_equal(answer->code, "failed");
    fake.broken = false;
    is_value(world_open(&w, world_ask_envelope(&w, question, 20000)));
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 1);
    world_down(&w);
}

/* A short one would be a stopwatch: the same bytes can be sent again with another time. */
static void test_nobody_chooses_how_long_an_evaluation_may_take(void **state)
{
    static const uint32_t times_ms[] = {3000, UINT32_MAX};
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    for (size_t i = 0; i < sizeof(times_ms) / sizeof(times_ms[0]); i++) {
        world_question(&w, "age >= 18", &q);
        q.sigma = i == 0 ? 5 : 10;
        is_value(world_open(&w, world_ask_envelope(&w, people_ask(&w.people, &q), times_ms[i])));
        assert_true(fake.left_ms > 0 && fake.left_ms <= 100); /* the slot of a count */
    }
    assert_int_equal(fake.evaluations, 2);
    world_stop(&w);
    world_down(&w);
}

static void test_no_identity_number_leaves_in_a_text(void **state)
{
    Rikstal__V1__Answer *answer;
    struct world w;

    (void)state;
    up(&w);
    world_stop(&w);
    fake.release = "2026-06-01 890201-3286";
    world_start(&w);
    answer = world_ask_text(&w, "age >= 18");
    assert_string_equal(answer->code, "failed");
    assert_int_equal(answer->n_terms, 0);
    world_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_is_noised_priced_and_says_what_it_was_counted_on),
        cmocka_unit_test(test_a_repeat_and_a_rewording_have_the_same_figures_and_cost_nothing),
        cmocka_unit_test(test_purpose_and_sigma_make_another_answer_that_is_paid_for),
        cmocka_unit_test(test_a_withdrawal_before_the_figures_means_other_noise_for_no_new_charge),
        cmocka_unit_test(test_the_same_bytes_get_the_same_answer_for_ever),
        cmocka_unit_test(test_another_snapshot_has_other_noise_and_is_charged),
        cmocka_unit_test(test_what_is_not_ready_at_its_slot_costs_nothing),
        cmocka_unit_test(test_a_failed_evaluation_is_charged_once_and_can_be_finished),
        cmocka_unit_test(test_nobody_chooses_how_long_an_evaluation_may_take),
        cmocka_unit_test(test_no_identity_number_leaves_in_a_text),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
